"""What pages are built of beside NiceGUI's own elements: charts and grids that take any data."""
