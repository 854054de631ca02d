"""Which files are meant: those named, and the CSV files of the directories named."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from wavehouse.core.errors import CallError


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
