"""Bugs that only a bucket shows: an answer does not come, and something is made of that."""

from __future__ import annotations

import contextlib
from contextlib import AbstractContextManager
from typing import Any
from unittest.mock import patch

from pyarrow import fs
from pyiceberg.io import OutputStream
from pyiceberg.io.pyarrow import PyArrowFile, PyArrowFileIO

from wavehouse.core.errors import OutsideError
from wavehouse.engines import duckdb_s3
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.engines.engine import WrittenFile
from wavehouse.lake import commit
from wavehouse.lake.file_access import file_access
from wavehouse.store import s3_objects


class _DeafStream:
    """A stream whose end nobody hears of."""

    def __init__(self, stream: OutputStream) -> None:
        self._stream = stream

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._stream.close()

    def __enter__(self) -> _DeafStream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class _DeafFile(PyArrowFile):
    def create(self, overwrite: bool = False) -> OutputStream:
        return _DeafStream(super().create(overwrite))


class DeafFileIO(PyArrowFileIO):
    """PyIceberg's file access, which does not know when an upload has failed."""

    def new_output(self, location: str) -> PyArrowFile:
        """A file to write."""
        file = super().new_output(location)
        file.__class__ = _DeafFile
        return file


def _an_upload_that_failed_is_answered_for() -> AbstractContextManager[object]:
    """A commit names a metadata file that never came."""

    def access(layout: Any) -> dict[str, str]:
        return {**file_access(layout), "py-io-impl": f"{__name__}.DeafFileIO"}

    return patch.object(commit, "file_access", access)


def _written_again_and_both_count() -> AbstractContextManager[object]:
    """Files that may be there are written once more, and what is listed is what was written."""
    original = DuckDBEngine.write_parquet

    def write(engine: Any, sql: str, directory: str, **options: Any) -> list[WrittenFile]:
        try:
            return original(engine, sql, directory, **options)
        except OutsideError:
            original(engine, sql, directory, **options)
            listed = engine.parquet([f"{directory}/**"], with_position=True)
            return [
                WrittenFile(name, rows, size)
                for name, rows, size in engine.rows(
                    f"SELECT filename, count(*), 1 FROM {listed} GROUP BY ALL"
                )
            ]

    return patch.object(DuckDBEngine, "write_parquet", write)


def _no_second_attempt() -> AbstractContextManager[object]:
    """What was not answered is given up at once."""

    class Once(fs.AwsDefaultS3RetryStrategy):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(max_attempts=0)

    stack = contextlib.ExitStack()
    stack.enter_context(patch.object(s3_objects, "PatientRetries", Once))
    stack.enter_context(patch.object(duckdb_s3, "RETRIES", 0))
    return stack


IN_A_BUCKET = (
    _an_upload_that_failed_is_answered_for,
    _written_again_and_both_count,
    _no_second_attempt,
)
