"""A CSV file is read as it is said to be written; what does not fit is refused by offset, never left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from wavehouse.core.errors import OutsideError, RejectedError
from wavehouse.engines.duckdb_csv import MAX_RECORD_BYTES
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.engines.engine import CsvFormat, CsvReject, CsvScan

_GOOD = b"g,good,1\n"


def _scan(path: Path, columns: str = "abc", form: CsvFormat | None = None) -> CsvScan:
    return CsvScan(path, list(columns), form or CsvFormat())


def _read(
    engine: DuckDBEngine, path: Path, content: bytes, form: CsvFormat | None = None
) -> tuple[list[tuple[str | None, ...]], list[CsvReject]]:
    path.write_bytes(content)
    rows = engine.rows(f"SELECT * FROM {engine.csv(_scan(path, form=form))}")
    return rows, engine.csv_rejects()


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        pytest.param(b"x,y,z\n1,2,3\n", [("1", "2", "3")], id="plain"),
        pytest.param(b"x,y,z\r\n1,2,3\r\n4,5,6", [("1", "2", "3"), ("4", "5", "6")], id="CRLF, no last end"),
        pytest.param(b"\xef\xbb\xbfx,y,z\n1,2,3\n", [("1", "2", "3")], id="BOM"),
        pytest.param(b'x,y,z\n"1","",\n', [("1", None, None)], id="nothing is NULL"),
        pytest.param(b"x,y,z\n007, 1 ,NULL\n", [("007", " 1 ", "NULL")], id="all is text as it stands"),
        pytest.param(
            b'x,y,z\n"a,b","say ""hi""","two\nlines"\n', [("a,b", 'say "hi"', "two\nlines")], id="quotes"
        ),
        pytest.param(b"x,y,z\n# no comment,2,3\n", [("# no comment", "2", "3")], id="no comments"),
        pytest.param(b"x,y,z\n\n1,2,3\n\n", [("1", "2", "3")], id="blank lines"),
        pytest.param("x,y,z\né,🎵,שלום\n".encode(), [("é", "🎵", "שלום")], id="letters of all kinds"),
    ],
)
def test_read(
    engine: DuckDBEngine, tmp_path: Path, content: bytes, rows: list[tuple[str | None, ...]]
) -> None:
    assert _read(engine, tmp_path / "a.csv", content) == (rows, [])


def test_other_signs(engine: DuckDBEngine, tmp_path: Path) -> None:
    form = CsvFormat(delimiter="|", quote="'", escape="'")
    content = b"x|y|z\n'a|b'|it''s|\"c,d\"\n"
    assert _read(engine, tmp_path / "a.csv", content, form) == ([("a|b", "it''s", '"c,d"')], [])


@pytest.mark.parametrize(
    ("bad", "column", "reason"),
    [
        pytest.param(b"s,short\n", "c", "missing columns", id="short"),
        pytest.param(b"l,long,1,2\n", "", "too many columns", id="long"),
        pytest.param(b"u,\xff,1\n", "b", "invalid encoding", id="undecodable"),
        pytest.param(b"\xc3,u,1\n", "a", "invalid encoding", id="undecodable first"),
        pytest.param(b"u,u,1\xff\n", "c", "invalid encoding", id="undecodable last"),
        pytest.param(b'q,"quoted"not,1\n', "b", "unquoted value", id="text after a quote"),
        pytest.param(b"o," + b"x" * MAX_RECORD_BYTES + b",1\n", "", "line size over maximum", id="oversized"),
    ],
)
@pytest.mark.parametrize("before", [b"", _GOOD, b'q,"two\nlines",1\n', _GOOD * 5000])
def test_a_bad_record_is_refused_alone(
    engine: DuckDBEngine, tmp_path: Path, before: bytes, bad: bytes, column: str, reason: str
) -> None:
    head = b"x,y,z\n" + before
    rows, rejects = _read(engine, tmp_path / "a.csv", head + bad + _GOOD)
    assert rejects == [CsvReject(len(head), column, reason)]
    assert len(rows) == before.count(b",1\n") + 1
    assert rows[-1] == ("g", "good", "1")


def test_a_record_refused_for_several_reasons_is_one(engine: DuckDBEngine, tmp_path: Path) -> None:
    rows, rejects = _read(engine, tmp_path / "a.csv", b"x,y,z\nu,\xff,1,2,3\n" + _GOOD)
    assert (len(rows), len(rejects)) == (1, 1)


def test_an_open_quote_is_refused(engine: DuckDBEngine, tmp_path: Path) -> None:
    rows, rejects = _read(engine, tmp_path / "a.csv", b"x,y,z\n" + _GOOD + b'o,"open,1\n' + _GOOD)
    assert rows == [("g", "good", "1")]
    assert [reject.byte_offset for reject in rejects] == [6 + len(_GOOD)]


@pytest.mark.parametrize("asked", ["a", "c", "a, c", "c, a", "count(*)", "b"])
@pytest.mark.parametrize("at", range(3))
def test_what_is_refused_does_not_depend_on_the_columns_asked_for(
    engine: DuckDBEngine, tmp_path: Path, asked: str, at: int
) -> None:
    bad = [b"u", b"v", b"w"]
    bad[at] += b"\xff"
    path = tmp_path / "a.csv"
    path.write_bytes(b"x,y,z\n" + _GOOD + b",".join(bad) + b"\n" + _GOOD)
    scan = CsvScan(path, list("abc"), CsvFormat())
    rows = engine.rows(f"SELECT {asked} FROM {engine.csv(scan)}")
    assert rows == [(2,)] if asked == "count(*)" else len(rows) == 2
    assert engine.csv_rejects() == [CsvReject(15, "abc"[at], "invalid encoding")]


def test_rejects_are_told_once(engine: DuckDBEngine, tmp_path: Path) -> None:
    _, rejects = _read(engine, tmp_path / "a.csv", b"x,y,z\ns,short\n" + _GOOD)
    assert len(rejects) == 1
    assert engine.csv_rejects() == []
    assert _read(engine, tmp_path / "b.csv", b"x,y,z\n" + _GOOD) == ([("g", "good", "1")], [])


def test_rows_keep_their_order(engine: DuckDBEngine, tmp_path: Path) -> None:
    """Enough bytes for several threads (a thread takes some tens of megabytes at most)."""
    path = tmp_path / "a.csv"
    filling = b"x" * 400
    path.write_bytes(b"x,y,z\n" + b"".join(b"%d,%s,1\n" % (at, filling) for at in range(100_000)))
    (misplaced,) = engine.rows(
        f"SELECT count(*) FROM (SELECT a::INT AS a, row_number() OVER () - 1 AS place "
        f"FROM {engine.csv(_scan(path))}) WHERE a <> place"
    )
    assert misplaced == (0,)


_HOPELESS = b'x,y,z\r\nk,5" disc,1\r\nm,"two\nlines",1\r\n'


def test_a_file_that_cannot_be_read_through_is_rejected(engine: DuckDBEngine, tmp_path: Path) -> None:
    """Lines that end in two ways make the strict reader give up; other files are still read after it."""
    with pytest.raises(RejectedError, match="a quote"):
        _read(engine, tmp_path / "a.csv", _HOPELESS.replace(b"m,", b"\rm,"))
    assert _read(engine, tmp_path / "b.csv", b"x,y,z\n" + _GOOD) == ([("g", "good", "1")], [])


def test_a_file_that_is_not_there_is_an_error_of_the_outside(engine: DuckDBEngine, tmp_path: Path) -> None:
    with pytest.raises(OutsideError):
        engine.rows(f"SELECT * FROM {engine.csv(_scan(tmp_path / 'none.csv'))}")


def test_a_python_variable_is_no_table(engine: DuckDBEngine) -> None:
    secret = [1, 2, 3]
    assert secret
    with pytest.raises(Exception, match="secret does not exist"):
        engine.rows("SELECT * FROM secret")
