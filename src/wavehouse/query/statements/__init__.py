"""Statements of Athena that are no queries: of the catalog, of views, and those that write to the lake."""
