"""An answer as a table, CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
import math
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from rich.console import Console

from wavehouse.core.errors import CallError
from wavehouse.query.answer import Answer
from wavehouse.query.output import as_table, write_answer
from wavehouse.query.translate import ResultColumn


def written(answer: Answer, form: str) -> str:
    """What is written of an answer."""
    file = io.StringIO()
    write_answer(answer, form, file)
    return file.getvalue()


def one_column(type_: str, *values: Any, name: str = "a", truncated: bool = False) -> Answer:
    """An answer of one column."""
    return Answer((ResultColumn(name, type_),), [(value,) for value in values], 123, 0.25, truncated)


CELLS = [
    ("varchar", "plain", "plain"),
    ("varchar", None, ""),
    ("varchar", "", '""'),
    ("varchar", 'say "hi", you', '"say ""hi"", you"'),
    ("varchar", "two\nlines", '"two\nlines"'),
    ("varchar", "=1+1", "'=1+1"),
    ("varchar", "+1", "'+1"),
    ("varchar", "-1", "'-1"),
    ("varchar", "@SUM(A1)", "'@SUM(A1)"),
    ("varchar", "\tx", "'\tx"),
    ("varchar", "\r=1", '"\'\r=1"'),
    ("varchar", "=a,b", '"\'=a,b"'),
    ("integer", -5, "-5"),
    ("double", -0.5, "-0.5"),
    ("double", math.nan, "NaN"),
    ("double", -math.inf, "-Infinity"),
    ("decimal(5,2)", Decimal("-1.50"), "-1.50"),
    ("boolean", True, "true"),
    ("date", date(2020, 2, 29), "2020-02-29"),
    ("timestamp", datetime(2020, 2, 29, 13), "2020-02-29 13:00:00.000000"),  # noqa: DTZ001
    ("timestamp(3)", datetime(2020, 2, 29, 13), "2020-02-29 13:00:00.000"),  # noqa: DTZ001
    ("timestamp(0)", datetime(2020, 2, 29, 13), "2020-02-29 13:00:00"),  # noqa: DTZ001
    ("array(timestamp(3))", [datetime(2020, 2, 29, 13)], '"[""2020-02-29 13:00:00.000""]"'),  # noqa: DTZ001
    ("array(varchar)", ["a", None], '"[""a"", null]"'),
]


@pytest.mark.parametrize(("type_", "value", "expected"), CELLS)
def test_a_cell_of_csv(type_: str, value: Any, expected: str) -> None:
    assert written(one_column(type_, value), "csv") == f"a\r\n{expected}\r\n"


def test_csv_is_read_back_by_a_csv_reader() -> None:
    answer = Answer(
        (ResultColumn("a,b", "varchar"), ResultColumn("=x", "varchar")), [('q"', "x\r\ny")], 0, 0, False
    )
    assert list(csv.reader(io.StringIO(written(answer, "csv"), newline=""))) == [
        ["a,b", "'=x"],
        ['q"', "x\r\ny"],
    ]


def test_json() -> None:
    values = [
        1,
        0.5,
        math.nan,
        math.inf,
        True,
        None,
        "=é",
        date(2020, 2, 29),
        Decimal("1.50"),
        ["a", None, [1.5]],
    ]
    document = json.loads(written(one_column("varchar", *values), "json"), parse_constant=pytest.fail)
    assert document == {
        "columns": [{"name": "a", "type": "varchar"}],
        "rows": [
            [value]
            for value in [
                1,
                0.5,
                "NaN",
                "Infinity",
                True,
                None,
                "=é",
                "2020-02-29",
                "1.50",
                ["a", None, [1.5]],
            ]
        ],
        "scanned_bytes": 123,
        "seconds": 0.25,
        "truncated": False,
    }


def drawn(answer: Answer, *, colours: bool = False) -> str:
    """The table as a terminal of 60 columns gets it."""
    console = Console(
        file=io.StringIO(),
        width=60,
        force_terminal=colours,
        color_system="standard" if colours else None,
    )
    console.print(as_table(answer.columns, answer.rows, answer))
    text = console.file.getvalue()  # type: ignore[attr-defined]
    return str(text)


def test_a_table_aligns_numbers_and_dims_null() -> None:
    text = drawn(one_column("integer", 5, 12345, name="number"))
    assert "\n       5  \n   12345  \n" in text
    assert "\x1b[2mNULL" in drawn(one_column("varchar", None), colours=True)
    assert "\x1b[2m" not in drawn(one_column("varchar", "NULL"), colours=True).splitlines()[3]


def test_a_table_says_when_there_is_more() -> None:
    assert "The first 1 rows; there are more." in drawn(one_column("varchar", "x", truncated=True))
    assert "there are more" not in drawn(one_column("varchar", "x"))


def test_a_table_shows_markup_and_control_characters_as_text() -> None:
    text = drawn(one_column("varchar", "[red]x[/red] \x1b[2J \u202e é\n", name="[b]"))
    assert "[red]x[/red] \\x1b[2J \\u202e é\\n" in text
    assert "[b]" in text


def test_write_answer(capsys: pytest.CaptureFixture[str]) -> None:
    answer = one_column("varchar", "x")
    write_answer(answer, "csv")
    assert capsys.readouterr().out == "a\r\nx\r\n"
    write_answer(answer, "json")
    assert json.loads(capsys.readouterr().out)["rows"] == [["x"]]
    write_answer(answer, "table")
    assert " x " in capsys.readouterr().out
    with pytest.raises(CallError, match="Did you mean 'json'"):
        write_answer(answer, "jsn")
