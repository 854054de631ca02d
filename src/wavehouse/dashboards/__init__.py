"""Dashboards as code: a definition, its queries, the data of its charts."""
