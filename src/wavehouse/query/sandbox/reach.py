"""What a process may read: folders, told by what lies there, since a name may come to be another's."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Folder:
    """A folder as it is now: where its name leads, and which one lies there (None: none that can be opened).

    The system lets a process read this one, and the engine what is below `real`: not what takes its place.
    """

    path: str
    real: str
    lies: tuple[int, int] | None


def as_they_are(paths: Iterable[str]) -> frozenset[Folder]:
    """Folders (absolute paths) as they are now."""
    return frozenset(_folder(path) for path in paths)


def there(paths: Iterable[str]) -> frozenset[str]:
    """Those of the folders that can be opened."""
    return frozenset(folder.path for folder in as_they_are(paths) if folder.lies)


def _folder(path: str) -> Folder:
    real = os.path.realpath(path)
    try:
        found = Path(real).stat()
    except OSError:
        return Folder(path, real, None)
    return Folder(path, real, (found.st_dev, found.st_ino))
