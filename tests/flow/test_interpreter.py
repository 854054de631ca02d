"""Random graphs give the same columns and rows as SQL as in plain Python."""

from __future__ import annotations

import json
import math
from random import Random
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from tests.flow.interpreter import Rows
from tests.flow.random_flows import RandomFlow, random_flow

from wavehouse.flow.binding import contract_rows
from wavehouse.flow.program import compile_target

if TYPE_CHECKING:
    from tests.flow.conftest import Flows, Table


def _table(flows: Flows, rows: Rows, key: tuple[str, ...]) -> Table:
    values = [tuple(str(value) if _is_day(value) else value for value in row) for row in rows.rows]
    return flows.table([f"{name} {type_}" for name, type_ in rows.columns], values, *key)


def _is_day(value: Any) -> bool:
    return not isinstance(value, int | float | str | None)


def _written(flow: RandomFlow) -> str:
    nodes: dict[str, Any] = {
        name: {"S3CsvSource": {"Name": name, "Paths": [f"${{staging}}/{name}/"]}} for name in flow.sources
    }
    target = {"Name": "out", "Inputs": [flow.last], "Database": "d", "Table": "t"}
    nodes |= {**flow.nodes, "out": {"S3CatalogTarget": target}}
    return json.dumps({"flow": "f", "nodes": nodes})


def _near(a: Any, b: Any) -> bool:
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)
    return type(a) is type(b) and bool(a == b)


def _sorted(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """In an order in which equal rows stand at the same place, however their fractions are rounded."""
    return sorted(rows, key=lambda row: [f"{v:.6f}" if isinstance(v, float) else repr(v) for v in row])


# (The graph is thrown, not drawn: what hypothesis draws is mostly small and alike.)
@given(seed=st.integers(0, 2**40), size=st.integers(3, 9))
@settings(
    max_examples=max(500, settings().max_examples),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_sql_means_what_the_interpreter_means(flows: Flows, seed: int, size: int) -> None:
    flow = random_flow(Random(seed), size)  # noqa: S311
    bound = {name: _table(flows, rows, key).bound() for name, (rows, key) in flow.sources.items()}
    program = compile_target(flows.graph(_written(flow)), "out", contract_rows(bound), flows.engine)
    expected = flow.rows[flow.last]
    for kind in {next(iter(node)) for id_, node in flow.nodes.items() if id_ in program.nodes}:
        event(kind)
    assert [(column.name, column.type) for column in program.columns] == list(expected.columns)
    assert flows.engine.columns(program.sql) == program.columns
    found = _sorted(flows.engine.rows(program.sql))
    wanted = _sorted(list(expected.rows))
    assert len(found) == len(wanted)
    for mine, theirs in zip(found, wanted, strict=True):
        assert all(_near(a, b) for a, b in zip(mine, theirs, strict=True)), (mine, theirs)
    # What is said to tell rows apart does.
    for id_ in program.nodes:
        unique = program.relations[id_].unique
        if unique and id_ in flow.rows:
            told = flow.rows[id_].picked(sorted(unique)).rows
            assert len(set(told)) == len(told), id_
