"""What of a lake lies elsewhere: its tables in a bucket, its catalog in a database or in Glue."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from wavehouse.core.catalog_setting import CatalogSetting, read_catalog_setting
from wavehouse.core.errors import CallError
from wavehouse.store.object_store import S3Endpoint

_URL = re.compile(r"https?://[^/\s@]+/?")


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


def remembered_catalog(path: Path) -> CatalogSetting | None:
    """The catalog that a lake's file names, None where there is no file; raises `CallError` for another."""
    if not path.is_file():
        return None
    try:
        return read_catalog_setting(json.loads(path.read_bytes()))
    except ValueError as error:
        raise CallError(
            f"this file does not say which catalog the lake has ({error})",
            where=str(path),
            remedy="Restore it from a backup",
        ) from None
