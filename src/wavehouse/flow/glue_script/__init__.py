"""Reads the Python script that Glue Studio makes of a graph, and gives the graph."""

from wavehouse.flow.glue_script.reading import read_script
from wavehouse.flow.glue_script.script import script_text

__all__ = ["read_script", "script_text"]
