"""Buckets as DuckDB reaches them: through its extension httpfs."""

from __future__ import annotations

from collections.abc import Callable

import duckdb

from wavehouse.core.sql_text import literal
from wavehouse.engines.duckdb_extensions import load_extension
from wavehouse.store.object_store import S3Endpoint

# Waits of 50, 100, 200 … milliseconds: a store that stumbles for some seconds is not noticed.
RETRIES = 8


def reach(execute: Callable[[str], None], endpoint: S3Endpoint) -> None:
    """Let a connection read and write s3:// locations; credentials come from the variables of AWS."""
    load_extension(execute, "httpfs")
    scheme, _, host = endpoint.url.rpartition("://")
    settings = {
        "http_retries": str(RETRIES),
        "http_retry_wait_ms": "50",
        "http_retry_backoff": "2",
    }
    if host:
        settings |= {
            "s3_endpoint": literal(host),
            "s3_use_ssl": "true" if scheme == "https" else "false",
            "s3_url_style": "'path'",
        }
    if endpoint.region:
        settings["s3_region"] = literal(endpoint.region)
    for name, value in settings.items():
        execute(f"SET {name} = {value}")


def is_unanswered(error: duckdb.IOException) -> bool:
    """Whether a bucket failed to answer, rather than to have what it was asked for."""
    said = str(error)
    return (isinstance(error, duckdb.HTTPException) or " for HTTP " in said) and "HTTP 404" not in said
