"""Conditions on what earlier runs measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from wavehouse.core.columns import Column
from wavehouse.core.errors import DefinitionError
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.quality.dataset import Dataset
from wavehouse.quality.dqdl.parse import parse
from wavehouse.quality.plan import compile_rules
from wavehouse.quality.verdict import Verdict

_DATA = Dataset((Column("n", "int"),), "(VALUES (10), (20), (30)) AS v(n)", place=())


class _Earlier:
    """The same five values for everything, and what was asked for."""

    def __init__(self, *values: float) -> None:
        self._values = values
        self.asked: list[tuple[str, str, int]] = []

    def last(self, subject: str, metric: str, count: int) -> Sequence[float]:
        """The newest first."""
        self.asked.append((subject, metric, count))
        return self._values[:count]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBEngine]:
    """An engine without files."""
    made = DuckDBEngine(memory=500_000_000, scratch=tmp_path_factory.mktemp("scratch"), threads=1)
    yield made
    made.close()


def _judge(engine: DuckDBEngine, rule: str, earlier: _Earlier) -> Verdict:
    (verdict,) = compile_rules(parse(f"Rules = [ {rule} ]"), _DATA.columns, {}).judge(
        engine, _DATA, {}, earlier
    )
    return verdict


@pytest.mark.parametrize(
    ("operand", "value"),
    [
        ("avg(last(3))", 4),
        ("min(last(3))", 2),
        ("max(last(5))", 9),
        ("sum(last(2))", 6),
        ("median(last(4))", 4.5),
        ("std(last(2))", 1),
        ("percentile(last(3), 0.25)", 3),
        ("index(last(5), 1)", 4),
        ("last(1)", 2),
        ("abs(last(1) - 10)", 8),
        ("avg(last(2)) * 2 + 1", 7),
    ],
)
def test_functions_over_earlier_values(engine: DuckDBEngine, operand: str, value: float) -> None:
    rule = f"RowCount = {operand} + (3 - {value})" if value <= 3 else f"RowCount = {operand} - {value} + 3"
    # Operators bind alike, from the left: the whole comes to the three rows that there are.
    earlier = _Earlier(2, 4, 6, 5, 9)
    assert _judge(engine, rule, earlier).passed, rule
    assert earlier.asked[0][:2] == ("RowCount", "Dataset.*.RowCount")


@pytest.mark.parametrize(
    ("operator", "metric"),
    [
        (">", "Minimum"),
        (">=", "Minimum"),
        ("<", "Maximum"),
        ("<=", "Maximum"),
        ("!=", "ColumnValues.Compliance"),
    ],
)
def test_values_are_compared_with_the_metric_that_the_operator_means(
    engine: DuckDBEngine, operator: str, metric: str
) -> None:
    earlier = _Earlier(20)
    verdict = _judge(engine, f'ColumnValues "n" {operator} last(1)', earlier)
    assert {asked[1] for asked in earlier.asked} == {f"Column.n.{metric}"}
    assert verdict.failed_rows == {">": 2, ">=": 1, "<": 2, "<=": 1, "!=": 1}[operator]


@pytest.mark.parametrize("rule", ['ColumnValues "n" > avg(last(3))', "RowCount > avg(last(3))"])
def test_nothing_fails_where_nothing_was_measured_before(engine: DuckDBEngine, rule: str) -> None:
    verdict = _judge(engine, rule, _Earlier())
    assert (verdict.passed, verdict.reason) == (True, "no earlier run to compare with")
    assert verdict.metrics


def test_a_list_is_no_number_unless_it_has_one(engine: DuckDBEngine) -> None:
    assert _judge(engine, "RowCount = last(3)", _Earlier(3)).passed
    with pytest.raises(DefinitionError, match=r"line 1, column 11: last\(\) gives a list"):
        _judge(engine, "RowCount = last(3)", _Earlier(3, 3))


def test_a_division_by_an_earlier_zero_fails_with_its_reason(engine: DuckDBEngine) -> None:
    verdict = _judge(engine, "RowCount > 1 / last(1)", _Earlier(0))
    assert (verdict.passed, verdict.reason) == (False, "'1 / last(1)' divides by zero")
