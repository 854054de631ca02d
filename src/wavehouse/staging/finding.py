"""Which files are meant: those named, and the CSV files of the directories named."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from wavehouse.core.errors import CallError
from wavehouse.staging.landed_file import LandedFile
from wavehouse.staging.seen import SeenFiles


def bare_name(path: Path) -> str:
    """A file's name without the endings of compression, in lower case: what patterns are held against."""
    name = path.name.lower()
    for ending in (".gz", ".zst", ".zstd"):
        name = name.removesuffix(ending)
    return name


def is_candidate(path: Path) -> bool:
    """Whether a file of a directory is meant as data: by its ending."""
    return bare_name(path).endswith(".csv") and not path.name.startswith(".")


def find_files(paths: Sequence[Path]) -> list[Path]:
    """The files to land: those named, and the CSV files of the directories named, by name.

    Raises `CallError` for a path that does not exist and for a directory without a CSV file.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(child for child in path.iterdir() if child.is_file() and is_candidate(child))
            if not inside:
                raise CallError(
                    "there is no CSV file in this directory",
                    where=str(path),
                    remedy="Name the directory that holds the files (*.csv, *.csv.gz or *.csv.zst) itself",
                )
            found += inside
        elif path.is_file():
            found.append(path)
        else:
            raise CallError("there is no such file or directory", where=str(path), remedy="Check the path")
    return list(dict.fromkeys(found))


def split_known(
    paths: Sequence[Path], known: Sequence[LandedFile], seen: SeenFiles
) -> tuple[list[Path], list[Path]]:
    """The files among `paths` (see `find_files`) whose bytes the lake has already, and the others."""
    hashes = {file.sha256 for file in known}
    sizes = {file.size for file in known}

    def is_known(path: Path) -> bool:
        # A file of a size not seen before is new: the whole of it need not be read to know that.
        return path.stat().st_size in sizes and seen.sha256(path) in hashes

    files = find_files(paths)
    # Hashing leaves the interpreter free: two threads hash on two processors.
    with ThreadPoolExecutor(2, thread_name_prefix="hash") as pool:
        verdicts = list(pool.map(is_known, files))
    found: tuple[list[Path], list[Path]] = ([], [])
    for path, verdict in zip(files, verdicts, strict=True):
        found[0 if verdict else 1].append(path)
    return found
