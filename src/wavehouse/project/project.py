"""A project: the folder with `wavehouse.yaml` and what it defines."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from wavehouse.core.errors import CallError

PROJECT_FILE = "wavehouse.yaml"

# What decides the contents of the tables; a changed query or dashboard changes no table.
_TABLE_DEFINITIONS = ("contracts/*.yaml", "flows/*.yaml")


@dataclass(frozen=True)
class Project:
    """The folder of a project; what stands in it is read by those who own it."""

    root: Path

    @classmethod
    def at(cls, root: Path) -> Project:
        """The project in `root`; raises `CallError` where there is none."""
        if not (root / PROJECT_FILE).is_file():
            raise CallError(
                f"there is no {PROJECT_FILE} here",
                where=str(root),
                remedy="Name a project's folder with --project, or make one with: wavehouse init DIR",
            )
        return cls(root)

    def files(self, folder: str, suffix: str = ".yaml") -> list[Path]:
        """The definition files of one folder (`contracts`, `flows`, `queries`, `dashboards`), by name."""
        return sorted((self.root / folder).glob(f"*{suffix}"))

    def mentions(self, word: str) -> bool:
        """Whether the project file has a word at all: if not, it need not be parsed to look for a key."""
        return word.encode() in (self.root / PROJECT_FILE).read_bytes()

    def digest(self) -> str:
        """SHA-256 (hex) over every file that decides the contents of the tables."""
        import hashlib  # (4 ms that `--help` need not wait for)

        total = hashlib.sha256()
        for pattern in _TABLE_DEFINITIONS:
            for path in sorted(self.root.glob(pattern)):
                total.update(path.name.encode())
                total.update(hashlib.sha256(path.read_bytes()).digest())
        return total.hexdigest()


def nearest_project(start: Path) -> Path | None:
    """The nearest folder from `start` upwards that has a project file."""
    for folder in (start, *start.parents):
        if (folder / PROJECT_FILE).is_file():
            return folder
    return None
