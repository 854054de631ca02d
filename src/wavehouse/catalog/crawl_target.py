"""Where a crawl looks: a folder, a prefix of a bucket, or a folder of files that flows write."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote

from wavehouse.core.errors import CallError
from wavehouse.flow.files.places import Places


def crawl_target(written: str, start: Path, places: Places) -> str:
    """A target as an absolute path, or s3://bucket/prefix; two spellings of one place are one.

    A relative path begins at `start`; `${warehouse}/…` is what it is in a flow. Raises `CallError` for what
    leads nowhere, `DefinitionError` where that is written with `${`.
    """
    if "${" in written:
        return str(places.path(written))
    scheme, separator, rest = written.partition("://")
    if not separator or scheme == "file":
        return os.path.normpath(start / (unquote(rest) if separator else written))
    bucket = rest.partition("/")[0]
    if scheme != "s3" or not bucket:
        raise CallError(
            f"nothing can be crawled at '{written}'",
            remedy="Name a directory, or s3://bucket/prefix",
        )
    return written.rstrip("/")


def is_in_reach(target: str, folder: Path) -> bool:
    """Whether a crawl of a target would see files of a folder, or sees nothing but a part of it."""
    if "://" in target:
        return False
    return folder.is_relative_to(target) or Path(target).is_relative_to(folder)
