"""Text that others wrote, made fit to be shown."""

from __future__ import annotations


def printable(text: str) -> str:
    """The text on one line: a line break or an escape sequence in a name must not break what it stands in."""
    return "".join(character if character.isprintable() else " " for character in text)
