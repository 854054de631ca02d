"""Where things lie in a lake, and whether a directory is one."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from wavehouse.core.catalog_setting import (
    CatalogSetting,
    GlueSetting,
    SqliteSetting,
    catalog_setting_document,
)
from wavehouse.core.errors import CallError, OutsideError
from wavehouse.core.object_copy import ARRIVING
from wavehouse.core.table_name import TableName
from wavehouse.lake.elsewhere import Elsewhere, read_elsewhere, remembered_catalog
from wavehouse.store.durable import write_durably
from wavehouse.store.object_store import LocalFiles, ObjectStore, S3Endpoint

# Readers of Iceberg take these for patterns, escapes or parts of a URI, each in its own way.
UNSAFE_IN_PATHS = frozenset("*?[]{}#%\n")
_SQLITE_MAGIC = b"SQLite format 3\0"


@dataclass(frozen=True)
class LakeLayout:
    """The paths of a lake below `root` (absolute), and its catalog: a new lake gets the `wanted` one."""

    root: Path
    wanted: CatalogSetting = field(default_factory=SqliteSetting)

    @property
    def catalog(self) -> Path:
        """The SQLite catalog."""
        return self.root / "catalog.db"

    @property
    def catalog_file(self) -> Path:
        """Says which catalog a lake has, for one that has not SQLite's."""
        return self.root / "catalog.json"

    @property
    def catalog_setting(self) -> CatalogSetting:
        """The catalog that the lake was made with; of one that is not made yet, the one that is wanted."""
        return remembered_catalog(self.catalog_file) or (
            SqliteSetting() if self.catalog.is_file() else self.wanted
        )

    @property
    def is_made(self) -> bool:
        """Whether there is a lake: its catalog has been written to, or was about to be."""
        return self.catalog.is_file() or self.catalog_file.is_file()

    def remember_catalog(self) -> None:
        """Write down which catalog the lake has, before anything is written to it."""
        setting = self.catalog_setting
        if not isinstance(setting, SqliteSetting) and not self.catalog_file.is_file():
            write_durably(self.catalog_file, json.dumps(catalog_setting_document(setting)).encode())

    @property
    def staging(self) -> Path:
        """Landed files: `<source>/<batch>/…`."""
        return self.root / "staging"

    @property
    def seen(self) -> Path:
        """What is known of the files that were given to runs."""
        return self.staging / "_seen.json"

    @property
    def lost(self) -> Path:
        """Lists of the files that lost their names by an expiry; the age of a list says when."""
        return self.staging / "_lost"

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
    def prepared(self) -> Path:
        """Prepared statements, by name."""
        return self.root / "prepared"

    @property
    def queries(self) -> Path:
        """The history of queries: one record each, and results of those that were asked over HTTP."""
        return self.root / "queries"

    @property
    def crawls(self) -> Path:
        """What crawlers remember of the files that they have read."""
        return self.root / "crawls"

    @property
    def copies(self) -> Path:
        """The cache of dashboards: it may be removed at any time, and is made again."""
        return self.root / ".copies"

    @property
    def scratch(self) -> Path:
        """What one run needs and nobody afterwards."""
        return self.root / ".scratch"

    @property
    def arriving(self) -> Path:
        """Copies of a bucket's files, one folder for each command that has them landed."""
        return self.root / ARRIVING

    @property
    def promotion(self) -> Path:
        """What a promotion to this place has copied; while it is there, the lake is not whole."""
        return self.root / "promotion.jsonl"

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


def lake_at(
    root: Path, *, create: bool = False, catalog: CatalogSetting | None = None, promoting: bool = False
) -> LakeLayout:
    """The lake in `root`; with `create`, an absent or empty directory becomes one, with that catalog.

    Only who is `promoting` a lake to this place is given one that is not whole.

    Raises `CallError` where there is none, the directory is something else or the lake has another catalog,
    `OutsideError` where it cannot be written to.
    """
    layout = LakeLayout(root.absolute(), catalog or SqliteSetting())
    if unsafe := sorted(UNSAFE_IN_PATHS & set(str(layout.root))):
        raise CallError(
            f"a lake's path cannot have {' '.join(map(repr, unsafe))} in it",
            where=str(root),
            remedy="Name another directory with --lake",
        )
    if root.exists() and not root.is_dir():
        raise CallError("this is a file, not a lake", where=str(root), remedy="Name a directory with --lake")
    if layout.promotion.is_file() and not promoting:
        raise CallError(
            "this lake is not whole: a promotion to here was cut off",
            where=str(root),
            remedy="The same 'wavehouse promote' again goes on where it ended",
        )
    if layout.is_made:
        _check_catalog(layout, catalog)
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
    if isinstance(catalog, GlueSetting) and layout.s3 is None and not catalog.endpoint:
        raise CallError(
            "tables in Glue lie in a bucket, and those of this lake would lie in its directory",
            where=str(root),
            remedy='Say in warehouse.json there where they shall lie: {"location": "s3://bucket/prefix"}',
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
    if layout.is_made:
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
        ARRIVING,
        ".lock",
        "staging",
        "files",
        "warehouse",
        "warehouse.json",
        "promotion.jsonl",
        "prepared",
        "runs",
        "crawls",
        "quarantine",
        "catalog.db-journal",
    }


def _check_catalog(layout: LakeLayout, wanted: CatalogSetting | None) -> None:
    has = layout.catalog_setting
    if wanted is not None and wanted != has:
        raise CallError(
            f"this lake was made with the catalog {_said(has)}, and the project wants {_said(wanted)}; "
            "a lake keeps its catalog, for its tables are registered there",
            where=str(layout.root),
            remedy="Write that catalog into wavehouse.yaml, or load the files into a new lake (--lake)",
        )
    if not layout.catalog.is_file():
        return
    with layout.catalog.open("rb") as file:
        magic = file.read(len(_SQLITE_MAGIC))
    if magic not in (_SQLITE_MAGIC, b""):
        raise CallError(
            "catalog.db is not a SQLite database: this is not a lake, or a damaged one",
            where=str(layout.catalog),
            remedy="Name another directory with --lake, or restore the file from a backup",
        )


def _said(setting: CatalogSetting) -> str:
    """A setting as it is written: `glue (region eu-central-1)`."""
    told = catalog_setting_document(setting)
    details = ", ".join(f"{name} {value}" for name, value in told.items() if name != "type")
    return told["type"] + (f" ({details})" if details else "")
