"""Files of buckets: which are meant, and copies of them on this machine, from which they are landed."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from wavehouse.core.errors import CallError, OutsideError, in_words
from wavehouse.core.object_copy import place_for
from wavehouse.core.progress import Progress, step
from wavehouse.staging.finding import is_candidate
from wavehouse.store.object_store import ObjectStore, StoredFile

_SCHEME = "s3://"
_CHUNK = 4_000_000  # bytes
_AT_ONCE = 4


def is_object(name: str) -> bool:
    """Whether a name is one of a bucket's; raises `CallError` for other stores."""
    scheme, is_url, _ = name.partition("://")
    if is_url and name.startswith(_SCHEME):
        return True
    if is_url:
        raise CallError(
            f"files of {scheme}:// are not covered",
            where=name,
            remedy="Write s3://bucket/folder, or the path of a file or a directory",
        )
    return False


def find_objects(names: Sequence[str], store: ObjectStore) -> list[StoredFile]:
    """The objects that are meant: those named, and the CSV files of the folders named, by name.

    As of directories, what lies in folders below is not meant. Raises `CallError` for a place without a CSV
    file, `OutsideError` for a bucket that does not answer.
    """
    found: dict[str, StoredFile] = {}
    for name in names:
        try:
            found |= {one.location: one for one in _meant(name, store)}
        except OSError as error:
            raise in_words(error, name) from error
    return list(found.values())


def _meant(name: str, store: ObjectStore) -> Iterator[StoredFile]:
    if not name.endswith("/") and (exactly := store.find(name)) is not None:
        yield exactly
        return
    folder = name.rstrip("/")
    there = [
        one
        for one in store.files(folder)
        if one.location.rpartition("/")[0] == folder and is_candidate(Path(one.location))
    ]
    if not there:
        raise CallError(
            "there is no CSV file in this place of a bucket",
            where=name,
            remedy="Name an object, or the folder that holds the files (*.csv, *.csv.gz or *.csv.zst) itself",
        )
    yield from there


@dataclass(frozen=True)
class Fetched:
    """An object, the copy of it, and its SHA-256 (hex) as it was at `looked` (nanoseconds since 1970)."""

    object: StoredFile
    path: Path
    sha256: str
    looked: int


def fetch(
    objects: Sequence[StoredFile], store: ObjectStore, folder: Path, progress: Progress
) -> list[Fetched]:
    """Copy objects to `folder`, under their names, some at a time.

    Raises `OutsideError` where one cannot be read whole.
    """
    stop = threading.Event()
    lock = threading.Lock()
    done = 0
    total = sum(one.size for one in objects)

    def copied(size: int) -> None:
        nonlocal done
        with lock:
            done += size
            progress.advanced("fetch", min(1.0, done / total) if total else 1.0)

    with step(progress, "fetch") as summary:
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="fetch") as pool:
            try:
                found = [pool.submit(_copy, one, store, folder, copied, stop) for one in objects]
                fetched = [one.result() for one in found]
            except BaseException:
                stop.set()
                pool.shutdown(cancel_futures=True)
                raise
        summary.text = f"{len(fetched)} objects, {total / 1e6:,.0f} MB"
    return fetched


def _copy(
    found: StoredFile, store: ObjectStore, folder: Path, copied: Callable[[int], None], stop: threading.Event
) -> Fetched:
    try:
        path = place_for(found.location, folder)
    except ValueError:
        raise CallError("an object of this name cannot be a file", where=found.location) from None
    looked, size, total = time.time_ns(), 0, hashlib.sha256()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with store.opened(found.location) as source, path.open("wb") as target:
            while not stop.is_set() and (piece := source.read(_CHUNK)):
                target.write(piece)
                total.update(piece)
                size += len(piece)
                copied(len(piece))
    except OSError as error:
        raise in_words(error, found.location) from error
    if size != found.size and not stop.is_set():
        raise OutsideError(
            f"{size:,} bytes came of an object that had {found.size:,}: it was changed, or cut off",
            where=found.location,
            remedy="Run again once it is written",
        )
    return Fetched(found, path, total.hexdigest(), looked)
