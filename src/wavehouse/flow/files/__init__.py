"""Files of one's own as sources of a flow: which they are, their columns, and their rows."""
