"""How to compute: DuckDB here, Spark where one machine ends."""
