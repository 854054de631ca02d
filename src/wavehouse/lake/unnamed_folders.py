"""Folders of files that a statement has made for a table which no catalog names yet.

Such a folder has a mark until its table is registered: of a statement that is cut off between the two, the
mark is left, and tells which files nobody needs. Files of a table that was dropped have none: they stay.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from wavehouse.lake.layout import LakeLayout
from wavehouse.store.durable import sync_directory, write_durably

# No reader of folders takes it for data (`core.hidden_names`).
MARK = "_wavehouse_unnamed.json"


def mark(folder: Path, files: Iterable[Path]) -> None:
    """Say durably that these files below `folder` belong to a table that is not there yet."""
    names = [str(file.relative_to(folder)) for file in files]
    write_durably(folder / MARK, json.dumps(names).encode("utf-8", "surrogatepass"))


def unmark(folder: Path) -> None:
    """Say that there is a table now."""
    if (folder / MARK).is_file():
        (folder / MARK).unlink()
        sync_directory(folder)


def marked(layout: LakeLayout) -> list[Path]:
    """The folders that have a mark."""
    return sorted(path.parent for path in layout.outputs.rglob(MARK) if path.is_file())


def files_of(folder: Path) -> Iterator[Path]:
    """The files that the mark of a folder tells of, and the mark, which is the last."""
    top = folder.resolve()
    for name in json.loads((folder / MARK).read_bytes()):
        file = folder / name
        if file.is_file() and file.resolve().is_relative_to(top):
            yield file
    yield folder / MARK
