"""What a contract may say, and how it is told that it says something else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from wavehouse.core.columns import Column
from wavehouse.core.errors import DefinitionError
from wavehouse.project.contracts import SourceContract, read_contracts
from wavehouse.project.project import Project
from wavehouse.project.yaml_file import read_yaml

Write = Callable[[str | bytes], Path]

_GOOD = """\
source: plays
files: [plays.csv]
key: [id]
columns:
  id: {type: string, required: true}
  seconds: {type: Long, aliases: [length]}
  day: {type: partial_date}
  link: {type: string, load: false}
"""


def _contract(path: Path) -> SourceContract:
    return read_yaml(path).parse(SourceContract)


def test_the_table_has_the_columns_that_are_loaded(write: Write) -> None:
    contract = _contract(write(_GOOD))
    assert contract.table_columns == (
        Column("id", "string"),
        Column("seconds", "bigint"),
        Column("day", "string"),
    )
    assert (contract.role, contract.contents, contract.extra_columns) == ("table", "changes", "warn")
    assert (contract.csv.delimiter, contract.csv.quote, contract.csv.encoding) == (",", '"', "utf-8")


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("files:", "fils:", 2, "'fils' is not a known key here. Did you mean 'files'?"),
        ("{type: Long,", "{typ: Long,", 6, "'typ' is not a known key here. Did you mean 'type'?"),
        ("type: Long", "type: bignit", 6, "'bignit' is not a type. Did you mean 'bigint'?"),
        ("partial_date", "partial_dat", 7, "'partial_dat' is not a type. Did you mean 'partial_date'?"),
        ("type: Long", "type: array<int>", 6, "a CSV column cannot be of type array<int>"),
        ("type: Long", "type: 'decimal(50,2)'", 6, "'decimal(50,2)' is not a type"),
        ("key: [id]", "key: [idd]", 3, "the key column 'idd' is not among the columns. Did you mean 'id'?"),
        ("key: [id]", "key: [link]", 3, "the key column 'link' is not among the columns"),
        ("key: [id]", "key: []", 3, "it needs 1 item or more, and has 0"),
        ("aliases: [length]", "aliases: [ID]", 6, "the name 'ID' stands for both 'id' and 'seconds'"),
        ("  seconds:", "  Filename:", 6, "a column cannot be called 'Filename'"),
        ("  seconds:", "  _file:", 6, "a column cannot be called '_file': names that begin with _ say where"),
        ("  seconds:", "  _anything:", 6, "a column cannot be called '_anything'"),
        ("source: plays", "source: Play-s", 1, "'source': 'Play-s' does not match ^[a-z]"),
        (
            "key: [id]",
            "role: tabel\nkey: [id]",
            3,
            "'role': it must be 'table' or 'reconcile', not 'tabel' (did you mean 'table'?)",
        ),
        (
            "key: [id]",
            "contents: all\nkey: [id]",
            3,
            "'contents': it must be 'changes' or 'snapshot', not 'all'",
        ),
        ("key: [id]", "content: snapshot\nkey: [id]", 3, "Did you mean 'contents'?"),
        ("key: [id]", "csv: {delimeter: ;}\nkey: [id]", 3, "Did you mean 'delimiter'?"),
        ("key: [id]", "csv: {delimiter: ';;'}\nkey: [id]", 3, "at most 1 character"),
        ("key: [id]", "csv: {delimiter: '\"'}\nkey: [id]", 3, "delimiter and quote are the same sign"),
        ("key: [id]", 'csv: {delimiter: "\\n"}\nkey: [id]', 3, "cannot stand between values"),
        ("key: [id]", "csv: {quote: «}\nkey: [id]", 3, "cannot stand between values"),
        ("key: [id]", "csv: {encoding: utf-16}\nkey: [id]", 3, "'encoding': it must be"),
    ],
)
def test_a_wrong_contract_is_told_by_file_and_line(
    write: Write, old: str, new: str, line: int, said: str
) -> None:
    assert old in _GOOD
    path = write(_GOOD.replace(old, new, 1))
    with pytest.raises(DefinitionError) as caught:
        _contract(path)
    assert said in str(caught.value)
    # Rules over several keys are told at the first line.
    assert caught.value.where in (f"{path}:{line}", f"{path}:1")
    assert "''" not in str(caught.value)


def test_what_one_file_holds_is_said_or_is_changes(write: Write) -> None:
    assert _contract(write(_GOOD)).contents == "changes"
    for contents in ("changes", "snapshot"):
        assert _contract(write(f"{_GOOD}contents: {contents}\n")).contents == contents


def test_a_column_that_arrives_with_an_underscore_is_known_by_an_alias(write: Write) -> None:
    contract = _contract(write(_GOOD.replace("aliases: [length]", "aliases: [_length]")))
    assert contract.columns["seconds"].aliases == ("_length",)
    assert all(not column.name.startswith("_") for column in contract.table_columns)


def test_two_contracts_for_one_source(tmp_path: Path) -> None:
    (tmp_path / "wavehouse.yaml").write_text("name: x\n")
    folder = tmp_path / "contracts"
    folder.mkdir()
    (folder / "a.yaml").write_text(_GOOD)
    (folder / "b.yaml").write_text("# again\n" + _GOOD)
    with pytest.raises(DefinitionError, match="second contract for the source 'plays'") as caught:
        read_contracts(Project.at(tmp_path))
    assert caught.value.where == f"{folder / 'b.yaml'}:2"


def test_a_project_without_contracts(tmp_path: Path) -> None:
    (tmp_path / "wavehouse.yaml").write_text("name: x\n")
    assert read_contracts(Project.at(tmp_path)) == {}


def test_the_shipped_contracts(shipped: Project) -> None:
    contracts = read_contracts(shipped)
    assert {name: contract.role for name, contract in contracts.items()} == {
        "albums": "table",
        "artists": "table",
        "features": "table",
        "tracks": "table",
        "spotify_data": "reconcile",
    }
    assert {contract.contents for contract in contracts.values()} == {"changes"}
    assert {name: contract.key for name, contract in contracts.items()} == {
        "albums": ("album_id", "track_id"),
        "artists": ("id",),
        "features": ("id",),
        "tracks": ("id",),
        "spotify_data": ("album_id", "track_id"),
    }
    # The layout of the published files: how many columns each has.
    assert {name: len(contract.columns) for name, contract in contracts.items()} == {
        "albums": 26,
        "artists": 12,
        "features": 18,
        "tracks": 3,
        "spotify_data": 38,
    }
