"""PREPARE, EXECUTE, DEALLOCATE, and parameters."""

from __future__ import annotations

import pytest
from tests.query.statements.house import House

from wavehouse.core.errors import QueryError
from wavehouse.query.statements.parameters import with_parameters
from wavehouse.query.statements.prepared import meant
from wavehouse.wiring.statements import prepared_statements


def test_a_prepared_statement_is_executed(house: House) -> None:
    house.run(
        "PREPARE one FROM SELECT id FROM music.songs WHERE plays > ? AND title <> ? ORDER BY id", write=False
    )
    assert house.rows("EXECUTE one USING 5, 'it''s, Beta'") == [(1,), (2,)]
    assert house.rows("EXECUTE ONE USING 5, 'Beta'") == [(1,)]
    with pytest.raises(QueryError, match="there is a prepared statement 'one' already"):
        house.run("PREPARE one FROM SELECT 1")
    house.run("DEALLOCATE PREPARE one")
    with pytest.raises(QueryError, match="no prepared statement 'one'"):
        house.run("EXECUTE one USING 1, 'a'")
    with pytest.raises(QueryError, match="no prepared statement 'one'"):
        house.run("DEALLOCATE PREPARE one")


def test_names_are_as_long_as_athenas(house: House) -> None:
    for at, name in enumerate((f"a{'x' * 199}", f"a{'x' * 249}", f"A{'X' * 255}")):
        house.run(f"PREPARE {name} FROM SELECT {at}", write=False)
        assert house.rows(f"EXECUTE {name.swapcase()}") == [(at,)]
    assert len(prepared_statements(house.settings).all()) == 3
    house.run(f"DEALLOCATE PREPARE {name}")
    with pytest.raises(QueryError, match="no prepared statement"):
        house.run(f"EXECUTE {name}")
    with pytest.raises(QueryError, match="at most 256"):
        house.run(f"PREPARE {name}x FROM SELECT 1")


def test_a_prepared_statement_without_parameters(house: House) -> None:
    house.run("PREPARE other FROM SELECT count(*) FROM music.songs")
    assert house.rows("EXECUTE other") == [(4,)]
    with pytest.raises(QueryError, match="Did you mean 'other'"):
        house.run("EXECUTE othr")


@pytest.mark.parametrize(
    ("sql", "parameters", "wanted"),
    [
        ("SELECT ?", ["1"], "SELECT  1 "),
        ("SELECT '?', \"?\" /* ? */ -- ?\n, ?", ["'a''b'"], "SELECT '?', \"?\" /* ? */ -- ?\n,  'a''b' "),
        ("SELECT 1-?", ["-1"], "SELECT 1- -1 "),
        ("SELECT ?, ?", ["DATE '2020-01-01'", "NULL"], "SELECT  DATE '2020-01-01' ,  NULL "),
        ("SELECT ?", ["'--'"], "SELECT  '--' "),
        ("SELECT ?", ["CAST('1.5' AS decimal(3,1))"], "SELECT  CAST('1.5' AS decimal(3,1)) "),
        ("SELECT ?", ["ARRAY[1, 2]"], "SELECT  ARRAY[1, 2] "),
        ("SELECT 1", [], "SELECT 1"),
    ],
)
def test_parameters_take_the_place_of_question_marks(sql: str, parameters: list[str], wanted: str) -> None:
    assert with_parameters(sql, parameters) == wanted


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ([], "has 1 parameters (?), and 0 are given"),
        (["1", "2"], "has 1 parameters (?), and 2 are given"),
        (["pop"], "A string stands in single quotes: 'pop'"),
        (["1 OR 1=1"], "is not a constant"),
        (["1, 2"], "is not a constant"),
        (["1 -- x"], "is not a constant"),
        (["'a' /*"], "is not"),
        (["1 FROM music.songs"], "is not a constant"),
        (["(SELECT 1)"], "is not a constant"),
        (["1 UNION SELECT 2"], "is not a constant"),
        (["1 AS x"], "is not a constant"),
        (["DISTINCT 1"], "is not a constant"),
        (["'a"], "is not"),
        ([""], "is not a constant"),
        (["1; DROP TABLE x"], "is not a constant"),
        (["now()"], "is not a constant"),
        (["1 + 1"], "is not a constant"),
        (["?"], "is not a constant"),
        (["*"], "is not a constant"),
        (["CAST(x AS date)"], "is not a constant"),
    ],
)
def test_a_parameter_is_one_constant(parameters: list[str], said: str) -> None:
    with pytest.raises(QueryError) as found:
        with_parameters("SELECT ?", parameters)
    assert said in str(found.value)


def test_what_cannot_be_prepared(house: House) -> None:
    for sql, said in (
        ("PREPARE p FROM DROP TABLE music.songs", "this cannot be prepared"),
        ("PREPARE p SELECT 1", "FROM is missing here"),
        ('PREPARE "../p" FROM SELECT 1', "cannot be the name"),
        ("PREPARE p FROM", "this cannot be prepared"),
        ("DEALLOCATE p", "PREPARE is missing here"),
        ("SELECT ?", "0 are given"),
    ):
        with pytest.raises(QueryError) as found:
            house.run(sql)
        assert said in str(found.value)


def test_execute_stands_for_the_statement_that_it_names(house: House) -> None:
    prepared = prepared_statements(house.settings)
    prepared.keep("one", "SELECT ?, ?, ?")
    assert meant("EXECUTE one", (), prepared) == ("SELECT ?, ?, ?", ())
    assert meant("EXECUTE one", ("1",), prepared) == ("SELECT ?, ?, ?", ("1",))
    assert meant(" execute \"One\" using 1, 'a, b', DATE '2020-01-01';", (), prepared) == (
        "SELECT ?, ?, ?",
        ("1", "'a, b'", "DATE '2020-01-01'"),
    )
    assert meant("SELECT ?", ("1",), prepared) == ("SELECT ?", ("1",))
    for sql, parameters in (
        ("EXECUTE one USING 1,,2", ()),
        ("EXECUTE two", ()),
        ("EXECUTE one USING 1", ("2",)),
    ):
        with pytest.raises(QueryError):
            meant(sql, parameters, prepared)
