"""Random small tables and random rules of every type that judges rows: always what the oracle says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.quality.oracle import Where, World
from tests.quality.oracle_data import NOW, Table
from tests.quality.oracle_judging import Judge
from tests.quality.oracle_spark import Value

from wavehouse.engines.duckdb_engine import DuckDBEngine

_COLUMNS = ("i int", "x double", "t string", "b boolean", "d date", "m timestamp")
_REFERENCE = ("k int", "w string", "i int", "x double")

_INTS = st.none() | st.integers(-2, 3)
_REALS = st.none() | st.sampled_from([-1.5, 0.0, 0.1, 0.5, 1.0, 2.0, 1e10])
_TEXTS = st.none() | st.sampled_from(
    ["", " ", "\t\n", "a", "A", "ab", "Ä", "ß", "日本", "🎵", "1", " 2 ", "-1.5", "true", "2024-03-15",
     "2024-3", "2023", "2024-02-30", "2024-03-14 23:59:59", "it's", 'q"', "\\", "a\nb", "%"]
)  # fmt: skip
_DAYS = st.none() | st.integers(-3, 2).map(lambda days: date(2024, 3, 15) + timedelta(days=days))
_MOMENTS = st.none() | st.integers(-60, 40).map(lambda n: NOW.replace(second=0) + timedelta(minutes=45 * n))
_ROWS = st.tuples(_INTS, _REALS, _TEXTS, st.none() | st.booleans(), _DAYS, _MOMENTS)
_OTHERS = st.lists(st.tuples(_INTS, _TEXTS, _INTS, _REALS), max_size=4)

WHERES: dict[str, Where] = {
    "i > 0": lambda row: _number(row["i"]) > 0,
    "not (i > 0)": lambda row: row["i"] is not None and _number(row["i"]) <= 0,
    "b": lambda row: row["b"] is True,
    "t is not null or x >= 0.5": lambda row: row["t"] is not None or _number(row["x"]) >= 0.5,
    "i in (1, 2) and not b": lambda row: row["i"] in (1, 2) and row["b"] is False,
    "length(t) = 1": lambda row: row["t"] is not None and len(str(row["t"])) == 1,
    "d >= date '2024-03-14'": lambda row: isinstance(row["d"], date) and row["d"] >= date(2024, 3, 14),
}


def _number(value: Value) -> float:
    return float(value) if isinstance(value, (int, float)) else float("-inf")


def _conditions(operand: st.SearchStrategy[str], extra: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """All operators; `extra` operands stand only where equality is asked for."""
    wide = operand | extra
    return st.one_of(
        st.tuples(st.sampled_from(["=", "!="]), wide).map(" ".join),
        st.tuples(st.sampled_from([">", ">=", "<", "<="]), operand).map(" ".join),
        st.tuples(st.sampled_from(["between", "not between"]), operand, operand).map(
            lambda t: f"{t[0]} {t[1]} and {t[2]}"
        ),
        st.tuples(st.sampled_from(["in", "not in"]), st.lists(wide, min_size=1, max_size=4)).map(
            lambda t: f"{t[0]} [{', '.join(t[1])}]"
        ),
    )


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


_NULL = st.just("NULL")
_NOTHING: st.SearchStrategy[str] = st.nothing()
_NUMERALS = st.sampled_from(["-1.5", "-1", "0", "0.1", "0.5", "1", "2", "3 - 2 * 2", "10000000000"])
_NUMBER_CONDITIONS = _conditions(_NUMERALS, _NULL)
_PLAIN_NUMBERS = _conditions(_NUMERALS, _NOTHING)
_QUOTED = st.sampled_from(
    ["", " ", "a", "A", "ab", "ä", "日本", "1", "true", "it's", 'q"', "\\", "%", "2024"]
).map(_quoted)
_WORDS = st.sampled_from(["EMPTY", "WHITESPACES_ONLY"])
_TEXT_CONDITIONS = st.one_of(
    st.tuples(st.sampled_from(["=", "!="]), _QUOTED | _WORDS).map(" ".join),
    st.tuples(st.sampled_from(["in", "not in"]), _QUOTED, st.lists(_QUOTED | _WORDS | _NULL, max_size=3)).map(
        lambda t: f"{t[0]} [{', '.join([t[1], *t[2]])}]"
    ),
    st.tuples(
        st.sampled_from(["matches", "not matches"]),
        st.sampled_from(["[a-z]+", "a|ab", "", ".", "[0-9]{4}.*", "(a|b)*", "[^a]+"]).map(_quoted),
    ).map(" ".join),
)
_DATES = st.sampled_from(
    ['"2024-03-15"', '"2024-03-14"', '"2024-01-01"', "now()", "(now() - 1 days)", "(now() + 45 minutes)",
     "(now() - 11 hours)", '"10:30"', '"9:45 AM"']
)  # fmt: skip
_DATE_CONDITIONS = _conditions(_DATES, _NULL).filter(lambda text: '"' in text or "now" in text)
_DURATIONS = st.sampled_from(["0 minutes", "45 minutes", "3 hours", "1 days", "36 hours"])
_TYPES = st.sampled_from(
    [
        f'"{name}"'
        for name in ("Integer", "long", "Double", "Boolean", "Date", "Timestamp", "String", "Decimal(3,1)")
    ]
)
_TYPE_CONDITIONS = st.tuples(st.sampled_from(["=", "!="]), _TYPES).map(" ".join) | st.tuples(
    st.sampled_from(["in", "not in"]), st.lists(_TYPES, min_size=1, max_size=3)
).map(lambda t: f"{t[0]} [{', '.join(t[1])}]")
_SHARES = _conditions(st.sampled_from(["0", "0.25", "0.5", "0.75", "1"]), _NOTHING)
_THRESHOLDS = st.just("") | _SHARES.map(" with threshold {}".format)
_WHERE = st.just("") | st.sampled_from(sorted(WHERES)).map(' where "{}"'.format)
_ANY = st.sampled_from(["i", "x", "t", "b", "d", "m"])
_MANY = st.lists(_ANY, min_size=1, max_size=3, unique=True).map(
    lambda names: " ".join(f'"{name}"' for name in names)
)

_VALUES = st.one_of(
    st.tuples(st.sampled_from(["i", "x", "t"]), _NUMBER_CONDITIONS),
    st.tuples(_ANY.filter(lambda name: name not in ("x", "m")), _TEXT_CONDITIONS),
    st.tuples(st.sampled_from(["t", "d", "m"]), _DATE_CONDITIONS),
).map(lambda t: f'ColumnValues "{t[0]}" {t[1]}')
_IN_COMPOSITES = st.one_of(
    st.tuples(_VALUES, _WHERE, _THRESHOLDS).map("".join),
    st.tuples(st.just('IsComplete "'), _ANY, st.just('"'), _WHERE).map("".join),
    st.tuples(st.just("IsUnique "), _MANY, _WHERE).map("".join),
    st.tuples(st.just("IsPrimaryKey "), _MANY, _WHERE).map("".join),
    st.tuples(_ANY, _SHARES, _WHERE).map(lambda t: f'UniqueValueRatio "{t[0]}" {t[1]}{t[2]}'),
    st.tuples(_PLAIN_NUMBERS, _WHERE).map(lambda t: f'ColumnLength "t" {t[0]}{t[1]}'),
    st.tuples(_TYPE_CONDITIONS, _WHERE, _THRESHOLDS).map(lambda t: f'ColumnDataType "t" {t[0]}{t[1]}{t[2]}'),
    st.tuples(st.sampled_from(["t", "d", "m"]), _conditions(_DURATIONS, _NOTHING), _WHERE).map(
        lambda t: f'DataFreshness "{t[0]}" {t[1]}{t[2]}'
    ),
)
_ALONE = st.one_of(
    st.tuples(_ANY, _SHARES, _WHERE).map(lambda t: f'Completeness "{t[0]}" {t[1]}{t[2]}'),
    st.tuples(_MANY, _SHARES, _WHERE).map(lambda t: f"Uniqueness {t[0]} {t[1]}{t[2]}"),
    _SHARES.map('ReferentialIntegrity "i" "other.k" {}'.format),
    _SHARES.map('ReferentialIntegrity "i,t" "other.{{k,w}}" {}'.format),
    _PLAIN_NUMBERS.map('RowCount {} where "b"'.format),
)
_RULES = st.recursive(
    _IN_COMPOSITES | _ALONE,
    lambda rule: st.tuples(rule, st.sampled_from(["and", "or"]), rule).map(
        lambda t: f"({t[0]}) {t[1]} ({t[2]})"
    ),
    max_leaves=4,
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBEngine]:
    """An engine of the module's own."""
    made = DuckDBEngine(memory=500_000_000, scratch=tmp_path_factory.mktemp("scratch"), threads=1)
    yield made
    made.close()


# Each example compiles and runs up to six rules: fewer of them in CI, all that are asked for at night.
@settings(max_examples=80 if settings().max_examples <= 100 else settings().max_examples)
@given(rows=st.lists(_ROWS, max_size=6), others=_OTHERS, rules=st.lists(_RULES, min_size=1, max_size=6))
def test_rules_and_oracle_agree(
    rows: list[tuple[Value, ...]],
    others: list[tuple[Value, ...]],
    rules: list[str],
    engine: DuckDBEngine,
) -> None:
    world = World(
        Table(_COLUMNS, tuple(rows), NOW), {"other": Table(_REFERENCE, tuple(others))}, WHERES, base=Path()
    )
    Judge(engine, world).agreed("Rules = [\n" + ",\n".join(rules) + "\n]")
