"""Which files a source node reads, found without any parser: every run asks whether they have changed.

Hidden names are left out, as Hadoop's readers do.
"""

from __future__ import annotations

import glob
import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from wavehouse.core.exclusions import Exclusions
from wavehouse.core.hidden_names import is_hidden
from wavehouse.flow.files.places import Places

_PATTERN = re.compile(r"[*?\[]")


@dataclass(frozen=True)
class FileSet:
    """Directories, files and patterns as a node has them, without what its exclusions match.

    `recurse`: directories with all that is below them.
    """

    paths: tuple[str, ...]
    exclusions: tuple[str, ...] = ()
    recurse: bool = True

    def find(self, places: Places) -> dict[str, Path]:
        """The files, by names that do not hang on where the project lies; sorted, each once.

        Raises `DefinitionError` for a path that leads nowhere here, and an exclusion that is no pattern.
        """
        excluded = Exclusions(self.exclusions)
        found: dict[Path, str] = {}
        for written in self.paths:
            begin = places.path(written)
            for path in self._below(begin):
                names = (str(path), os.path.relpath(path, _folder_of(begin)))
                if not any(map(excluded, names)):
                    found.setdefault(path, _told(path, written, places))
        return {name: path for path, name in sorted(found.items())}

    def _below(self, begin: Path) -> Iterator[Path]:
        if begin.is_file():
            yield begin
        elif begin.is_dir():
            yield from _walked(begin, recurse=self.recurse)
        elif _PATTERN.search(str(begin)):
            for match in glob.glob(str(begin), recursive=True):  # noqa: PTH207  # Path.glob takes no absolute one
                if Path(match).is_file() and not is_hidden(Path(match).name):
                    yield Path(match)


def exclusions_of(texts: Sequence[str] | None) -> tuple[str, ...]:
    """The patterns of `Exclusions`: Glue takes each as a JSON list of patterns; a bare one is read, too.

    https://docs.aws.amazon.com/glue/latest/webapi/API_S3CsvSource.html
    """
    found: list[str] = []
    for text in texts or ():
        try:
            listed = json.loads(text) if text.lstrip().startswith("[") else [text]
        except (ValueError, RecursionError):
            listed = [text]
        found += [str(one) for one in listed]
    return tuple(found)


def _walked(folder: Path, *, recurse: bool) -> Iterator[Path]:
    for entry in sorted(folder.iterdir()):
        if is_hidden(entry.name):
            continue
        if entry.is_file():
            yield entry
        elif recurse and entry.is_dir() and not entry.is_symlink():
            yield from _walked(entry, recurse=True)


def _folder_of(begin: Path) -> Path:
    """The folder that the patterns of exclusions are relative to."""
    while not begin.is_dir() and begin != begin.parent:
        begin = begin.parent
    return begin


def _told(path: Path, written: str, places: Places) -> str:
    if path.is_relative_to(places.project.absolute()) and not Path(written).is_absolute():
        return str(path.relative_to(places.project.absolute()))
    return str(path)
