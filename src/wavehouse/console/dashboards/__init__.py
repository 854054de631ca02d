"""Dashboards: what is drawn, and how it answers to clicks."""
