"""The values of JSON files one by one, and CSV files without a header."""

from __future__ import annotations

from pathlib import Path

import pytest

from wavehouse.core.errors import RejectedError
from wavehouse.engines.engine import CsvFormat, CsvScan, Engine, JsonScan


def _values(engine: Engine, path: Path, text: str) -> list[tuple[object, ...]]:
    path.write_text(text, "utf-8")
    return engine.json_values(
        JsonScan(path, "newline_delimited"),
        lambda values: f"SELECT * FROM {values} ORDER BY record, place, element, value",
    )


def test_every_value_is_a_row_and_those_of_lists_are_too(engine: Engine, tmp_path: Path) -> None:
    text = '{"a": 1, "b": ["x", null]}\n\n{"a": "1", "c": {"d": true}, "e": null, "f": false, "g": 1.50}\n'
    assert _values(engine, tmp_path / "a", text) == [
        (1, 1, "a", False, "NUMBER", "1"),
        (1, 2, "b", False, "ARRAY", '["x",null]'),
        (1, 2, "b", True, "VARCHAR", "x"),
        (1, 2, "b", True, "NULL", None),
        (2, 1, "a", False, "VARCHAR", "1"),
        (2, 2, "c", False, "OBJECT", '{"d":true}'),
        (2, 3, "e", False, "NULL", None),
        (2, 4, "f", False, "BOOLEAN", "false"),
        (2, 5, "g", False, "NUMBER", "1.5"),
    ]


def test_no_record_is_lost(engine: Engine, tmp_path: Path) -> None:
    assert _values(engine, tmp_path / "a", '{}\n[1]\n"x"\n') == [
        (1, 1, None, False, "NULL", None),
        (2, 1, None, False, "NONE", None),
        (3, 1, None, False, "NONE", None),
    ]


def test_what_is_no_json_is_refused(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(RejectedError, match="cannot be read as JSON"):
        _values(engine, tmp_path / "a", '{"a": 1}\n{"a": \n')


def test_a_csv_without_a_header_loses_no_record(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a,1\nb,2\n", "utf-8")
    scan = engine.csv(CsvScan(tmp_path / "a", ["c0", "c1"], CsvFormat(), header=False))
    assert engine.rows(f"SELECT * FROM {scan}") == [("a", "1"), ("b", "2")]
