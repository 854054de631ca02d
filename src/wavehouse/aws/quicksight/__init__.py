"""Dashboards as QuickSight has them: a data source, data sets, and a definition each."""
