"""What statistics make certain: never that a row is not wanted which is."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from wavehouse.core.columns import Column
from wavehouse.query.certain import ALL_NULL, Condition, Known, conditions_rule_out, conjuncts
from wavehouse.query.comparable import value_of
from wavehouse.query.parse import parse

COLUMNS = {name: Column(name, type_) for name, type_ in (("n", "int"), ("x", "double"), ("s", "string"))}


def conditions_of(where: str) -> list[Condition]:
    """What must be true where `where` is."""
    node = parse(f"select 1 from t where {where}").args["where"].this
    return conjuncts(node, lambda column: COLUMNS.get(column.name))


def condition_of(where: str) -> Condition:
    """The one condition that `where` is."""
    (only,) = conditions_of(where)
    return only


def known(values: Sequence[Any]) -> Known:
    """What statistics tell of values: of NaN nothing."""
    there = [one for one in values if one is not None]
    bounds = [one for one in there if isinstance(one, str) or not math.isnan(one)]
    return Known(
        min(bounds, default=None), max(bounds, default=None), nulls=None in values, values=bool(there)
    )


RULED_OUT = [
    "n = 4", "4 = n", "n > 3", "n >= 4", "n < 1", "3 < n", "n between 4 and 9", "n in (4, 5, -1)",
    "not (n <= 3)", "not (n between 1 and 3)", "n = 4 or n = 5", "n = 4 or n > 7", "n is null",
    "not (n is not null)", "n not between 0 and 3", "false", "null", "n = 4 and x = 1", "-1 = n",
    "s is not null", "s = 'a'", "n = 4 or (n = 5 and x = 2)", "not (n >= 1 or x > 1)",
    "n = 4.0", "n > 3.5",
]  # fmt: skip
NOT_RULED_OUT = [
    "n = 2", "n <> 2", "n = 4 or x = 2", "n + 1 = 9", "n = 2.5", "n > 3e0", "s is null", "n in (4, n)",
    "x <> 1", "not (x = 1)", "not (x > 0)", "coalesce(n, 4) = 4", "n is not null", "true", "n < x",
    "cast(n as varchar) = '9'", "n = 4 or n + 1 = 9", "case when n = 4 then true end", "n in (select 4)",
]  # fmt: skip


def _look(name: str) -> Known | None:
    return {"n": Known(1, 3, nulls=False), "x": Known(1.0, 1.0, nulls=False), "s": ALL_NULL}.get(name)


@pytest.mark.parametrize("where", RULED_OUT)
def test_it_is_certain(where: str) -> None:
    assert conditions_rule_out(conditions_of(where), _look)


@pytest.mark.parametrize("where", NOT_RULED_OUT)
def test_it_is_not(where: str) -> None:
    assert not conditions_rule_out(conditions_of(where), _look)


def test_what_is_true_of_a_row_of_nulls() -> None:
    assert condition_of("n = 4").rejects_nulls
    assert condition_of("n is not null").rejects_nulls
    assert not condition_of("n is null").rejects_nulls
    assert not condition_of("n = 4 or n is null").rejects_nulls
    assert not condition_of("length(s) = 4").rejects_nulls


def test_a_long_list_is_a_range() -> None:
    odd = ", ".join(str(number) for number in range(1, 301, 2))
    assert not condition_of(f"n in ({odd})").rules_out(lambda _: Known(100, 100, nulls=False))
    assert condition_of(f"n in ({odd})").rules_out(lambda _: Known(301, 400, nulls=False))


def test_what_is_in_the_range_of_a_long_list_may_be_none_of_it() -> None:
    """`NOT IN` of a list that is long enough to be a range: what stands between its numbers is wanted."""
    even = ", ".join(str(number) for number in range(0, 202, 2))
    for where in (f"n not in ({even})", f"not (n in ({even}) or n = 300)", f"not (n in ({even}) and n < 99)"):
        assert not condition_of(where).rules_out(lambda _: Known(51, 51, nulls=False))
        assert condition_of(where).rules_out(lambda _: ALL_NULL)
    assert condition_of(f"n not in ({even})").rejects_nulls


def test_a_long_chain_is_no_deep_one() -> None:
    chain = " or ".join(f"n = {number}" for number in range(5, 500))
    assert condition_of(chain).rules_out(_look)


@pytest.mark.parametrize(
    ("text", "type_"),
    [("1_0", "int"), ("1.5", "int"), (" 1", "bigint"), ("nan", "double"), ("Infinity", "double"),
     ("2020-1-1", "date"), ("0044-03-15 (BC)", "date"), ("2020-01-01 10:00", "timestamp"),
     ("true", "boolean"), ("1.5", "float"), ("", "decimal(5,2)"), ("2147483648", "int"),
     ("-9223372036854775809", "bigint"), ("1.234", "decimal(5,2)"), ("1234", "decimal(5,2)"),
     ("1e400", "double"), ("2020-02-31", "date"), ("0000-01-01", "date"),
     ("2020-01-01 24:00:00", "timestamp"), ("2020-02-31 00:00:00", "timestamp")],
)  # fmt: skip
def test_what_is_no_value_of_its_type_is_none(text: str, type_: str) -> None:
    assert value_of(text, type_) is None


def test_timestamps_are_in_order() -> None:
    texts = ["2019-12-31 23:59:59.999999", "2020-01-01", "2020-01-01 00:00:00.05", "2020-01-01 00:00:00.5"]
    values = [value_of(text, "timestamp") for text in texts]
    assert values == sorted(values)


# -- against a plain evaluation of every row --

_NUMBERS = st.integers(-3, 3)
_ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "n": st.none() | _NUMBERS,
            "x": st.none() | _NUMBERS.map(float) | st.just(math.nan),
            "s": st.none() | st.sampled_from("abc"),
        }
    ),
    min_size=1,
    max_size=6,
)
_OPERATORS = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])


def _long_list(name: str, constants: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """A list of few values, so long that only its range is looked at: others are within it."""
    listed = st.lists(constants, min_size=2, max_size=3).map(lambda few: ", ".join(few * 51))
    return st.builds(lambda word, all_: f"{name} {word} ({all_})", st.sampled_from(["in", "not in"]), listed)


def _leaf(name: str, constants: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds(lambda o, c: f"{name} {o} {c}", _OPERATORS, constants),
        st.builds(lambda o, c: f"{c} {o} {name}", _OPERATORS, constants),
        st.builds(lambda a, b: f"{name} between {a} and {b}", constants, constants),
        st.builds(lambda cs: f"{name} in ({', '.join(cs)})", st.lists(constants, min_size=1, max_size=3)),
        _long_list(name, constants),
        st.sampled_from([f"{name} is null", f"{name} is not null"]),
    )


_CONSTANTS = {
    "n": _NUMBERS.map(str),
    "x": _NUMBERS.map(lambda number: f"{number}e0"),
    "s": st.sampled_from(["'a'", "'b'", "'c'", "'d'"]),
}


def _where(leaf: Callable[[str, st.SearchStrategy[str]], st.SearchStrategy[str]]) -> st.SearchStrategy[str]:
    return st.recursive(
        st.one_of(*(leaf(name, constants) for name, constants in _CONSTANTS.items())),
        lambda inner: st.one_of(
            st.builds(lambda a, b: f"({a} and {b})", inner, inner),
            st.builds(lambda a, b: f"({a} or {b})", inner, inner),
            inner.map(lambda a: f"not ({a})"),
        ),
        max_leaves=5,
    )


def _constant(node: exp.Expr) -> Any:
    node = node.unnest()
    if isinstance(node, exp.Neg):
        return -_constant(node.this)
    return node.name if node.args["is_string"] else float(node.name)


def _value(node: exp.Expr, row: dict[str, Any]) -> Any:
    return row[node.name] if isinstance(node, exp.Column) else _constant(node)


def _true(node: exp.Expr, row: dict[str, Any]) -> bool | None:
    """What Trino makes of the condition for a row."""
    node = node.unnest()
    match node:
        case exp.Not():
            inner = _true(node.this, row)
            return None if inner is None else not inner
        case exp.And() | exp.Or():
            sides = [_true(node.this, row), _true(node.expression, row)]
            decisive = isinstance(node, exp.Or)
            return decisive if decisive in sides else None if None in sides else not decisive
        case exp.Is():
            return row[node.this.name] is None
        case exp.Between():
            low, high = (_compare(kind, row[node.this.name], _constant(node.args[end]))
                         for kind, end in ((exp.GTE, "low"), (exp.LTE, "high")))  # fmt: skip
            return False if False in (low, high) else None if low is None else True
        case exp.In():
            value = row[node.this.name]
            return None if value is None else any(value == _constant(one) for one in node.expressions)
    return _compare(type(node), _value(node.this, row), _value(node.expression, row))


def _compare(kind: type[exp.Expr], left: Any, right: Any) -> bool | None:
    if left is None or right is None:
        return None
    results: dict[type[exp.Expr], bool] = {
        exp.EQ: left == right,
        exp.NEQ: left != right,
        exp.LT: left < right,
        exp.LTE: left <= right,
        exp.GT: left > right,
        exp.GTE: left >= right,
    }
    return results[kind]


@given(rows=_ROWS, where=_where(_leaf) | _where(_long_list))
def test_no_row_is_lost(rows: list[dict[str, Any]], where: str) -> None:
    tree = parse(f"select 1 from t where {where}").args["where"].this
    found = conjuncts(tree, lambda column: COLUMNS.get(column.name))
    statistics = {name: known([row[name] for row in rows]) for name in COLUMNS}
    results = [_true(tree, row) for row in rows]
    if any(one.rules_out(statistics.get) for one in found):
        assert True not in results
    if len(found) == 1:
        outcomes = found[0].outcomes(statistics.get)
        for result, possible in ((True, outcomes.true), (False, outcomes.false), (None, outcomes.null)):
            assert possible or result not in results
