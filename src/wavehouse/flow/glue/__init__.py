"""Graphs in Glue's own form: visual jobs, out and in."""
