"""Partitions that are left out have no row that is wanted: held against the engine, which reads them all."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.query.conftest import FakeSource

from wavehouse.core.columns import Column
from wavehouse.core.table_head import ExternalFile, ExternalScan, TableHead
from wavehouse.core.table_name import TableName
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.query.answer import answer
from wavehouse.query.pruning import known_of

# By type: texts of partitions, of which many are no value of it or are written in another way, and constants.
KEYS = {
    "int": (
        ["1", "50", "51", "300", "-7", "007", "-0", "+5", " 8", "9.0", "1.5", "2147483647", "2147483648",
         "99999999999", "1_0", "x", ""],
        [*map(str, range(-8, 12)), "50", "51", "300", "2147483647", "2147483648", "99999999999", "1.5",
         "9e0"],
    ),
    "bigint": (
        ["1", "-7", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "1" + "0" * 60],
        ["1", "2", "-7", "9223372036854775807", "1.0"],
    ),
    "decimal(5,2)": (
        ["1", "1.2", "1.23", "1.234", "1.230", "123.45", "1234", "0.05", ".5", "5.", "00012.5", "1e2",
         "-1.2"],
        ["1", "1.2", "1.23", "1.234", "1.24", "0.05", "123.45", "1234", "12.5", "0", "-1.20"],
    ),
    "double": (
        ["1", "1.5", "-0", "0.0", "1e2", "1e400", "-1e400", "1e-400", "nan", "inf", "5.", ".5", "1_0", "0x1"],
        ["1", "1.5", "0", "-0e0", "1e2", "100", "1e-400", "5.0", "0.5"],
    ),
    "date": (
        ["2020-01-01", "2020-02-29", "2019-02-29", "2020-02-31", "2020-13-01", "0000-01-01", "2020-1-1",
         "0001-01-01", "9999-12-31", "10000-01-01", " 2020-01-02", "x"],
        [f"date '{one}'" for one in ("2020-01-01", "2020-02-29", "2020-03-01", "0001-01-01", "9999-12-31")],
    ),
    "timestamp": (
        ["2020-01-01", "2020-01-01 00:00:00.123", "2020-01-01 00:00:00.123456", "2020-01-01T00:00:01",
         "2020-02-31 00:00:00", "2020-01-01 24:00:00", "2020-01-01 23:59:60", "2020-01-01 10:00",
         "2020-01-01 00:00:00 UTC", "2020-01-02 00:00:00", "0000-01-01 00:00:00"],
        [*(f"timestamp '{one}'" for one in ("2020-01-01 00:00:00", "2020-01-01 00:00:00.123456")),
         *(f"cast('{one}' as timestamp{digits})" for digits in ("", "(0)", "(1)", "(3)", "(6)")
           for one in ("2020-01-01", "2020-01-01 00:00:00.123456", "2020-01-01 23:59:59.9996"))],
    ),
    "string": (
        ["a", "b", "B", "é", "", " ", "a'b", "10", "9"],
        ["'a'", "'b'", "'B'", "'é'", "''", "'10'", "'z'"],
    ),
}  # fmt: skip
LONG = 101  # A list of IN is taken for its range from here on.
TABLE = TableName("s", "t")


class Tables:
    """For each type a table of JSON, partitioned by `k`, with one row (its number is `n`) per partition."""

    def __init__(self, folder: Path, engine: DuckDBEngine) -> None:
        self._engine = engine
        self._files: dict[str, list[ExternalFile]] = {}
        for type_, (texts, _) in KEYS.items():
            listed = self._files[type_] = []
            for at, text in enumerate([*texts, None]):
                path = folder / f"{len(self._files)}-{at}.json"
                path.write_text(f'{{"n": {at}}}\n')
                listed.append(ExternalFile(str(path), path.stat().st_size, (text,)))

    def rows(self, type_: str, where: str, *, pruned: bool) -> list[int]:
        """The numbers of the rows that are wanted."""
        columns, keys, files = (Column("n", "int"),), (Column("k", type_),), self._files[type_]

        def scan(wanted: object) -> ExternalScan:
            kept = [one for one in files if not pruned or wanted(one.partition)]  # type: ignore[operator]
            return ExternalScan("json", columns, keys, kept)

        head = TableHead(TABLE, (*columns, *keys), "", 0, len(files), 0, None, ("k",), scan=scan)
        told = answer(f"select n from s.t where {where}", FakeSource({TABLE: head}), self._engine)
        return sorted(row[0] for row in told.rows)


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory, engine: DuckDBEngine) -> Tables:
    return Tables(tmp_path_factory.mktemp("pruned"), engine)


def _conditions(type_: str) -> st.SearchStrategy[str]:
    constants = st.sampled_from(KEYS[type_][1])
    lists = st.lists(constants, min_size=1, max_size=3)
    # A long list has what may be inside of its range and not in it.
    long = lists.map(lambda listed: (listed * LONG)[:LONG])
    negated = st.sampled_from(["", "not "])
    leaf = st.one_of(
        st.builds(lambda o, c: f"k {o} {c}", st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), constants),
        st.builds(lambda o, c: f"{c} {o} k", st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), constants),
        st.builds(lambda n, a, b: f"k {n}between {a} and {b}", negated, constants, constants),
        st.builds(lambda n, cs: f"k {n}in ({', '.join(cs)})", negated, lists | long),
        st.sampled_from(["k is null", "k is not null", "n % 2 = 1", "cast(k as varchar) like '1%'"]),
        st.builds(lambda c: f"case when k = {c} then false else true end", constants),
        st.builds(lambda c: f"coalesce(k, {c}) = {c}", constants),
        st.builds(lambda c: f"k is distinct from {c}", constants),
    )
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.builds(lambda a, b: f"({a} and {b})", inner, inner),
            st.builds(lambda a, b: f"({a} or {b})", inner, inner),
            inner.map(lambda a: f"(not {a})"),
        ),
        max_leaves=4,
    )


_ASKED = st.sampled_from(sorted(KEYS)).flatmap(lambda type_: st.tuples(st.just(type_), _conditions(type_)))


@settings(max_examples=80)
@given(asked=_ASKED)
def test_what_is_left_out_has_no_row_that_is_wanted(tables: Tables, asked: tuple[str, str]) -> None:
    type_, where = asked
    assert tables.rows(type_, where, pruned=True) == tables.rows(type_, where, pruned=False)


EVENS = ", ".join(str(2 * number) for number in range(LONG))


@pytest.mark.parametrize(
    ("type_", "where"),
    [
        ("int", f"k not in ({EVENS})"),
        ("int", f"not (k in ({EVENS}) and k is not null)"),
        ("int", f"not (k in ({EVENS}) or k = 51)"),
        *((type_, "k is null") for type_ in KEYS),
        ("decimal(5,2)", "k is null or k = 1.23"),
        ("timestamp", "k = cast('2020-01-01 00:00:00.123456' as timestamp)"),
        ("timestamp", "k = cast('2020-01-01 23:59:59.9996' as timestamp(1))"),
    ],
)
def test_nor_has_it_here(tables: Tables, type_: str, where: str) -> None:
    found = tables.rows(type_, where, pruned=True)
    assert found == tables.rows(type_, where, pruned=False)
    assert found


@pytest.mark.parametrize("type_", sorted(KEYS))
def test_what_is_known_of_a_text_is_what_the_engine_makes_of_it(tables: Tables, type_: str) -> None:
    """A text is taken for a value of its type only where the engine does, too."""
    keys, texts = [Column("k", type_)], KEYS[type_][0]
    nulls = tables.rows(type_, "k is null", pruned=False)
    known = [known_of((text,), keys) for text in texts]
    assert [at for at, one in enumerate(known) if one and at in nulls] == []
    assert sum(bool(one) for one in known) >= 2
