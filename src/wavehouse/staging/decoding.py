"""The bytes of a file as they were before compression, read as a stream and bounded."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from wavehouse.core.errors import RejectedError
from wavehouse.staging.compression import Compression

# Small enough to stay in the processor's cache while it is hashed, inspected and written.
CHUNK = 256 * 1024
# A CSV of real rows shrinks 3 to 12 times; what grows 200-fold and past this size is a decompression bomb.
_BOMB_RATIO = 200
_BOMB_BYTES = 256 * 1024 * 1024


@contextmanager
def opened(path: Path, compression: Compression) -> Iterator[BinaryIO]:
    """The decompressed bytes of `path`; raises `RejectedError` for a truncated, corrupt or bomb-like file."""
    try:
        if compression == "gz":
            with gzip.open(path) as stream:
                yield stream  # type: ignore[misc]  # a GzipFile reads like a file
        elif compression == "zst":
            # Imported here: only such files need it, and a start without them should not wait for it.
            import pyarrow

            with pyarrow.CompressedInputStream(pyarrow.OSFile(str(path)), "zstd") as stream:
                yield stream
        else:
            with path.open("rb") as stream:
                yield stream
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise RejectedError(
            f"the compressed file ends early or is damaged ({error})", remedy="Fetch the file again"
        ) from error
    except OSError as error:
        if compression != "zst" or error.errno is not None:
            raise
        raise RejectedError(
            f"the compressed file is damaged ({error})", remedy="Fetch the file again"
        ) from error


def chunks(stream: BinaryIO, stored_size: int, compression: Compression) -> Iterator[bytes]:
    """The bytes of `stream` piece by piece; raises `RejectedError` when a few bytes become absurdly many."""
    total = 0
    while chunk := stream.read(CHUNK):
        total += len(chunk)
        if compression and total > _BOMB_BYTES and total > stored_size * _BOMB_RATIO:
            raise RejectedError(
                f"the file unpacks to more than {_BOMB_RATIO} times its {stored_size:,} bytes",
                remedy="Unpack it yourself if you trust it, and load the CSV",
            )
        yield chunk
