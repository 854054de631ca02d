"""Statements that try to get out of the process that runs them, or to take the machine with them."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.query.sandbox.conftest import ROWS, SECRET, Grounds

from wavehouse.core.errors import OutsideError, QueryError, WavehouseError
from wavehouse.core.table_head import TableSource
from wavehouse.engines.engine import Engine
from wavehouse.query.answer import answer
from wavehouse.query.sandbox.worker import Worker

CORPUS = yaml.safe_load((Path(__file__).parents[2] / "golden" / "escapes.yaml").read_text("utf-8"))
TRICKS: dict[str, list[str]] = CORPUS["duckdb"]


def _rows(reader: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = reader.read_all().to_pylist()
    return rows


def _said(worker: Worker, sql: str) -> str:
    """What the process answers, or says against it."""
    try:
        return str(worker.answer(sql, _rows))
    except WavehouseError as error:
        return f"error: {error}"


def _still_works(worker: Worker, grounds: Grounds) -> bool:
    sql = f"SELECT count(*) AS n FROM read_parquet('{grounds.data}')"
    return worker.answer(sql, _rows) == [{"n": ROWS}]


@pytest.mark.parametrize("kind", TRICKS)
def test_nothing_gets_out_and_nothing_is_changed(kind: str, grounds: Grounds) -> None:
    before = grounds.files()
    worker = grounds.worker()
    said = {trick: _said(worker, grounds.fill(trick)) for trick in TRICKS[kind]}
    assert [trick for trick, text in said.items() if SECRET in text] == []
    answered = [trick for trick, text in said.items() if not text.startswith("error: ")]
    assert answered == [] or kind == "harmless"
    assert grounds.files() == before
    assert worker.is_alive
    assert _still_works(worker, grounds)


@pytest.mark.parametrize("bomb", CORPUS["bombs"])
def test_a_bomb_ends_in_its_time_and_the_next_statement_is_answered(bomb: str, grounds: Grounds) -> None:
    worker = grounds.worker(seconds=2)
    assert _still_works(worker, grounds)
    began = time.monotonic()
    with pytest.raises((QueryError, OutsideError)):
        worker.answer(bomb, _rows)
    # (Not a measurement: a statement that nothing ends runs for hours.)
    assert time.monotonic() - began < 30
    if worker.is_alive:
        assert _still_works(worker, grounds)
    else:
        assert _still_works(grounds.worker(), grounds)


@pytest.mark.parametrize("trick", CORPUS["athena"])
def test_the_translator_refuses_it(trick: str, tables: TableSource, engine: Engine, grounds: Grounds) -> None:
    before = grounds.files()
    with pytest.raises(QueryError) as found:
        answer(grounds.fill(trick), tables, engine)
    assert SECRET not in str(found.value)
    assert grounds.files() == before


def test_there_are_many_of_them() -> None:
    kinds = [*TRICKS.values(), CORPUS["bombs"], CORPUS["athena"]]
    assert all(len({*tricks}) == len(tricks) for tricks in kinds)
    assert sum(map(len, kinds)) >= 200
