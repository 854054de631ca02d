"""How a file is compressed."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

Compression = Literal["", "gz", "zst"]


def compression_of(path: Path) -> Compression:
    """How a file is compressed, by its first bytes: names lie."""
    with path.open("rb") as file:
        magic = file.read(4)
    if magic[:2] == b"\x1f\x8b":
        return "gz"
    if magic == b"\x28\xb5\x2f\xfd":
        return "zst"
    return ""
