"""The command line: one call per command; everything heavy is imported by the command that needs it."""

from wavehouse.cli.main import main, start

__all__ = ["main", "start"]
