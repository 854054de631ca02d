"""Functions and operators give the values that Trino defines, NULL, NaN and edges included."""
# ruff: noqa: E501 - a query and what it must give stand on one line

from __future__ import annotations

import math
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from wavehouse.core.table_head import TableSource
from wavehouse.engines.engine import Engine
from wavehouse.query.answer import answer

NAN, INFINITY = "NaN", math.inf
# (expressions, values); what differs on a bare DuckDB is marked with what it would give.
VALUES: list[tuple[str, list[Any]]] = [
    # Arithmetic. Whole numbers divide to whole numbers, towards 0.
    ("1 + 2 * 3, 7 - 10, -(-5), - 2147483648", [7, -3, 5, -2147483648]),
    ("7 / 2, -7 / 2, 7 % 3, -7 % 3, 7 % -3", [3, -3, 1, -1, 1]),
    ("7e0 / 2, 7 / 2e0, 1 / nullif(0, 0), 6 / nullif(4, 0)", [3.5, 3.5, None, 1]),
    ("0.1 + 0.2, 1.5 * 2, 1.5 - 0.25, 1.50", [Decimal("0.3"), Decimal("3.0"), Decimal("1.25"), Decimal("1.50")]),
    ("1e-1 + 2e-1, 1.5 + 1e0, null + 1", [0.30000000000000004, 2.5, None]),
    ("2147483648 + 1, 1 = 1.0, 1 < 1.5, 2 <> 2e0", [2147483649, True, True, False]),
    # Strings.
    ("lower('ÀBC'), upper('àbc'), upper('straße'), upper(null)", ["àbc", "ÀBC", "STRAßE", None]),  # not STRAẞE
    ("length('e\u0301'), length(''), length('🤦'), length(null)", [2, 0, 1, None]),
    ("trim(' \t\n a b \u2003'), ltrim(' a '), rtrim(' a '), trim('\u00a0a')", ["a b", "a ", " a", "\u00a0a"]),
    ("substr('hello', 2), substr('hello', -3), substr('hello', 2, 3), substring('hello', 5)", ["ello", "llo", "ell", "o"]),
    ("substr('hello', 0), substr('hello', 9), substr('hello', -9), substr('hello', 2, 0)", ["", "", "", ""]),  # hello, …
    ("substr('hello', 2, -1), substr(null, 1), substr('hello', null), substr('hello', -9, 2)", ["", None, None, ""]),
    ("replace('abcb', 'b'), replace('abcb', 'b', 'x'), replace('a', 'b', null)", ["ac", "axcx", None]),
    ("starts_with('abc', 'ab'), starts_with('abc', ''), starts_with(null, 'a')", [True, True, None]),
    ("strpos('abc', 'c'), strpos('abc', 'x'), strpos('abc', ''), strpos('éa', 'a')", [3, 0, 1, 2]),
    ("reverse('abc'), reverse('e\u0301a'), reverse('')", ["cba", "a\u0301e", ""]),  # not aé
    ("concat('a', 'b', 'c'), concat('a', null), 'a' || 'b', 'a' || null", ["abc", None, "ab", None]),  # a
    ("split('a,b,', ','), split('', ','), split(null, ',')", [["a", "b", ""], [""], None]),
    ("'a' < 'b', 'B' < 'a', 'é' > 'z', 'a' = 'a '", [True, True, True, False]),
    # Numbers.
    ("abs(-5), abs(-1.5), abs(-1.5e0)", [5, Decimal("1.5"), 1.5]),
    ("round(2.5e0), round(-2.5e0), round(2.675e0, 2), round(7), round(7, 2)", [3.0, -3.0, 2.68, 7, 7]),
    ("floor(-1.5e0), ceil(1.2e0), ceiling(-0.5e0), floor(7), ceil(7)", [-2.0, 2.0, -0.0, 7, 7]),
    ("sqrt(9), sqrt(-1), sqrt(null)", [3.0, NAN, None]),  # an error
    ("power(2, 10), pow(2e0, 0.5), power(0, -1)", [1024.0, 2**0.5, INFINITY]),
    ("ln(1), ln(0), ln(-1), log10(100), log10(0)", [0.0, -INFINITY, NAN, 2.0, -INFINITY]),  # errors
    ("greatest(1, 3, 2), least(1, 3), greatest(1, null), least(null, 1)", [3, 1, None, None]),  # 1
    ("greatest('a', 'b'), least(1, 2.5e0), greatest(date '2020-01-01', date '2021-01-01')", ["b", 1.0, date(2021, 1, 1)]),
    # Dates.
    ("year(date '2020-02-29'), month(date '2020-02-29'), day(date '2020-02-29'), quarter(date '2020-05-01')", [2020, 2, 29, 2]),
    ("week(date '2000-01-01'), day_of_week(date '2020-03-01'), day_of_year(date '2020-12-31')", [52, 7, 366]),
    ("day_of_month(date '2020-02-29'), dow(date '2020-03-02'), doy(date '2020-02-01')", [29, 1, 32]),
    ("extract(year from date '2020-02-29'), extract(dow from date '2020-03-02')", [2020, 1]),
    ("date_trunc('month', date '2020-02-29'), date_trunc('week', date '2020-03-01')", [date(2020, 2, 1), date(2020, 2, 24)]),
    ("date_trunc('YEAR', date '2020-02-29'), date_trunc('quarter', date '2020-06-09')", [date(2020, 1, 1), date(2020, 4, 1)]),
    ("date_trunc('hour', timestamp '2020-02-29 13:14:15.250')", [datetime(2020, 2, 29, 13)]),  # noqa: DTZ001
    ("date '2020-01-01' < timestamp '2020-01-01 00:00:01'", [True]),
    # Casts.
    ("cast(7 as double), cast(7 as varchar), cast(true as varchar), cast(true as integer)", [7.0, "7", "true", 1]),
    ("cast(date '2020-02-29' as varchar), cast('2020-02-29' as date), cast(1.50 as varchar)", ["2020-02-29", date(2020, 2, 29), "1.50"]),
    ("cast('-12' as bigint), cast('+5' as integer), cast('1.5e3' as double), cast(null as date)", [-12, 5, 1500.0, None]),
    ("cast(timestamp '2020-02-29 13:14:15' as date), cast(5 as decimal(5,2))", [date(2020, 2, 29), Decimal("5.00")]),
    # Arrays.
    ("cardinality(array[1, null]), cardinality(array[null])", [2, 1]),
    ("contains(array[1, 2], 2), contains(array[1], 2), contains(array[1, null], 2), contains(array[1], null)", [True, False, None, None]),
    ("contains(array['a', null], 'a')", [True]),
    ("element_at(array[5, 6], 1), element_at(array[5, 6], -1), element_at(array[5], 2), element_at(array[5], -2)", [5, 6, None, None]),
    ("array_join(array['a', null, 'b'], '-'), array_join(array['a', 'b'], '')", ["a-b", "ab"]),
    ("array_sort(array[3, null, 1]), array_sort(array['b', 'a'])", [[1, 3, None], ["a", "b"]]),
    ("array[1, 2.5], array['a', null]", [[Decimal("1.0"), Decimal("2.5")], ["a", None]]),
]  # fmt: skip


def plain(value: Any) -> Any:
    """NaN as a word, since it equals nothing."""
    if isinstance(value, list | tuple):
        return [plain(element) for element in value]
    return NAN if isinstance(value, float) and math.isnan(value) else value


@pytest.mark.parametrize(("expressions", "expected"), VALUES, ids=[sql for sql, _ in VALUES])
def test_an_expression_has_athenas_value(
    expressions: str, expected: list[Any], tables: TableSource, engine: Engine
) -> None:
    (row,) = answer(f"select {expressions}", tables, engine).rows
    assert plain(row) == expected
    assert [type(one) for one in plain(row)] == [type(one) for one in expected]


# Every column of `staging.numbers` holds NULL, and `x` NaN: (query, rows).
TABLE: list[tuple[str, list[list[Any]]]] = [
    ("count(*), count(key), count(distinct key), count_if(key = 5)", [[5, 4, 3, 2]]),
    ("sum(key), avg(key), min(key), max(key), sum(distinct key)", [[21, 5.25, 0, 11, 16]]),
    ("sum(danceability), avg(danceability), min(track_name), max(release_date)", [[2.5, 0.625, "Alpha", date(2020, 2, 29)]]),
    ("bool_and(explicit), bool_or(explicit), every(explicit)", [[False, True, False]]),
    ("stddev(key), stddev_samp(key), round(stddev_pop(key), 6)", [[4.5, 4.5, 3.897114]]),
    ("variance(key), var_samp(key), var_pop(key)", [[20.25, 20.25, 15.1875]]),
    ("array_agg(key order by track_id), array_agg(track_id order by key desc, track_id)", [[[0, 11, 5, 5, None], ["t2", "t3", "t4", "t1", "t5"]]]),
    ("array_agg(key order by key nulls first) filter (where mode = 1 or mode is null)", [[[None, 0, 5, 5]]]),
    ("count(*) filter (where key = 5), sum(key) filter (where key > 99)", [[2, None]]),
    # max_by gives NULL where the row with the largest key has it; DuckDB would take the next row.
    ("max_by(track_id, key), min_by(track_id, key), max_by(explicit, duration_ms / 1000 % 240)", [["t2", "t1", None]]),
    ("max_by(track_id, danceability), min_by(track_id, tempo)", [["t4", "t4"]]),
]  # fmt: skip


@pytest.mark.parametrize(("expressions", "expected"), TABLE, ids=[sql for sql, _ in TABLE])
def test_an_aggregate_has_athenas_value(
    expressions: str, expected: list[list[Any]], tables: TableSource, engine: Engine
) -> None:
    assert plain(answer(f"select {expressions} from spotify.tracks", tables, engine).rows) == expected


def test_aggregates_of_nothing_are_null_but_for_count(tables: TableSource, engine: Engine) -> None:
    sql = (
        "select count(*), count(a), count_if(a > 0), sum(a), avg(a), max(n), array_agg(a), bool_and(a > 0) "
        "from staging.empty"
    )
    assert answer(sql, tables, engine).rows == [(0, 0, 0, None, None, None, None, None)]


WINDOWS: list[tuple[str, list[Any]]] = [
    ("row_number() over (order by duration_ms desc)", [5, 4, 3, 2, 1]),
    ("rank() over (order by track_popularity desc)", [3, 4, 1, 1, 5]),
    ("dense_rank() over (order by track_popularity desc)", [2, 3, 1, 1, 4]),
    ("ntile(2) over (order by track_id)", [1, 1, 1, 2, 2]),
    ("lag(key) over (order by track_id)", [None, 0, 11, 5, 5]),
    ("lag(key, 2, -1) over (order by track_id)", [-1, -1, 0, 11, 5]),
    ("lead(key, 1) over (partition by artist_id order by track_id)", [11, None, None, None, None]),
    ("first_value(key) over (order by track_id)", [0, 0, 0, 0, 0]),
    # The default frame ends at the current row and its peers.
    ("last_value(track_id) over (order by track_id)", ["t1", "t2", "t3", "t4", "t5"]),
    ("sum(key) over (order by mode)", [21, 11, 21, 21, 21]),
    ("sum(key) over (order by track_id)", [0, 11, 16, 21, 21]),
    ("sum(key) over (partition by artist_id)", [11, 11, 5, 5, 5]),
    (
        "avg(key) over (order by track_id rows between 1 preceding and 1 following)",
        [5.5, 16 / 3, 7.0, 5.0, 5.0],
    ),
    ("count(*) over (order by track_id rows between 1 following and unbounded following)", [4, 3, 2, 1, 0]),
    ("sum(key) over (order by track_id rows 1 preceding)", [0, 11, 16, 10, 5]),
    ("max(key) over (order by track_id range between unbounded preceding and unbounded following)", [11] * 5),
    ("min(duration_ms) over ()", [60000] * 5),
]


@pytest.mark.parametrize(("expression", "expected"), WINDOWS, ids=[sql for sql, _ in WINDOWS])
def test_a_window_has_athenas_values(
    expression: str, expected: list[Any], tables: TableSource, engine: Engine
) -> None:
    found = answer(f"select {expression} from spotify.tracks order by track_id", tables, engine).rows
    assert [value for (value,) in found] == expected


def test_windows_over_groups(tables: TableSource, engine: Engine) -> None:
    sql = (
        "select artist_id, rank() over (order by count(*) desc, artist_id), sum(count(*)) over () "
        "from spotify.tracks group by artist_id order by 2"
    )
    assert answer(sql, tables, engine).rows == [("a1", 1, 5), ("a2", 2, 5), ("a9", 3, 5)]


# x is 1.5, NaN, -2.5, NULL. NaN is neither equal to nor before or after anything, and sorts last but for NULL.
NANS: list[tuple[str, list[Any]]] = [
    ("x > 1", [True, False, False, None]),
    ("x >= -2.5", [True, False, True, None]),
    ("x <= 1", [False, False, True, None]),
    ("x < 1", [False, False, True, None]),
    ("1 > x", [False, False, True, None]),
    ("x = x", [True, False, True, None]),
    ("x <> x", [False, True, False, None]),
    ("x <> 1.5", [False, True, True, None]),
    ("x > i", [True, False, False, None]),
    ("i < x", [True, False, False, None]),
    ("x >= null", [None, None, None, None]),
    ("x between -9 and 9", [True, False, True, None]),
    ("x in (1.5, 7)", [True, False, False, None]),
    ("case x when 1.5 then 'a' else 'b' end", ["a", "b", "b", "b"]),
    ("x is not distinct from x", [True, True, True, True]),
    ("row_number() over (order by x desc)", [1, 3, 2, 4]),
    ("max(x) over ()", [1.5, 1.5, 1.5, 1.5]),
    ("round(x, 1)", [1.5, NAN, -2.5, None]),
]


@pytest.mark.parametrize(("expression", "expected"), NANS, ids=[sql for sql, _ in NANS])
def test_nan_is_what_it_is_in_athena(
    expression: str, expected: list[Any], tables: TableSource, engine: Engine
) -> None:
    found = answer(f"select {expression} from staging.numbers order by i", tables, engine).rows
    assert [plain(value) for (value,) in found] == expected


def test_nan_in_aggregates_and_order(tables: TableSource, engine: Engine) -> None:
    sql = (
        "select max(x), min(x), max_by(i, x), min_by(i, x), array_agg(i order by x desc) from staging.numbers"
    )
    assert answer(sql, tables, engine).rows == [(1.5, -2.5, 1, 3, [1, 3, 2, None])]
    for direction, expected in (("", [3, 1, 2, None]), ("desc", [1, 3, 2, None])):
        found = answer(f"select i from staging.numbers order by x {direction}", tables, engine).rows
        assert [value for (value,) in found] == expected
    distinct = answer("select distinct x from staging.numbers order by x desc", tables, engine).rows
    assert plain(distinct) == [[1.5], [-2.5], [NAN], [None]]
