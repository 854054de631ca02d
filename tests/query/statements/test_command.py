"""`wavehouse sql` with statements, parameters and leave to write."""

from __future__ import annotations

import json

import pytest
from tests.query.statements.house import House

from wavehouse.core.errors import QueryError
from wavehouse.wiring import statements


def test_parameters_come_with_the_statement(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    sql = "SELECT id FROM music.songs WHERE plays > ? AND title = ?"
    statements.run(house.settings, sql, "json", None, ["5", "'Beta'"])
    assert json.loads(capsys.readouterr().out)["rows"] == [[2]]
    with pytest.raises(QueryError, match="has 2 parameters"):
        statements.run(house.settings, sql, "json", None, [])
    statements.run(
        house.settings, "PREPARE one FROM SELECT id + ? AS n FROM music.songs WHERE id = 1", "csv", None
    )
    assert capsys.readouterr().out == ""
    statements.run(house.settings, "EXECUTE one USING 10", "csv", None)
    assert capsys.readouterr().out == "n\r\n11\r\n"


def test_writing_is_allowed_or_not(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(QueryError, match="Add --write"):
        statements.run(house.settings, "DELETE FROM music.songs", "json", None)
    statements.run(house.settings, "DELETE FROM music.songs WHERE id = ?", "json", None, ["1"], write=True)
    told = json.loads(capsys.readouterr().out)
    assert (told["columns"], told["rows"]) == ([{"name": "rows", "type": "bigint"}], [[1]])
    statements.run(house.settings, "DROP TABLE music.songs", "json", None, write=True)
    assert json.loads(capsys.readouterr().out)["rows"] == []


def test_rows_are_told_up_to_a_number(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    statements.run(house.settings, "SELECT id FROM music.songs ORDER BY id", "json", 2)
    told = json.loads(capsys.readouterr().out)
    assert (told["rows"], told["truncated"]) == ([[1], [2]], True)
