"""The web pages: dashboards first, and everything else of the pipeline to see and to touch."""
