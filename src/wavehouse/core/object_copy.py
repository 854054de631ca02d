"""A copy of a bucket's file on this machine: where it lies for a while, and what it is called to people."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote, unquote

# The folder of a lake for such copies; each command has one of its own in it.
ARRIVING = ".arriving"
_SCHEME = "s3://"


def place_for(location: str, folder: Path) -> Path:
    """Where the copy of s3://… lies below `folder`: under its own name, and so that `called` knows it.

    Raises `ValueError` for an object whose name cannot be that of a file.
    """
    *above, name = location.removeprefix(_SCHEME).split("/")
    if name in ("", ".", "..") or "\0" in name:
        raise ValueError(location)
    # (A key may have any text in it: '..' and '//' too.)
    return folder.joinpath(*(quote(part, safe="").replace(".", "%2E") or "%" for part in above), name)


def called(path: Path) -> str:
    """What a file is called to people: the object that it is a copy of, else its path."""
    parts = path.parts
    if ARRIVING not in parts:
        return str(path)
    below = parts[parts.index(ARRIVING) + 2 :]
    return _SCHEME + "/".join([*("" if part == "%" else unquote(part) for part in below[:-1]), *below[-1:]])
