"""What is said of a file that was read all the same, above all of columns that nobody has asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.staging.tables import THINGS

from wavehouse.project.contracts import SourceContract

if TYPE_CHECKING:
    from tests.staging.conftest import Lab, MakeLab


@pytest.fixture
def lab(make_lab: MakeLab) -> Lab:
    """A lab with the contract `THINGS`."""
    return make_lab(THINGS)


@pytest.mark.parametrize(
    ("values", "type_"),
    [
        (["1", "-7", ""], "int"),
        (["1", "3000000000"], "bigint"),
        (["1", "2.5", "1e3"], "double"),
        (["true", "false", ""], "boolean"),
        (["2024-01-31", "1999-12-01"], "date"),
        (["2024-01-31 10:00:00", "2024-01-31"], "timestamp"),
        (["1", "x"], "string"),
        (["2024-01-31", "1"], "string"),
        (["", ""], "string"),
        (["99999999999999999999999"], "double"),
    ],
)
def test_an_unknown_column_is_offered_with_the_narrowest_type(
    lab: Lab, values: list[str], type_: str
) -> None:
    rows = "".join(f"k{at},1,2,3,{value}\n" for at, value in enumerate(values))
    reading = lab.read(f"id,a,b,c,more\n{rows}".encode(), "things.csv")
    assert reading.typed.notes == [
        "things.csv: columns that the contract does not have were left out: more. To take them, add to the "
        f"columns of 'things': more: {{type: {type_}}}"
    ]
    assert len(reading.rows) == len(values)


def test_what_is_offered_is_what_the_contract_takes(make_lab: MakeLab, lab: Lab) -> None:
    content = b"id,first,a,second,b,c\nk,2.5,1,2024-01-31,2,3\nl,,4,,5,6\n"
    (note,) = lab.read(content, "things.csv").typed.notes
    assert "left out: first, second." in note
    offered = note.partition("'things': ")[2]
    assert offered == "first: {type: double}; second: {type: date}"
    definition = THINGS.model_dump()
    for line in offered.split("; "):
        name, _, type_ = line.removesuffix("}").partition(": {type: ")
        definition["columns"][name] = {"type": type_}
    reading = make_lab(SourceContract.model_validate(definition)).read(content, "things.csv")
    assert reading.typed.notes == []
    assert [str(row["second"]) for row in reading.rows] == ["2024-01-31", "None"]


def test_looking_at_an_unknown_column_hides_no_row_that_is_kept_aside(lab: Lab) -> None:
    rows = b"k,1,2,3,7\nl,no,2,3,7\nm,1\nn,1,2,3,\xff\no,1,2,3,8\n"
    reading = lab.read(b"id,a,b,c,more\n" + rows, "things.csv")
    assert [(reject.line, reject.faults[0].column) for reject in reading.aside] == [
        (3, "a"),
        (4, "b"),
        (5, ""),
    ]
    assert [row["id"] for row in reading.rows] == ["k", "o"]
    # The next file is read as if nothing had been.
    assert lab.read(b"id,a,b,c\nk,1,2,3\n", "things.csv").aside == []


def test_a_column_that_is_missing_is_said_to_be_left_open_or_to_be_null(make_lab: MakeLab, lab: Lab) -> None:
    content = b"id,a,c\nk,1,2\n"
    assert lab.read(content, "things.csv").typed.notes == [
        "things.csv: no column b; what the table has there stays, else NULL"
    ]
    whole = SourceContract.model_validate({**THINGS.model_dump(), "contents": "snapshot"})
    assert make_lab(whole).read(content, "things.csv").typed.notes == [
        "things.csv: no column b; NULL in the table"
    ]
