"""Every row that is written says where it is from, in columns with ids of their own."""

from __future__ import annotations

import gzip
import hashlib
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest
from tests.staging.tables import THINGS

from wavehouse.staging.provenance import PRECEDENCE, PROVENANCE, stored_columns

if TYPE_CHECKING:
    from tests.staging.conftest import Lab, MakeLab

_HEADER = "id,a,b,c\n"
_GOOD = _HEADER + "k,1,2,3\nl,4,5,6\n"


@pytest.fixture
def lab(make_lab: MakeLab) -> Lab:
    """A lab with the contract `THINGS`."""
    return make_lab(THINGS)


def test_a_table_has_the_columns_of_its_contract_and_then_these(lab: Lab) -> None:
    contract = lab.contracts["things"]
    assert stored_columns(contract) == (*contract.table_columns, *PROVENANCE)
    assert [(column.name, column.type) for column in PROVENANCE] == [
        ("_batch_time", "timestamp"),
        ("_file_name", "string"),
        ("_sha256", "string"),
        ("_absent", "string"),
    ]
    assert list(PRECEDENCE) == ["_batch_time", "_file_name", "_sha256"]


@pytest.mark.parametrize("content", [_GOOD, _GOOD + "m,no,1,1\n"], ids=["all fit", "one does not"])
def test_every_row_has_the_time_the_name_and_the_hash_of_its_file(lab: Lab, content: str) -> None:
    time = datetime(2024, 2, 29, 23, 59, 59, 123456, tzinfo=timezone(timedelta(hours=-3)))
    landed = lab.land(content.encode(), "things 'new'.csv", time=time)
    stamp = {
        "_batch_time": datetime(2024, 3, 1, 2, 59, 59, 123456),  # noqa: DTZ001  # UTC, as tables have it
        "_file_name": "things 'new'.csv",
        "_sha256": hashlib.sha256(content.encode()).hexdigest(),
        "_absent": None,
    }
    assert lab.type(landed).stamps == [stamp, stamp]


def test_a_whole_second_is_no_other_moment(lab: Lab) -> None:
    landed = lab.land(_GOOD.encode(), "things.csv", time=datetime(2024, 1, 1, 5, tzinfo=UTC))
    assert lab.type(landed).stamps[0]["_batch_time"] == datetime(2024, 1, 1, 5)  # noqa: DTZ001


def test_the_hash_is_that_of_the_bytes_as_they_came(lab: Lab) -> None:
    reading = lab.read(_GOOD.encode(), "things.csv.gz")
    packed = (lab.lake / reading.landed.path).read_bytes()
    assert gzip.decompress(packed) == _GOOD.encode()
    assert {stamp["_sha256"] for stamp in reading.stamps} == {hashlib.sha256(packed).hexdigest()}


@pytest.mark.parametrize("end", ["\nk,1\nl,2\n", "\nk,1\nl,no\n"], ids=["all fit", "one does not"])
def test_the_columns_that_a_file_lacks_are_named_in_the_contracts_order(lab: Lab, end: str) -> None:
    reading = lab.read(f"id,b{end}".encode(), "things.csv")
    assert {stamp["_absent"] for stamp in reading.stamps} == {"a,c"}
    assert reading.typed.absent == ("a", "c")


def test_a_column_that_is_there_and_empty_is_not_absent(lab: Lab) -> None:
    reading = lab.read(f"{_HEADER}k,,,\n".encode(), "things.csv")
    assert [stamp["_absent"] for stamp in reading.stamps] == [None]
    assert reading.typed.absent == ()


def test_the_columns_are_written_with_the_ids_that_the_table_gave(lab: Lab) -> None:
    reading = lab.read(_GOOD.encode(), "things.csv")
    (file,) = reading.typed.files
    schema = pq.ParquetFile(file.location).schema_arrow
    assert {field.name: int(field.metadata[b"PARQUET:field_id"]) for field in schema} == dict(
        lab.ids("things").columns
    )


def test_a_row_kept_aside_names_its_file_by_hash(lab: Lab) -> None:
    reading = lab.read(f"{_GOOD}m,no,1,1\nn,7\n".encode(), "things.csv")
    assert [reject.line for reject in reading.aside] == [4, 5]
    assert {reject.sha256 for reject in reading.aside} == {reading.landed.sha256}
