"""Footers of files that others wrote are read, refused, or end the process that reads them: never ours."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pyarrow as pa
import pytest
from pyarrow import parquet as pq

from wavehouse.catalog.footers import Footers
from wavehouse.core.columns import Column
from wavehouse.core.errors import RejectedError


@pytest.fixture(scope="module")
def footers() -> Iterator[Footers]:
    made = Footers()
    yield made
    made.close()


def _file(table: pa.Table) -> bytes:
    written = io.BytesIO()
    pq.write_table(table, written)
    return written.getvalue()


def _read(footers: Footers, content: bytes) -> str:
    try:
        return str(footers.read(io.BytesIO(content), len(content)).rows)
    except RejectedError as error:
        return error.what


def test_a_footer_is_read(footers: Footers) -> None:
    content = _file(pa.table({"id": ["a", "b"], "plays": [1, 2]}))
    footer = footers.read(io.BytesIO(content), len(content))
    assert (footer.columns, footer.rows) == ((Column("id", "string"), Column("plays", "bigint")), 2)


@pytest.mark.parametrize("cut", [0, 1, 4, 7, 8, 40, -1, -4, -9])
def test_a_file_that_ends_too_soon_is_refused(cut: int, footers: Footers) -> None:
    assert "its footer cannot be read" in _read(footers, _file(pa.table({"id": ["a"]}))[:cut])


def test_a_length_that_lies_is_refused(footers: Footers) -> None:
    content = _file(pa.table({"id": ["a"]}))
    for length in (0, 2**31, 2**32 - 1):
        lying = content[:-8] + length.to_bytes(4, "little") + content[-4:]
        assert "its footer cannot be read" in _read(footers, lying)


def test_what_ends_the_reader_is_a_problem_of_its_file_alone(footers: Footers) -> None:
    content = _file(pa.table({"id": ["a", "b"], "l": [[1, 2], [3]]}))
    begin = len(content) - int.from_bytes(content[-8:-4], "little") - 8
    said = {
        _read(footers, content[:at] + b"\x7f" + content[at + 1 :]) for at in range(begin, len(content) - 8)
    }
    # (Which bytes those are is Arrow's affair; that there are such is why there is another process.)
    assert "its footer ends the process that reads it (SIGABRT)" in said
    assert _read(footers, content) == "2"
