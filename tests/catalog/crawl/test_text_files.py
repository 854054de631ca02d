"""CSV and JSON files: how they are written, their columns, and where a value stands."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavehouse.catalog.classifiers import CsvClassifier
from wavehouse.catalog.counting import kind_sql
from wavehouse.catalog.csv_columns import read_csv_columns
from wavehouse.catalog.csv_form import csv_form
from wavehouse.catalog.formats import NotCoveredError
from wavehouse.catalog.json_columns import read_json_columns
from wavehouse.catalog.text_kinds import kind_of
from wavehouse.catalog.text_types import judge
from wavehouse.core.data_catalog import CsvReading
from wavehouse.core.errors import RejectedError
from wavehouse.core.sql_text import literal
from wavehouse.engines.engine import Engine

_VALUES = [
    "true", "FALSE", "tRue", "0", "-1", "2147483647", "2147483648", "-2147483649", "9223372036854775807",
    "9223372036854775808", "-9223372036854775808", "007", "-01", "-0", "+5", " 5", "1.50", "-0.585", "01.5",
    "1e5", "1E-7", "1.", ".5", "1e999", "1e", "2020-01-31", "2020-02-30", "2019-02-29", "0000-01-01",
    "0001-01-01",
    "2020-01-31 10:00", "2020-01-31T10:00:00.123456", "2020-01-31 10:00:00.1234567", "2020-01-31 24:00:00",
    "2020-01-31 25:00:00", "2020-01-31T10:00:00Z", "2020-01-31 10:00:00 UTC", "2020-01-31 10:00:00UTC",
    "2020-01-31 10:00:00+02", "2020-01-31 10:00:00+0230", "2020-01-31 10:00:00-02:30", "2020-01-31Z",
    "4aawyAB9vmqN3uQ7FjRGTy", "nan", "Infinity", "x", "1_000", "0x1F", "1,5", "", "-", ".", "é",
]  # fmt: skip


@pytest.mark.parametrize("value", _VALUES)
def test_the_engine_sees_the_kinds_that_python_sees(value: str, engine: Engine) -> None:
    ((kind,),) = engine.rows(f"SELECT {kind_sql(engine, 'v')} FROM (SELECT {literal(value)} AS v)")
    assert kind == kind_of(value)


@given(st.from_regex(r"-?[0-9]{1,4}[-. :T0-9eZ+]{0,20}", fullmatch=True))
def test_so_it_does_for_anything_that_looks_like_a_number_or_a_date(engine: Engine, value: str) -> None:
    test_the_engine_sees_the_kinds_that_python_sees(value, engine)


def _form(text: str, *classifiers: CsvClassifier) -> tuple[CsvReading, tuple[str, ...]]:
    form = csv_form(text, whole=True, classifiers=classifiers)
    return form.reading, form.names


@pytest.mark.parametrize(
    ("text", "delimiter", "header", "names"),
    [
        ("id,plays\na,1\nb,2\n", ",", True, ("id", "plays")),
        ("id|plays\na|1\n", "|", True, ("id", "plays")),
        ("id\tplays\na\t1\n", "\t", True, ("id", "plays")),
        ("id;plays\na;1,5\nb;2,5\nc;3,5\n", ";", False, ("col1", "col2")),
        ("id\x01plays\na\x011\n", "\x01", True, ("id", "plays")),
        ("a,1\nb,2\n", ",", False, ("col1", "col2")),
        ("name,label\nAbba,Polar\n", ",", False, ("col1", "col2")),
        ("id,,plays\na,x,1\n", ",", False, ("col1", "col2", "col3")),
        ("id,plays,\na,1,\n", ",", True, ("id", "plays", "col3")),
        ("id,id,n\na,b,1\n", ",", True, ("id", "col2", "n")),
        (f"{'x' * 150},plays\na,1\n", ",", False, ("col1", "col2")),
        (f"plays,{'x' * 150}\n1,a\n", ",", False, ("col1", "col2")),
        ('"a, b",plays\n"c, d",1\n', ",", True, ("a, b", "plays")),
    ],
)
def test_delimiter_and_header_are_found_out_as_documented(
    text: str, delimiter: str, header: bool, names: tuple[str, ...]
) -> None:
    assert _form(text) == (CsvReading(delimiter, '"', "", header), names)


@pytest.mark.parametrize("text", ["hello\nworld\n", "a b c\nd e\n", "a,b\nc\nd,e,f\ng\n"])
def test_other_texts_are_no_csv(text: str) -> None:
    with pytest.raises(NotCoveredError):
        csv_form(text, whole=True)


def test_classifiers_of_the_project_come_first() -> None:
    hashes = CsvClassifier(name="hashes", delimiter="#", quote="'", header="PRESENT")
    assert _form("id#name\n1#'a#b'\n", hashes) == (CsvReading("#", "'", "", header=True), ("id", "name"))
    single = CsvClassifier(name="ids", header="ABSENT", columns=("track",), allow_single_column=True)
    assert _form("x\ny\n", hashes, single) == (CsvReading(",", '"', "", header=False), ("track",))
    assert _form("a,1\nb,2\n", hashes, single)[1] == ("col1", "col2")


def test_every_value_counts_and_the_first_misfit_is_named_by_its_line(tmp_path: Path, engine: Engine) -> None:
    rows = [f'"two\nlines {at}",{at},{at}.5{"" if at else "0"}' for at in range(2000)]
    rows[1500] = '"x",n/a,1.5'
    (tmp_path / "a").write_text("name,plays,score\n" + "\n".join(rows) + "\n", "utf-8")
    found = read_csv_columns(tmp_path / "a", "a.csv", engine)
    assert found.rows == 2000
    assert [(column.name, column.type) for column in found.columns] == [
        ("name", "string"), ("plays", "string"), ("score", "double"),
    ]  # fmt: skip
    assert judge(found.censuses[1]).why == (
        "1,999 of 2,000 values are of the type int; the first that is not: 'n/a' (a.csv:3002)"
    )


def test_a_line_of_another_length_is_named(tmp_path: Path, engine: Engine) -> None:
    (tmp_path / "a").write_text("a,b\n" + "1,2\n" * 30 + "1,2,3\n" + "1,2\n", "utf-8")
    with pytest.raises(RejectedError, match="line 32: too many columns"):
        read_csv_columns(tmp_path / "a", "a.csv", engine)


def test_bytes_that_are_no_utf8_are_named(tmp_path: Path, engine: Engine) -> None:
    (tmp_path / "a").write_bytes(b"a,b\n" + b"x,2\n" * 5 + b"\xe9,2\n")
    with pytest.raises(RejectedError, match="line 7"):
        read_csv_columns(tmp_path / "a", "a.csv", engine)


def test_objects_of_json_give_columns(tmp_path: Path, engine: Engine) -> None:
    (tmp_path / "a").write_text(
        '{"id": "007", "n": 1, "x": 1.0, "ok": true, "day": "2020-01-31", "tags": ["a"], "o": {"a": 1}}\n'
        "\n"
        '{"n": 5000000000, "day": "2020-02-01", "tags": [], "late": null, "mix": 1}\n'
        '{"n": null, "Id": "x", "mix": "1", "nest": [[1]], "nums": [1, 2.5]}\n',
        "utf-8",
    )
    found = read_json_columns(tmp_path / "a", "a.json", engine)
    assert found.rows == 3
    assert {column.name: column.type for column in found.columns} == {
        "id": "string", "n": "bigint", "x": "double", "ok": "boolean", "day": "date", "tags": "array<string>",
        "o": "string", "late": "string", "mix": "string", "nest": "array<string>", "nums": "array<double>",
    }  # fmt: skip
    assert [column.name for column in found.columns][:3] == ["id", "n", "x"]
    assert found.notes == ("the key 'Id' is left out: the file has 'id' too",)
    mixed = found.censuses[[column.name for column in found.columns].index("mix")]
    assert judge(mixed).why.endswith("the first that is not: '1' (a.json:4)")


@pytest.mark.parametrize(
    ("text", "told"),
    [('{"a": 1}\n{"a": \n', "cannot be read as JSON"), ('{"a": 1}\n\n[1]\n', "line 3: no object")],
)
def test_what_is_no_json_object_is_named(text: str, told: str, tmp_path: Path, engine: Engine) -> None:
    (tmp_path / "a").write_text(text, "utf-8")
    with pytest.raises(RejectedError, match=told) as refused:
        read_json_columns(tmp_path / "a", "a.json", engine)
    assert str(tmp_path) not in refused.value.what  # a copy, as likely as not


def test_objects_without_keys_count(tmp_path: Path, engine: Engine) -> None:
    (tmp_path / "a").write_text('{}\n{"a": 1}\n{}\n', "utf-8")
    assert read_json_columns(tmp_path / "a", "a.json", engine).rows == 3
