"""A text file as an engine can read it: on this disk, not compressed, under a name without surprises."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from wavehouse.staging.decoding import chunks, opened
from wavehouse.store.object_store import ObjectStore

# What the cloud's crawler looks at: https://docs.aws.amazon.com/glue/latest/dg/add-classifier.html
SAMPLE_RECORDS = 1_000
SAMPLE_BYTES = 1_000_000


@contextmanager
def plain_copy(
    location: str, store: ObjectStore, packed: Literal["", "gz", "zst"], scratch: Path, *, sample: bool
) -> Iterator[Path]:
    """The file below `scratch`: a link to it where it can be read as it is, else a copy; gone afterwards.

    With `sample`, only its first 1,000 records or 1 MB. Raises `RejectedError` for a compressed file that is
    damaged, or unpacks to absurdly many bytes.
    """
    fetched, made = scratch / "fetched", scratch / "plain"
    try:
        source = Path(location)
        if "://" in location:
            with store.opened(location) as remote, fetched.open("wb") as local:
                shutil.copyfileobj(remote, local)
            source = fetched
        if sample or packed:
            with opened(source, packed) as stream, made.open("wb") as copy:
                if sample:
                    head = stream.read(SAMPLE_BYTES)
                    copy.write(_records(head, whole=not stream.read(1)))
                else:
                    for piece in chunks(stream, source.stat().st_size, packed):
                        copy.write(piece)
        else:
            made.symlink_to(source)
        yield made
    finally:
        for path in (fetched, made):
            with contextlib.suppress(FileNotFoundError):
                path.unlink()


def _records(head: bytes, *, whole: bool) -> bytes:
    """The first records of a text (a line break within quotes ends none), with a header besides."""
    end = count = 0
    quoted = False
    for line in head.splitlines(keepends=True):
        quoted ^= line.count(b'"') % 2 == 1
        if not line.endswith((b"\n", b"\r")) and not whole:
            break
        end += len(line)
        count += not quoted
        if count > SAMPLE_RECORDS:
            break
    return head[:end]
