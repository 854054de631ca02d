"""A folder that is replaced as a whole: its name is a link to one of the versions that lie beside it.

A link is exchanged in one step, so whoever opens the folder finds the old files or the new ones. The version
before stays until the next replacement: somebody may be reading it.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from wavehouse.store.durable import missing_folders, sync_directory


@dataclass(frozen=True)
class VersionedFolder:
    """The folder at `path` (absolute)."""

    path: Path

    def version(self, name: str) -> Path:
        """Where a version lies: beside the folder, hidden."""
        return self.path.with_name(f"{self._prefix}{name}")

    @property
    def _prefix(self) -> str:
        return f".{self.path.name}@"

    @property
    def shown(self) -> Path | None:
        """The version that the folder is now; None where it is none of ours."""
        if not self.path.is_symlink():
            return None
        target = self.path.with_name(str(self.path.readlink()))
        return target if target.name.startswith(self._prefix) else None

    @property
    def is_ours(self) -> bool:
        """Whether it may be replaced: it is a version of ours, or nothing lies there yet."""
        if self.path.is_symlink():
            return self.shown is not None
        return not self.path.exists() or (self.path.is_dir() and not any(self.path.iterdir()))

    def show(self, version: Path) -> None:
        """Let the folder be that version, whose files are durable by now."""
        made = missing_folders(self.path)
        if self.path.is_dir() and not self.path.is_symlink():
            self.path.rmdir()
        link = self.path.with_name(f"{self._prefix}link")
        link.unlink(missing_ok=True)
        link.symlink_to(version.name)
        link.replace(self.path)
        for folder in (self.path, *made):
            sync_directory(folder.parent)

    def versions(self) -> list[Path]:
        """All versions that lie there, sorted."""
        if not self.path.parent.is_dir():
            return []
        return sorted(
            child
            for child in self.path.parent.iterdir()
            if child.name.startswith(self._prefix) and not child.is_symlink()
        )

    def remove_but(self, *kept: Path) -> None:
        """Remove all other versions."""
        for version in self.versions():
            if version not in kept:
                shutil.rmtree(version, ignore_errors=True)
