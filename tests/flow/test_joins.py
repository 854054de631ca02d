"""The six joins against plain Python: NULL keys, keys that stand several times, columns of one name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wavehouse.core.errors import DefinitionError

if TYPE_CHECKING:
    from tests.flow.conftest import Flows

Rows = list[tuple[Any, ...]]

_TYPES = ["equijoin", "left", "right", "outer", "leftsemi", "leftanti"]
_JOIN = """\
  n:
    Join:
      Name: N
      Inputs: [left, right]
      JoinType: {}
      Columns: [{{From: left, Keys: {}}}, {{From: right, Keys: {}}}]
"""


def _joined(left: Rows, right: Rows, kind: str, keys: int = 1) -> Iterator[tuple[Any, ...]]:
    """The rows of a join by the first columns: NULL equals nothing."""
    width = {"left": len(left[0]) if left else 2, "right": len(right[0]) if right else 2}

    def meet(a: tuple[Any, ...], b: tuple[Any, ...]) -> bool:
        return None not in a[:keys] and a[:keys] == b[:keys]

    for a in left:
        met = [b for b in right if meet(a, b)]
        if kind in ("leftsemi", "leftanti"):
            if bool(met) == (kind == "leftsemi"):
                yield a
        elif met:
            yield from (a + b for b in met)
        elif kind in ("left", "outer"):
            yield a + (None,) * width["right"]
    if kind in ("right", "outer"):
        yield from ((None,) * width["left"] + b for b in right if not any(meet(a, b) for a in left))


_LEFT: Rows = [(1, "a"), (2, "b"), (2, "c"), (3, "d"), (None, "e"), (None, "f")]
_RIGHT: Rows = [(2, "x"), (2, "y"), (3, "z"), (4, "w"), (None, "v")]
_GOLDEN: dict[str, Rows] = {
    "equijoin": [
        (2, "b", 2, "x"),
        (2, "b", 2, "y"),
        (2, "c", 2, "x"),
        (2, "c", 2, "y"),
        (3, "d", 3, "z"),
    ],
    "leftsemi": [(2, "b"), (2, "c"), (3, "d")],
    "leftanti": [(1, "a"), (None, "e"), (None, "f")],
}
_LEFT_ALONE: Rows = [(1, "a", None, None), (None, "e", None, None), (None, "f", None, None)]
_RIGHT_ALONE: Rows = [(None, None, 4, "w"), (None, None, None, "v")]
_GOLDEN |= {
    "left": _GOLDEN["equijoin"] + _LEFT_ALONE,
    "right": _GOLDEN["equijoin"] + _RIGHT_ALONE,
    "outer": _GOLDEN["equijoin"] + _LEFT_ALONE + _RIGHT_ALONE,
}


def _run(flows: Flows, kind: str, left: Rows, right: Rows, key: str = "[[k]]") -> tuple[list[str], Rows]:
    tables = {
        "left": flows.table(["k int", "v string"], left),
        "right": flows.table(["k int", "w string"], right),
    }
    rows = flows.run(_JOIN.format(kind, key, key), tables)
    program = flows.compile(_JOIN.format(kind, key, key), tables)
    return [column.name for column in program.columns], [tuple(row.values()) for row in rows]


@pytest.mark.parametrize("kind", _TYPES)
def test_rows(flows: Flows, kind: str) -> None:
    names, rows = _run(flows, kind, _LEFT, _RIGHT)
    assert sorted(rows, key=repr) == sorted(_GOLDEN[kind], key=repr)
    # Glue's rule: a right column of a name that the left has too is called by it with a leading dot.
    assert names == (["k", "v"] if kind in ("leftsemi", "leftanti") else ["k", "v", ".k", "w"])


_KEY = st.sampled_from([1, 2, 3, None])
_SIDE = st.lists(st.tuples(_KEY, st.sampled_from(["a", "b"])), max_size=6)


@given(kind=st.sampled_from(_TYPES), left=_SIDE, right=_SIDE)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_as_in_plain_python(flows: Flows, kind: str, left: Rows, right: Rows) -> None:
    _, rows = _run(flows, kind, left, right)
    assert sorted(rows, key=repr) == sorted(_joined(left, right, kind), key=repr)


@pytest.mark.parametrize("kind", _TYPES)
def test_several_keys(flows: Flows, kind: str) -> None:
    left: Rows = [(1, "a"), (1, "b"), (2, None), (None, "a")]
    right: Rows = [(1, "a"), (1, "c"), (2, None), (None, "a")]
    tables = {
        "left": flows.table(["k int", "v string"], left),
        "right": flows.table(["k2 int", "v2 string"], right),
    }
    rows = flows.run(_JOIN.format(kind, "[[k], [v]]", "[[k2], [v2]]"), tables)
    assert sorted((tuple(row.values()) for row in rows), key=repr) == sorted(
        _joined(left, right, kind, keys=2), key=repr
    )


def test_the_keys_belong_to_the_sides_by_name_not_by_order(flows: Flows) -> None:
    tables = {
        "left": flows.table(["a int"], [(1,), (2,)]),
        "right": flows.table(["b int"], [(2,), (3,)]),
    }
    nodes = """\
  n:
    Join:
      Name: N
      Inputs: [left, right]
      JoinType: equijoin
      Columns: [{From: right, Keys: [[b]]}, {From: left, Keys: [[a]]}]
"""
    assert flows.run(nodes, tables) == [{"a": 2, "b": 2}]


def test_odd_names(flows: Flows) -> None:
    tables = {
        "select": flows.table(["order int", "a-b string"], [(1, "x")]),
        "From-2": flows.table(["order int", "group string"], [(1, "y")]),
    }
    nodes = """\
  n:
    Join:
      Name: N
      Inputs: [select, From-2]
      JoinType: left
      Columns: [{From: select, Keys: [[order]]}, {From: From-2, Keys: [[order]]}]
"""
    assert flows.run(nodes, tables) == [{"order": 1, "a-b": "x", ".order": 1, "group": "y"}]


@pytest.mark.parametrize("side", [0, 1])
def test_a_key_that_is_not_there(flows: Flows, side: int) -> None:
    tables = {
        "left": flows.table(["key int"], [(1,)]),
        "right": flows.table(["key int"], [(1,)]),
    }
    keys = ["[[key]]", "[[key]]"]
    keys[side] = "[[kye]]"
    with pytest.raises(DefinitionError, match=r":7: node 'n': there is no column 'kye'.*mean 'key'"):
        flows.compile(_JOIN.format("left", *keys), tables)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (["id int", "v int"], ["k int", "V int"]),
        (["id int", ".v int", "v int"], ["k int", "v int"]),
    ],
)
def test_columns_that_cannot_be_told_apart(flows: Flows, left: list[str], right: list[str]) -> None:
    """SQL would read the left one for both."""
    tables = {
        "left": flows.table(left, [(1, 10, 11)[: len(left)]]),
        "right": flows.table(right, [(1, 20)]),
    }
    with pytest.raises(DefinitionError, match=r":7: node 'n' gives two columns the name '\.?[vV]'"):
        flows.compile(_JOIN.format("left", "[[id]]", "[[k]]"), tables)
