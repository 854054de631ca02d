"""The page of SQL: an editor, what a query costs, its answer, the history and saved queries."""
