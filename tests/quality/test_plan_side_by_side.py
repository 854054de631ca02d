"""Rules judged in one statement do not disturb each other, and say the same whenever they are asked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from wavehouse.core.columns import Column
from wavehouse.core.errors import DefinitionError
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.quality.dataset import Dataset
from wavehouse.quality.dqdl.parse import parse
from wavehouse.quality.plan import compile_rules
from wavehouse.quality.verdict import Verdict

_COLUMNS = (Column("f", "float"), Column("n", "bigint"), Column("d", "date"))
# Two whole numbers that are one as a float.
_OTHER = Dataset((Column("k", "bigint"),), "(VALUES (20000000::BIGINT), (20000001), (1)) AS w(k)")
_ROWS = (
    "(20000000::FLOAT, 1::BIGINT, DATE '2024-01-01'), (1, 2, NULL), (2, 3, DATE '2024-01-02'), (2, 3, NULL)"
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBEngine]:
    """An engine without files."""
    made = DuckDBEngine(memory=500_000_000, scratch=tmp_path_factory.mktemp("scratch"), threads=1)
    yield made
    made.close()


def _judged(engine: DuckDBEngine, rules: str) -> list[Verdict]:
    # now() differs from row to row, as it does where rows came in several batches.
    rows = Dataset(
        _COLUMNS,
        f"(VALUES {_ROWS}) AS v(f, n, d)",
        now="CASE WHEN n = 3 THEN TIMESTAMP '2024-02-01' ELSE TIMESTAMP '2024-03-01' END",
    )
    plan = compile_rules(parse(f"Rules = [ {rules} ]"), _COLUMNS, {"other": _OTHER.columns})
    return plan.judge(engine, rows, {"other": _OTHER})


@pytest.mark.parametrize(
    "lookup",
    ['ReferentialIntegrity "f" "other.k" = 0.5', 'CustomSql "SELECT k AS f FROM other" with threshold = 0.5'],
)
def test_a_row_looked_up_is_still_one_row(engine: DuckDBEngine, lookup: str) -> None:
    counted, found, total = _judged(engine, f'RowCount = 4, {lookup}, Sum "n" = 9')
    assert (counted.metric, total.metric) == (4, 9)
    assert (found.metric, found.rows, found.failed_rows) == (0.5, 4, 2)


def test_a_query_sees_the_columns_of_the_rows_and_no_others(engine: DuckDBEngine) -> None:
    distinct, itself = _judged(
        engine,
        'CustomSql "SELECT count(*) FROM (SELECT DISTINCT f, n FROM primary)" = 3,'
        'CustomSql "SELECT count(*) FROM (SELECT * FROM primary EXCEPT SELECT * FROM primary)" = 0',
    )
    assert (distinct.passed, distinct.reason) == (True, "")
    assert (itself.passed, itself.reason) == (True, "")


@pytest.mark.parametrize(
    "rule",
    [
        'RowCount > 1 where "d < current_date()"',
        'RowCount > 1 where "d < current_timestamp()"',
        'RowCount > 1 where "rand() < 0.5"',
        'CustomSql "SELECT count(*) FROM primary WHERE d < current_date" > 1',
        'CustomSql "SELECT count(*) FROM primary TABLESAMPLE (50 PERCENT)" > 1',
    ],
)
def test_what_says_something_else_each_time_is_refused(engine: DuckDBEngine, rule: str) -> None:
    with pytest.raises(DefinitionError, match="each time"):
        _judged(engine, rule)
