"""Below which folders a query reads."""

from __future__ import annotations

from wavehouse.engines.engine import Metadata
from wavehouse.lake.head import table_folder
from wavehouse.query.translate import Translation
from wavehouse.query.typed import Version


def folders_of(translation: Translation, engine: Metadata) -> frozenset[str]:
    """The folders of this machine (absolute paths) with the files that a query reads."""
    folders: set[str] = set()
    for version in translation.reads:
        scans = translation.scans.get(version)
        if scans is None:
            folders |= _iceberg_folders(version, engine)
            continue
        for file in (file for scan in scans for file in scan.files):
            folders.add(_folder(file.location, version.metadata))
    return frozenset(folder for folder in folders if "://" not in folder)


def _iceberg_folders(version: Version, engine: Metadata) -> set[str]:
    top = table_folder(version.metadata)
    files = engine.iceberg_files(version.metadata, version.snapshot_id)
    # (A table that somebody else has written may have files elsewhere.)
    return {top, *(_folder(file.location, top) for file in files)}


def _folder(location: str, table: str) -> str:
    """The folder that a process must be able to read for a file of a table."""
    inside = location.startswith(f"{table.rstrip('/')}/")
    return table.rstrip("/") if inside else location.rpartition("/")[0]
