"""The page of the catalog: what tables there are, what is known of each, and crawls."""
