"""DQDL as text: read into rules with line and column in every complaint, and written back."""
