"""Where things lie in a lake, and whether a directory is one."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from wavehouse.core.errors import CallError, OutsideError
from wavehouse.core.table_name import TableName
from wavehouse.store.object_store import LocalFiles, ObjectStore, S3Endpoint

# Readers of Iceberg take these for patterns, escapes or parts of a URI, each in its own way.
_UNSAFE_IN_PATHS = frozenset("*?[]{}#%\n")
_URL = re.compile(r"https?://[^/\s@]+/?")
_SQLITE_MAGIC = b"SQLite format 3\0"


@dataclass(frozen=True)
class Elsewhere:
    """Tables in a bucket: `location` is s3://bucket/prefix."""

    location: str
    endpoint: S3Endpoint


def read_elsewhere(path: Path) -> Elsewhere | None:
    """Read `{"location": "s3://…", "endpoint": "http://…", "region": "…"}`; None where there is no file.

    Raises `CallError` for anything else.
    """
    if not path.is_file():
        return None
    try:
        written = json.loads(path.read_bytes())
        location, url = written["location"], written.get("endpoint", "")
        if not re.fullmatch(r"s3://[^/\s]+(/[^\s]+?)?/?", location) or (url and not _URL.fullmatch(url)):
            raise ValueError(location)
        return Elsewhere(location.rstrip("/"), S3Endpoint(url.rstrip("/"), written.get("region", "")))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise CallError(
            "this file does not say where the tables lie",
            where=str(path),
            remedy='Write {"location": "s3://bucket/prefix", "endpoint": "https://host", "region": "…"}',
        ) from None


@dataclass(frozen=True)
class LakeLayout:
    """The paths of a lake below `root` (absolute)."""

    root: Path

    @property
    def catalog(self) -> Path:
        """The SQLite catalog."""
        return self.root / "catalog.db"

    @property
    def staging(self) -> Path:
        """Landed files: `<source>/<batch>/…`."""
        return self.root / "staging"

    @property
    def seen(self) -> Path:
        """What is known of the files that were given to runs."""
        return self.staging / "_seen.json"

    @property
    def quarantine(self) -> Path:
        """Rows kept aside, by run."""
        return self.root / "quarantine"

    @property
    def outputs(self) -> Path:
        """Folders of files that flows write to `${warehouse}/…`."""
        return self.root / "files"

    @property
    def runs(self) -> Path:
        """One record per run."""
        return self.root / "runs"

    @property
    def scratch(self) -> Path:
        """What one run needs and nobody afterwards."""
        return self.root / ".scratch"

    @property
    def elsewhere(self) -> Path:
        """Says where the tables lie, for a lake that does not have them itself (see `Elsewhere`)."""
        return self.root / "warehouse.json"

    @cached_property
    def _elsewhere(self) -> Elsewhere | None:
        return read_elsewhere(self.elsewhere)

    @property
    def warehouse(self) -> str:
        """Where tables lie: `<database>/<table>/data/…` and `…/metadata/…`."""
        return self._elsewhere.location if self._elsewhere else str(self.root / "warehouse")

    @property
    def s3(self) -> S3Endpoint | None:
        """How the bucket is reached that has the tables, if one has."""
        return self._elsewhere.endpoint if self._elsewhere else None

    @cached_property
    def files(self) -> ObjectStore:
        """The files of the tables."""
        if self.s3 is None:
            return LocalFiles(self.root)
        from wavehouse.store.s3_objects import S3Objects

        return S3Objects(self.s3)

    def table(self, table: TableName) -> str:
        """Where one table lies."""
        return f"{self.warehouse}/{table.database}/{table.table}"

    def data(self, table: TableName, run: str) -> str:
        """Where one run writes the data files of one table."""
        return f"{self.table(table)}/data/run={run}"


def lake_at(root: Path, *, create: bool = False) -> LakeLayout:
    """The lake in `root`; with `create`, an absent or empty directory becomes one.

    Raises `CallError` where there is none or the directory is something else, `OutsideError` where it
    cannot be written to.
    """
    layout = LakeLayout(root.absolute())
    if unsafe := sorted(_UNSAFE_IN_PATHS & set(str(layout.root))):
        raise CallError(
            f"a lake's path cannot have {' '.join(map(repr, unsafe))} in it",
            where=str(root),
            remedy="Name another directory with --lake",
        )
    if root.exists() and not root.is_dir():
        raise CallError("this is a file, not a lake", where=str(root), remedy="Name a directory with --lake")
    if layout.catalog.is_file():
        _check_catalog(layout.catalog)
        return layout
    if not create:
        raise CallError(
            "there is no lake here yet",
            where=str(root),
            remedy="Make one with: wavehouse run --from DIR, or: wavehouse demo",
        )
    if root.is_dir() and any(child for child in root.iterdir() if not _ours(child)):
        raise CallError(
            "this directory is not empty and not a lake (it has no catalog.db)",
            where=str(root),
            remedy="Name an empty or a new directory with --lake",
        )
    try:
        layout.scratch.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutsideError(
            f"the lake's directory cannot be written to ({error.strerror})",
            where=str(root),
            remedy="Check its permissions, or name another directory with --lake",
        ) from error
    return layout


def remove_traces(layout: LakeLayout) -> None:
    """Remove what a first run that came to nothing has left; anything else stays. Its lock is still held."""
    if layout.catalog.is_file():
        return
    for folder in sorted(layout.root.rglob("*"), reverse=True):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
    if [child.name for child in layout.root.iterdir()] == [".lock"]:
        (layout.root / ".lock").unlink()
        layout.root.rmdir()


def _ours(child: Path) -> bool:
    """Whether a run that never came to its first commit may have left this."""
    return child.name in {
        ".scratch",
        ".lock",
        "staging",
        "files",
        "warehouse",
        "warehouse.json",
        "runs",
        "quarantine",
        "catalog.db-journal",
    }


def _check_catalog(path: Path) -> None:
    with path.open("rb") as file:
        magic = file.read(len(_SQLITE_MAGIC))
    if magic not in (_SQLITE_MAGIC, b""):
        raise CallError(
            "catalog.db is not a SQLite database: this is not a lake, or a damaged one",
            where=str(path),
            remedy="Name another directory with --lake, or restore the file from a backup",
        )
