"""What of a lake lies elsewhere: its tables in a bucket, its catalog in a database or in Glue."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wavehouse.core.catalog_setting import CatalogSetting, read_catalog_setting
from wavehouse.core.errors import CallError
from wavehouse.store.durable import write_durably
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
    except ValueError:
        written = None
    return _checked(written, str(path))


def _checked(written: Any, where: str) -> Elsewhere:
    try:
        location, url = written["location"], written.get("endpoint", "")
        if not re.fullmatch(r"s3://[^/\s]+(/[^\s]+?)?/?", location) or (url and not _URL.fullmatch(url)):
            raise ValueError(location)
        return Elsewhere(location.rstrip("/"), S3Endpoint(url.rstrip("/"), written.get("region", "")))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise CallError(
            "this does not say where the tables lie",
            where=where,
            remedy='Write {"location": "s3://bucket/prefix", "endpoint": "https://host", "region": "…"}',
        ) from None


def write_elsewhere(path: Path, wanted: Elsewhere, *, dry_run: bool) -> None:
    """Say where the tables of a new lake shall lie; nothing is written in a dry run.

    Raises `CallError` for a place that is none, and for a lake whose tables lie in another one.
    """
    told = {"location": wanted.location, "endpoint": wanted.endpoint.url, "region": wanted.endpoint.region}
    has, meant = read_elsewhere(path), _checked(told, "--location and --endpoint")
    if has is not None and has != meant:
        raise CallError(
            f"its tables lie at {has.location} already",
            where=str(path),
            remedy="Leave out --location, or name a new directory",
        )
    if has is None and not dry_run:
        write_durably(path, json.dumps({name: text for name, text in told.items() if text}).encode())


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
