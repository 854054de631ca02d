"""Wavehouse: the music-analytics lakehouse as one definition, on a laptop and on AWS."""

__version__ = "0.1.0"
