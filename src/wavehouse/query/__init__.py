"""Athena SQL on the lake: right, or refused by name."""
