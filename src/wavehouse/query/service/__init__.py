"""Queries as a service: asked, queued, run in the sandbox, kept with their results, asked for again."""
