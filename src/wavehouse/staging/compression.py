"""How a file is compressed."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

Compression = Literal["", "gz", "zst"]

_MAGICS: dict[bytes, Compression] = {b"\x1f\x8b": "gz", b"\x28\xb5\x2f\xfd": "zst"}


def compression_of(path: Path) -> Compression:
    """How a file is compressed, by its first bytes: names lie."""
    with path.open("rb") as file:
        return compression_by(file.read(max(map(len, _MAGICS))))


def compression_by(head: bytes) -> Compression:
    """How a file is compressed that begins with these bytes."""
    return next((found for magic, found in _MAGICS.items() if head.startswith(magic)), "")
