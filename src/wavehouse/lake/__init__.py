"""Iceberg tables in a directory: a SQLite catalog, one atomic commit per publish."""
