"""A preview says what the full computation says, and of a sample that it is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.flow.conftest import SOURCE, TARGET
from tests.flow.graphs import COLUMNS, GRAPHS, Row, join, mapping, node, sql, tables

from wavehouse.core.errors import DefinitionError
from wavehouse.flow.binding import contract_rows
from wavehouse.flow.preview import Preview, preview

if TYPE_CHECKING:
    from tests.flow.conftest import Flows

Rows = Mapping[str, Sequence[Row]]


def _look(flows: Flows, nodes: str, rows: Rows, id_: str, shown: int = 5, sample: int = 10_000) -> Preview:
    text = "flow: f\nnodes:\n" + "".join(map(SOURCE.format, COLUMNS)) + nodes + TARGET.format("n")
    bind = contract_rows({name: table.bound() for name, table in tables(flows, rows).items()})
    return preview(flows.graph(text), id_, bind, flows.engine, shown, sample)


def _plays(count: int) -> list[Row]:
    return [
        (number, number % 7, None if number % 3 == 0 else number % 5, number * 2) for number in range(count)
    ]


_MORE = {
    "an aggregate": sql("n", "plays", "SELECT song, count(*) AS n, max(ms) AS ms FROM t GROUP BY song"),
    "real duplicates": node("n", "DropDuplicates", "skips", ", Columns: [[song]]"),
    "a right join": join("n", "right", "plays", "songs", ("song", "sid")),
    "an outer join": join("n", "outer", "plays", "songs", ("song", "sid")),
    "a join of several": join("n", "left", "plays", "skips", ("song", "song")),
    "a source on both sides": mapping("m", "plays", "id other int", "ms x int")
    + join("n", "left", "plays", "m", ("id", "other")),
}
_NODES = {**{name: nodes for name, (nodes, _, _) in GRAPHS.items()}, **_MORE}
_VALUES = st.one_of(st.none(), st.integers(0, 4))


@st.composite
def _rows(draw: st.DrawFn) -> Rows:
    found = {}
    for name, columns in COLUMNS.items():
        others = st.lists(st.tuples(*[_VALUES] * (len(columns) - 1)), max_size=6)
        found[name] = [(number, *row) for number, row in enumerate(draw(others))]
    return found


@pytest.mark.parametrize("name", _NODES)
@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(rows=_rows(), sample=st.sampled_from([1, 3, 1000]))
def test_it_says_what_the_full_computation_says(flows: Flows, name: str, rows: Rows, sample: int) -> None:
    """Of every node; over a sample, the NULLs are those of as many rows as it says it has seen."""
    full = flows.rows_of(_NODES[name], tables(flows, rows))
    for id_, expected in full.items():
        looked = _look(flows, _NODES[name], rows, id_, shown=2, sample=sample)
        names = [column.name for column in looked.columns]
        shown: list[dict[str, Any]] = [dict(zip(names, row, strict=True)) for row in looked.rows]
        assert (looked.count, looked.exact) == (len(expected), True)
        if name != "real duplicates":
            assert all(row in expected for row in shown)
        assert len(shown) == min(2, len(expected))
        if not looked.sampled:
            assert looked.seen == len(expected)
            nulls = [sum(row[column] is None for row in expected) for column in names]
            assert name == "real duplicates" or list(looked.nulls) == nulls
        else:
            assert 2 <= looked.seen <= len(expected)
            assert all(0 <= count <= looked.seen for count in looked.nulls)


def test_columns_have_their_types(flows: Flows) -> None:
    looked = _look(flows, mapping("n", "plays", "id id string", "ms ms bigint"), {"plays": _plays(3)}, "n")
    assert [(column.name, column.type) for column in looked.columns] == [("id", "string"), ("ms", "bigint")]


def test_a_sample_is_the_first_rows_of_the_source(flows: Flows) -> None:
    nodes = join("n", "left", "plays", "songs", ("song", "sid"))
    rows = {"plays": _plays(100), "songs": [(number, number, 0) for number in range(7)]}
    looked = _look(flows, nodes, rows, "n", shown=3, sample=10)
    assert (looked.count, looked.exact, looked.seen, looked.sampled) == (100, True, 10, "plays")
    assert [row[0] for row in looked.rows] == [0, 1, 2]
    # Every third of the first ten has no user.
    assert dict(zip([c.name for c in looked.columns], looked.nulls, strict=True))["user"] == 4


def test_the_same_rows_at_each_look(flows: Flows) -> None:
    nodes = join("n", "left", "plays", "skips", ("song", "song"))
    rows = {"plays": _plays(50), "skips": [(number, number % 7, number) for number in range(70)]}
    looks = [_look(flows, nodes, rows, "n", sample=20) for _ in range(3)]
    assert looks[0] == looks[1] == looks[2]


def test_a_filter_that_lets_few_rows_pass_shows_them(flows: Flows) -> None:
    nodes = sql("n", "plays", "SELECT id FROM t WHERE id >= 97")
    looked = _look(flows, nodes, {"plays": _plays(100)}, "n", shown=5, sample=10)
    assert [row[0] for row in looked.rows] == [97, 98, 99]
    assert (looked.count, looked.exact, looked.sampled) == (3, True, "")


def test_a_count_that_would_take_long_is_estimated(flows: Flows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wavehouse.flow.preview._COUNTED", 50)
    nodes = sql("n", "plays", "SELECT id FROM t WHERE id % 2 = 0")
    looked = _look(flows, nodes, {"plays": _plays(100)}, "n", sample=20)
    assert (looked.count, looked.exact) == (50, False)
    # What needs no counting stays exact.
    looked = _look(
        flows, node("n", "DropFields", "plays", ", Paths: [[ms]]"), {"plays": _plays(100)}, "n", sample=20
    )
    assert (looked.count, looked.exact) == (100, True)


def test_no_rows(flows: Flows) -> None:
    looked = _look(flows, join("n", "left", "plays", "songs", ("song", "sid")), {}, "n")
    assert (looked.rows, looked.count, looked.exact, looked.seen) == ([], 0, True, 0)


def test_a_node_behind_a_broken_one_names_that(flows: Flows) -> None:
    nodes = mapping("m", "plays", "idd id int") + node("n", "DropFields", "m", ", Paths: [[id]]")
    with pytest.raises(DefinitionError, match="node 'm': there is no column 'idd' here"):
        _look(flows, nodes, {}, "n")


def test_a_query_that_stops_is_named(flows: Flows) -> None:
    nodes = sql("n", "plays", "SELECT chr(id - 5) AS sign FROM t")
    with pytest.raises(
        DefinitionError, match="node 'n', or one that it comes from, stops at its rows: Invalid UTF8"
    ):
        _look(flows, nodes, {"plays": _plays(3)}, "n")


def test_times_are_shown_whether_they_have_a_zone_or_not(flows: Flows) -> None:
    query = "SELECT id, CAST('2024-01-01 10:00:00' AS TIMESTAMP) AS t, now() AS later FROM t"
    looked = _look(flows, sql("n", "plays", query), {"plays": _plays(1)}, "n")
    assert [column.type for column in looked.columns] == ["int", "timestamp", "timestamp"]
    assert str(looked.rows[0][1]) == "2024-01-01 10:00:00"
    moments = flows.table(["at timestamptz"], [("2024-01-01 10:00:00+00",)])
    graph = flows.graph("flow: f\nnodes:\n" + SOURCE.format("moments") + TARGET.format("moments"))
    bind = contract_rows({"moments": moments.bound()})
    seen = preview(graph, "moments", bind, flows.engine, 5)
    assert [column.type for column in seen.columns] == ["timestamptz"]
    assert seen.rows == [("2024-01-01 10:00:00+00",)]


def test_a_fault_of_ours_is_not_told_as_one_of_the_rows(
    flows: Flows, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> str:
        raise TypeError("a fault")

    monkeypatch.setattr("wavehouse.flow.preview.driver", broken)
    with pytest.raises(TypeError, match="a fault"):
        _look(flows, sql("n", "plays", "SELECT id FROM t"), {"plays": _plays(1)}, "n")


def test_a_query_that_is_nested_too_deeply_is_named(flows: Flows) -> None:
    for deep in ("(" * 3000 + "id" + ")" * 3000, "id" + " + 1" * 5000):
        with pytest.raises(DefinitionError, match=r"node 'n': .* nested too deeply"):
            _look(flows, sql("n", "plays", f"SELECT {deep} AS x FROM t"), {}, "n")
