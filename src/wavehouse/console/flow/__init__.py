"""The page of a flow: its graph, what is known of each node, and editing."""
