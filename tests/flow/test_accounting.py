"""The account of a flow says of every node what counting by hand says, whatever it knows by keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from tests.flow.conftest import Flows

Rows = list[tuple[Any, ...]]

_TYPES = ["equijoin", "left", "right", "outer", "leftsemi", "leftanti"]


def _join(id_: str, kind: str, left: str, right: str, keys: tuple[str, str]) -> str:
    return (
        f"  {id_}:\n    Join: {{Name: J, Inputs: [{left}, {right}], JoinType: {kind}, Columns: "
        f"[{{From: {left}, Keys: [[{keys[0]}]]}}, {{From: {right}, Keys: [[{keys[1]}]]}}]}}\n"
    )


def _meets(left: list[dict[str, Any]], right: list[dict[str, Any]], keys: tuple[str, str]) -> list[int]:
    """How many right rows each left row meets."""
    return [
        sum(row[keys[0]] is not None and row[keys[0]] == other[keys[1]] for other in right) for row in left
    ]


def _by_hand(kind: str, meets: list[int], right_alone: int) -> tuple[int, int, int]:
    """Rows out, unmatched, added."""
    matched = sum(map(bool, meets))
    out = {
        "equijoin": sum(meets),
        "left": sum(max(1, times) for times in meets),
        "right": sum(meets) + right_alone,
        "outer": sum(max(1, times) for times in meets) + right_alone,
        "leftsemi": matched,
        "leftanti": len(meets) - matched,
    }[kind]
    # Of the left rows, those that the kind of join keeps; all others came from meeting several, or the right.
    kept = {"left": len(meets), "outer": len(meets), "leftanti": len(meets) - matched}.get(kind, matched)
    return out, len(meets) - matched, out - kept


_GOLDEN = {
    "equijoin": (4, 2, 2),
    "left": (6, 2, 2),
    "right": (6, 2, 4),
    "outer": (8, 2, 4),
    "leftsemi": (2, 2, 0),
    "leftanti": (2, 2, 0),
}


@pytest.mark.parametrize("kind", _TYPES)
def test_a_join(flows: Flows, kind: str) -> None:
    """Of four left rows two meet two each; two right rows meet none."""
    tables = {
        "a": flows.table(["k int"], [(1,), (1,), (2,), (None,)]),
        "b": flows.table(["k int"], [(1,), (1,), (3,), (None,)]),
    }
    account, expected, written = flows.account(_join("n", kind, "a", "b", ("k", "k")), tables)
    assert (account["n"].rows_in, account["n"].name) == (4, "J")
    assert (account["n"].rows_out, account["n"].unmatched, account["n"].added) == _GOLDEN[kind]
    assert expected == written == _GOLDEN[kind][0]


@pytest.mark.parametrize(
    ("first", "counted"),
    [
        ("leftanti", (2, 1, 1, 0)),
        ("leftsemi", (2, 1, 1, 0)),
        ("equijoin", (2, 2, 1, 1)),
        ("left", (2, 3, 1, 1)),
        ("right", (2, 2, 1, 1)),
    ],
)
def test_a_join_before_one_that_loses_nothing(flows: Flows, first: str, counted: tuple[int, ...]) -> None:
    """What was written has as many rows as the first join, and still cannot tell what that one lost."""
    tables = {
        "a": flows.table(["k int"], [(1,), (2,)]),
        "b": flows.table(["bk int"], [(1,), (1,)]),
        "c": flows.table(["ck int"], [(1,), (2,)], "ck"),
    }
    nodes = _join("m", first, "a", "b", ("k", "bk")) + _join("n", "left", "m", "c", ("k", "ck"))
    account, expected, written = flows.account(nodes, tables)
    rows = account["m"]
    assert (rows.rows_in, rows.rows_out, rows.unmatched, rows.added) == counted
    assert expected == written == counted[1]


@pytest.mark.parametrize(
    ("columns", "key", "out"),
    [
        ("[[k]]", (), 3),
        ("[[v]]", (), 2),
        ("[]", (), 4),
        # By less than what tells the rows apart.
        ("[[v]]", ("k", "v"), 2),
        ("[[k]]", ("k", "v"), 3),
        ("[[k], [v]]", ("k", "v"), 4),
        ("[]", ("k", "v"), 4),
    ],
)
def test_drop_duplicates(flows: Flows, columns: str, key: tuple[str, ...], out: int) -> None:
    rows: Rows = [(1, 1), (1, 2), (2, 1), (None, 1)]
    tables = {"a": flows.table(["k int", "v int"], rows, *key)}
    nodes = f"  n:\n    DropDuplicates: {{Name: D, Inputs: [a], Columns: {columns}}}\n"
    account, expected, written = flows.account(nodes, tables)
    assert (account["n"].rows_in, account["n"].rows_out) == (4, out)
    assert expected == written == out


_POSITIVE = (
    "  {0}:\n    Filter: {{Name: F, Inputs: [{1}], LogicalOperator: AND, Filters: [{{Operation: GT, Values: "
    "[{{Type: COLUMNEXTRACTED, Value: [k]}}, {{Type: CONSTANT, Value: ['1']}}]}}]}}\n"
)


def test_filter_union_and_aggregate(flows: Flows) -> None:
    """Rows that a filter drops, rows of both inputs, and one row per group."""
    tables = {
        "a": flows.table(["k int", "v int"], [(1, 1), (2, 1), (2, 1), (None, 1)]),
        "b": flows.table(["k int", "v int"], [(2, 1), (3, 3)]),
    }
    nodes = (
        _POSITIVE.format("f", "a")
        + "  u:\n    Union: {Name: U, Inputs: [f, b], UnionType: ALL}\n"
        + "  d:\n    Union: {Name: D, Inputs: [u, b], UnionType: DISTINCT}\n"
        + "  g:\n    Aggregate: {Name: G, Inputs: [u], Groups: [[v]], Aggs: [{Column: [k], AggFunc: sum}]}\n"
        + "  n:\n    RenameField: {Name: N, Inputs: [g], SourcePath: ['sum(k)'], TargetPath: [total]}\n"
    )
    account, expected, written = flows.account(nodes, tables)
    assert {id_: (rows.rows_in, rows.rows_out) for id_, rows in account.items()} == {
        "f": (4, 2), "u": (4, 4), "g": (4, 2)
    }  # fmt: skip
    assert expected == written == 2
    account, expected, written = flows.account(nodes, tables, "d")
    assert (account["d"].rows_in, account["d"].rows_out) == (6, 2)
    assert expected == written == 2


def test_a_sum_of_everything_is_one_row(flows: Flows) -> None:
    tables = {"a": flows.table(["k int"], [(1,), (2,)])}
    nodes = "  n:\n    Aggregate: {Name: G, Inputs: [a], Groups: [], Aggs: [{Column: [k], AggFunc: sum}]}\n"
    account, expected, written = flows.account(nodes, tables)
    assert (account["n"].rows_in, account["n"].rows_out) == (2, 1)
    assert expected == written == 1


def test_a_filter_before_a_join_that_loses_nothing(flows: Flows) -> None:
    """As many rows are written as the join got; what the filter dropped is counted all the same."""
    tables = {
        "a": flows.table(["k int"], [(1,), (2,), (3,)]),
        "b": flows.table(["bk int"], [(2,), (3,)], "bk"),
    }
    nodes = _POSITIVE.format("f", "a") + _join("j", "equijoin", "f", "b", ("k", "bk"))
    nodes += (
        "  s:\n    SplitFields: {Name: S, Inputs: [j], Paths: [[k]]}\n"
        "  n:\n    SelectFromCollection: {Name: C, Inputs: [s], Index: 0}\n"
    )
    account, expected, written = flows.account(nodes, tables)
    assert (account["f"].rows_in, account["f"].rows_out) == (3, 2)
    assert (account["j"].rows_in, account["j"].rows_out, account["j"].unmatched) == (2, 2, 0)
    assert expected == written == 2


def test_a_flow_that_changes_no_number_of_rows(flows: Flows) -> None:
    tables = {"a": flows.table(["k int", "v int"], [(1, 1)])}
    nodes = "  n:\n    DropFields: {Name: D, Inputs: [a], Paths: [[v]]}\n"
    assert flows.account(nodes, tables) == ({}, None, 1)


def test_behind_a_query_nothing_is_expected(flows: Flows) -> None:
    tables = {"a": flows.table(["k int"], [(1,), (1,), (2,)])}
    nodes = (
        "  d:\n    DropDuplicates: {Name: D, Inputs: [a], Columns: []}\n"
        "  n:\n    SparkSQL: {Name: S, Inputs: [d], SqlAliases: [{From: d, Alias: t}], "
        "SqlQuery: SELECT * FROM t WHERE k = 1}\n"
    )
    account, expected, written = flows.account(nodes, tables)
    assert (account["d"].rows_in, account["d"].rows_out) == (3, 2)
    assert (expected, written) == (None, 1)


def _query(id_: str, input_: str, query: str) -> str:
    return (
        f"  {id_}:\n    SparkSQL: {{Name: S, Inputs: [{input_}], SqlAliases: [{{From: {input_}, Alias: t}}], "
        f"SqlQuery: '{query}'}}\n"
    )


@pytest.mark.parametrize(
    ("query", "counts"),
    [
        # The key still tells its rows apart: a join that returns as many rows as it got lost none.
        ("SELECT v, k FROM t WHERE v > 1", 1),
        # It may not: rows, matches and what comes out are all counted.
        ("SELECT v, k + 0 AS k FROM t WHERE v > 1", 3),
    ],
)
def test_behind_a_query_on_single_rows_less_is_counted(
    flows: Flows, monkeypatch: pytest.MonkeyPatch, query: str, counts: int
) -> None:
    tables = {
        "a": flows.table(["ak int"], [(2,), (3,), (3,)]),
        "b": flows.table(["k int", "v int"], [(1, 1), (2, 2), (3, 3)], "k"),
    }
    asked: list[str] = []
    rows = flows.engine.rows

    def listen(sql: str) -> list[tuple[Any, ...]]:
        asked.append(sql)
        return rows(sql)

    monkeypatch.setattr(flows.engine, "rows", listen)
    nodes = _query("q", "b", query) + _join("n", "equijoin", "a", "q", ("ak", "k"))
    account, expected, written = flows.account(nodes, tables)
    counted = account["n"]
    assert (counted.rows_in, counted.rows_out, counted.unmatched, counted.added) == (3, 3, 0, 0)
    assert expected == written == 3
    assert sum(sql.count("(SELECT count(*)") for sql in asked) == counts


_QUERIES = [
    "SELECT * FROM t",
    "SELECT bv, bk AS bk FROM t WHERE bv > 0",
    "SELECT 0 * bk AS bk, bv FROM t",
    "SELECT bv, bk FROM t GROUP BY bk, bv",
]
_KEY = st.sampled_from([1, 2, 3, None])
_SIDE = st.lists(st.tuples(_KEY, st.integers(0, 2)), max_size=5)
_UNIQUE = st.lists(st.tuples(st.integers(1, 4), st.integers(0, 2)), max_size=4, unique_by=lambda row: row[0])


@given(data=st.data())
@settings(
    max_examples=settings().max_examples // 2,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_numbers_are_those_of_counting_by_hand(flows: Flows, data: st.DataObject) -> None:
    """Two joins, the second over the first; sides that have a key and sides that have none."""
    tables = {}
    for name in "abc":
        unique = data.draw(st.booleans(), label=f"{name} has a key")
        rows: Rows = data.draw(_UNIQUE if unique else _SIDE, label=name)
        tables[name] = flows.table([f"{name}k int", f"{name}v int"], rows, *([f"{name}k"] if unique else []))
    first, second = (data.draw(st.sampled_from(_TYPES), label=f"join {at}") for at in range(2))
    once = data.draw(st.sampled_from(["", "[]", "[[bk]]", "[[bv]]"]), label="b once by")
    nodes, right = "", "b"
    if once:
        nodes, right = f"  d:\n    DropDuplicates: {{Name: D, Inputs: [b], Columns: {once}}}\n", "d"
    # Behind some queries it is still known what tells the rows apart.
    if asked := data.draw(st.sampled_from(["", *_QUERIES]), label="b asked"):
        nodes += _query("q", right, asked)
        right = "q"
    keys = {"m": ("ak", "bk"), "n": ("ak", data.draw(st.sampled_from(["ck", "cv"]), label="second key"))}
    nodes += _join("m", first, "a", right, keys["m"]) + _join("n", second, "m", "c", keys["n"])

    account, expected, written = flows.account(nodes, tables)

    event(f"{first}, then {second}")
    assert expected == written
    rows_of = flows.rows_of(nodes, tables)
    if once:
        assert (account["d"].rows_in, account["d"].rows_out) == (len(rows_of["b"]), len(rows_of["d"]))
    for id_, kind, left, other in (("m", first, "a", right), ("n", second, "m", "c")):
        if id_ == "m" and once == "[[bv]]":
            # Which of the rows of one value stays is not said: only the sums can be held against it.
            assert account[id_].rows_in == len(rows_of["a"])
            continue
        meets = _meets(rows_of[left], rows_of[other], keys[id_])
        back = _meets(rows_of[other], rows_of[left], keys[id_][::-1])
        out, unmatched, added = _by_hand(kind, meets, back.count(0))
        if id_ == "n" and once == "[[bv]]":
            continue
        assert (
            account[id_].rows_in,
            account[id_].rows_out,
            account[id_].unmatched,
            account[id_].added,
        ) == (len(meets), out, unmatched, added)
