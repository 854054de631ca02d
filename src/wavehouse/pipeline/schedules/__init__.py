"""Workflows that begin by themselves: their definition, the clock, the runs, and who is told of what."""
