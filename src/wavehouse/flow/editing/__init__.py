"""A flow while it is edited: what may be done to its graph, its history, its fields as a form, its file."""
