"""A copy of a file that the strict CSV reader takes: UTF-8, with one kind of line end.

Only for files that need it: declared Latin-1, or lines that end in more than one way.
"""

from __future__ import annotations

import codecs
from pathlib import Path

from wavehouse.staging.compression import Compression
from wavehouse.staging.decoding import CHUNK, opened


def write_normalised(path: Path, compression: Compression, encoding: str, quote: str, target: Path) -> None:
    """Write the contents of `path` to `target` in UTF-8, every line end outside quotes as LF."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="surrogateescape")
    inside = False
    waiting = ""  # a CR whose LF may come with the next piece
    with opened(path, compression) as source, target.open("wb") as file:
        while True:
            piece = source.read(CHUNK)
            text = waiting + decoder.decode(piece, final=not piece)
            waiting = "\r" if piece and text.endswith("\r") else ""
            parts = text.removesuffix("\r").split(quote) if waiting else text.split(quote)
            for at in range(inside, len(parts), 2):
                parts[at] = parts[at].replace("\r\n", "\n").replace("\r", "\n")
            inside ^= len(parts) % 2 == 0
            file.write(quote.join(parts).encode("utf-8", errors="surrogateescape"))
            if not piece:
                return
