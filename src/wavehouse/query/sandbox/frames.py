"""What goes from a worker's process to ours: frames of a kind and so many bytes."""

from __future__ import annotations

import struct
from typing import BinaryIO, Literal

# `ready` to work; `rows`, a piece of an Arrow stream, or rows as JSON; `done` and `failed`, each one document
# of JSON.
Kind = Literal["ready", "rows", "done", "failed"]
_KINDS: tuple[Kind, ...] = ("ready", "rows", "done", "failed")
_HEAD = struct.Struct("<BI")
_LONGEST = 256_000_000


def write_frame(pipe: BinaryIO, kind: Kind, content: bytes = b"") -> None:
    """Write one frame."""
    pipe.write(_HEAD.pack(_KINDS.index(kind), len(content)))
    pipe.write(content)
    pipe.flush()


def read_frame(pipe: BinaryIO) -> tuple[Kind, bytes]:
    """Read one frame; raises `EOFError` where the process has ended, or speaks of something else."""
    head = pipe.read(_HEAD.size)
    if len(head) < _HEAD.size:
        raise EOFError
    kind, size = _HEAD.unpack(head)
    if kind >= len(_KINDS) or size > _LONGEST:
        raise EOFError
    content = pipe.read(size)
    if len(content) < size:
        raise EOFError
    return _KINDS[kind], content
