"""A synthetic catalogue in the five-file layout, so that everything can be tried without anybody's data."""
