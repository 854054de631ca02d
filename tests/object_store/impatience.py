"""Clients that try again as they always do, and wait less before: the end is the same, and comes sooner."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from pyarrow import fs

from wavehouse.engines import duckdb_s3
from wavehouse.store import s3_objects

# Further attempts, of each client; libcurl makes some of its own.
RETRIES = 3


class _Impatient(fs.AwsDefaultS3RetryStrategy):  # type: ignore[misc]
    """Waits for 0, 50, 100 … milliseconds."""

    def __init__(self) -> None:
        super().__init__(max_attempts=RETRIES)


@contextmanager
def impatient() -> Iterator[None]:
    """Until the end of the block, in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(s3_objects, "PatientRetries", _Impatient)
        patch.setattr(duckdb_s3, "RETRIES", RETRIES)
        yield
