"""Dashboards and visuals as files."""
