"""What each type of rule measures on a few rows, and which of them fail it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from wavehouse.core.columns import Column
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.engines.engine import Row
from wavehouse.quality.dataset import DataFile, Dataset, NoHistory
from wavehouse.quality.dqdl.parse import parse
from wavehouse.quality.plan import Plan, compile_rules
from wavehouse.quality.verdict import Verdict

_COLUMNS = (
    Column("id", "string"),
    Column("n", "int"),
    Column("x", "double"),
    Column("d", "date"),
    Column("t", "timestamp"),
    Column("text", "string"),
)
_VALUES = """
    ('a', 1, 1.5::DOUBLE, DATE '2024-01-01', TIMESTAMP '2024-01-31 22:00:00', '2015-6', 0),
    ('b', 2, 2.5, DATE '2024-02-01', TIMESTAMP '2024-02-01 12:00:00', '', 1),
    ('b', 3, 3.5, DATE '2023-12-31', TIMESTAMP '2024-02-01 23:59:00', ' ', 2),
    (NULL, NULL, NULL, NULL, NULL, NULL, 3)
"""
_OTHER = Dataset(
    (Column("id", "string"), Column("n", "bigint")),
    "(VALUES ('a', 1), ('b', 2), ('c', 3)) AS w(id, n)",
)


def _dataset(values: str = _VALUES, where: str = "TRUE") -> Dataset:
    return Dataset(
        _COLUMNS,
        f"(SELECT * FROM (VALUES {values}) AS v(id, n, x, d, t, text, line) WHERE {where}) AS v",
        now="TIMESTAMP '2024-02-02 00:00:30'",
        moment=datetime(2024, 2, 2, 0, 0, 30, tzinfo=UTC),
        place=("line",),
    )


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBEngine]:
    """An engine without files."""
    made = DuckDBEngine(memory=500_000_000, scratch=tmp_path_factory.mktemp("scratch"), threads=1)
    yield made
    made.close()


def _plan(rules: str, columns: tuple[Column, ...] | None = _COLUMNS, base: Path = Path()) -> Plan:
    return compile_rules(parse(f"Rules = [ {rules} ]"), columns, {"other": _OTHER.columns}, base=base)


def _judge(engine: DuckDBEngine, rules: str, dataset: Dataset | None = None) -> Verdict:
    (verdict,) = _plan(rules).judge(engine, dataset or _dataset(), {"other": _OTHER})
    return verdict


def _failing(engine: DuckDBEngine, rules: str, dataset: Dataset | None = None) -> list[int]:
    sql = _plan(rules).failing(dataset or _dataset(), {"other": _OTHER}, [0], engine)
    return sorted(line for line, mask in engine.rows(sql) if mask == 1)


# The rule, its first metric, and the rows that fail it (None: it has no verdict per row).
_RULES = [
    ("RowCount = 4", 4, None),
    ('RowCount = 2 where "n > 1"', 2, None),
    ("ColumnCount = 6", 6, None),
    ('ColumnExists "ID"', 1, None),
    ('ColumnExists "gone"', 0, None),
    ('ColumnNamesMatchPattern "[a-z]"', 1, None),
    ('Completeness "id" > 0.7', 0.75, [3]),
    ('IsComplete "id"', 0.75, [3]),
    ('IsComplete "id" where "n > 1"', 1, []),
    ('Uniqueness "id" > 0.3', 1 / 3, [1, 2]),
    ('Uniqueness "id" "n" = 1.0', 1, []),
    ('IsUnique "id"', 1 / 3, [1, 2]),
    ('IsUnique "id" where "n < 3"', 1, []),
    ('UniqueValueRatio "id" = 0.5', 0.5, [1, 2]),
    ('IsPrimaryKey "n"', 1, [3]),
    ('IsPrimaryKey "id" "n"', 1, [3]),
    ('DistinctValuesCount "id" = 2', 2, None),
    ('Entropy "n" > 1', 1.0986122886681098, None),
    ('Entropy "n" = 0 where "n = 1"', 0, None),
    ('Mean "n" = 2', 2, None),
    ('Sum "x" = 7.5', 7.5, None),
    ('Variance "n" < 0.7', 2 / 3, None),
    ('StandardDeviation "n" < 0.9', (2 / 3) ** 0.5, None),
    ('ColumnCorrelation "n" "x" = 1.0', 1, None),
    ('ColumnValues "n" between 1 and 3', 0.25, [0, 2, 3]),
    ('ColumnValues "n" not between 1 and 3', 0.5, [1, 3]),
    ('ColumnValues "n" = 2', 0.25, [0, 2, 3]),
    ('ColumnValues "n" != 2', 0.75, [1]),
    ('ColumnValues "n" != NULL', 0.75, [3]),
    ('ColumnValues "n" in [1, NULL]', 0.5, [1, 2]),
    ('ColumnValues "n" not in [1, NULL]', 0.5, [0, 3]),
    ('ColumnValues "n" > 1 where "id = \'b\'"', 1, []),
    ('ColumnValues "text" > 2000', 0, [0, 1, 2, 3]),
    ('ColumnValues "id" = "a"', 0.25, [1, 2, 3]),
    ('ColumnValues "id" != "a"', 0.75, [0]),
    ('ColumnValues "id" = "A" with ignoreCase = "true"', 0.25, [1, 2, 3]),
    ('ColumnValues "id" matches "[ab]"', 0.75, [3]),
    ('ColumnValues "id" not matches "a"', 0.5, [0, 3]),
    ('ColumnValues "text" = EMPTY', 0.25, [0, 2, 3]),
    ('ColumnValues "text" not in [EMPTY, WHITESPACES_ONLY]', 0.5, [1, 2]),
    ('ColumnValues "n" in ["1", "2"]', 0.5, [2, 3]),
    ('ColumnValues "d" > "2023-12-31"', 0.5, [2, 3]),
    ('ColumnValues "d" in ["2024-01-01", NULL]', 0.5, [1, 2]),
    ('ColumnValues "text" = "2015-06-01"', 0.25, [1, 2, 3]),
    ('ColumnValues "text" <= "2015-06-01"', 0.25, [1, 2, 3]),
    ('ColumnValues "t" > (now() - 1 days)', 0.5, [0, 3]),
    ('ColumnValues "t" <= "2024-02-01"', 0.75, [3]),
    ('ColumnLength "id" = 1', 0.75, [3]),
    ('ColumnLength "id" < 2', 1, []),
    ('ColumnDataType "text" = "Date"', 0.25, [1, 2, 3]),
    ('ColumnDataType "text" != "Date"', 0.75, [0]),
    ('ColumnDataType "n" = "Integer"', 0.75, [3]),
    ('ColumnDataType "text" = "Date" with format = "yyyy-MM"', 0, [0, 1, 2, 3]),
    ('DataFreshness "t" <= 12 hours', 0.5, [0, 3]),
    ('DataFreshness "t" != 12 hours', 0.5, [1, 3]),
    ('CustomSql "SELECT count(*) / 8 FROM primary" = 0.5', 0.5, None),
    ('CustomSql "SELECT max(n) > 2 FROM other" = 1', 1, None),
    ('CustomSql "WITH p AS (SELECT * FROM primary) SELECT id FROM p WHERE n > 1"', 0.5, [0, 3]),
    ('ReferentialIntegrity "id" "other.id" > 0.7', 0.75, [3]),
    ('ReferentialIntegrity "id,n" "other.{id,n}" = 0.5', 0.5, [2, 3]),
    ('DatasetMatch "other" "n" "id" = 0.5', 0.5, [2, 3]),
    ('DatasetMatch "other" "n->n" "id->id" = 0.5', 0.5, [2, 3]),
    ('SchemaMatch "other" = 0', 0, None),
    ('AggregateMatch "sum(n)" "sum(other.n)" = 1', 1, None),
    ('AggregateMatch "avg(x)" "AVG(other.n)" = 1.25', 1.25, None),
    ('RowCountMatch "other" > 1.3', 4 / 3, None),
    ('(IsComplete "id") and (ColumnValues "n" < 3)', 0.75, [2, 3]),
    ('(ColumnValues "id" = "a") or (ColumnValues "n" = 3)', 0.25, [1, 3]),
    ('(ColumnValues "id" = "a") or (IsUnique "id")', 0.25, [1, 2]),
    ('(RowCount = 4) and (IsComplete "id")', 4, None),
]


@pytest.mark.parametrize(("rule", "metric", "failed"), _RULES)
def test_a_rule_on_four_rows(
    engine: DuckDBEngine, rule: str, metric: float, failed: list[int] | None
) -> None:
    verdict = _judge(engine, rule)
    assert verdict.metric == pytest.approx(metric)
    assert _plan(rule).has_rows(0) is (failed is not None)
    if failed is None:
        assert (verdict.rows, verdict.failed_rows) == (None, None)
    else:
        assert verdict.failed_rows == len(failed)
        assert _failing(engine, rule) == failed
    assert verdict.passed or verdict.reason


@pytest.mark.parametrize(
    ("rule", "passed"),
    [
        *((f'{one} "id"', True) for one in ("IsComplete", "IsUnique", "IsPrimaryKey")),
        ('ColumnValues "n" > 1', True),
        ('ColumnValues "n" > 1 with threshold > 0.5', True),
        ('ColumnLength "id" > 1', True),
        ('CustomSql "SELECT id FROM primary"', True),
        ("RowCount = 0", True),
        *(
            (f'{one} "n" >= 0', False)
            for one in ("Completeness", "Uniqueness", "UniqueValueRatio", "Mean", "Sum")
        ),
        ('Entropy "n" >= 0', False),
        ('ColumnCorrelation "n" "x" >= -1', False),
        ('CustomSql "SELECT max(n) FROM primary" > 0', False),
        ('DatasetMatch "other" "id" "n" >= 0', False),
    ],
)
def test_no_rows_at_all(engine: DuckDBEngine, rule: str, passed: bool) -> None:
    verdict = _judge(engine, rule, _dataset(where="FALSE"))
    assert verdict.passed is passed
    assert verdict.reason == ("" if passed else "there is nothing to measure")


def test_a_threshold_is_met_by_the_share_and_changes_no_row(engine: DuckDBEngine) -> None:
    rule = 'ColumnValues "n" > 1 with threshold >= 0.5'
    assert _judge(engine, rule).passed
    assert _failing(engine, rule) == [0, 3]


def test_keys_that_are_not_unique_cannot_be_compared(engine: DuckDBEngine) -> None:
    verdict = _judge(engine, 'DatasetMatch "other" "id" "n" > 0')
    assert (verdict.passed, verdict.metrics, verdict.failed_rows) == (False, {}, None)
    assert "the key (id) is not unique in the dataset" in verdict.reason


def test_sql_that_breaks_while_it_runs_fails_its_rule_alone(engine: DuckDBEngine) -> None:
    broken = "SELECT CAST(id AS INT) FROM primary"
    rules = f'RowCount = 4, CustomSql "{broken} ORDER BY no" = 1, IsComplete "n"'.replace(" ORDER BY no", "")
    first, second, third = _plan(rules + ', ColumnValues "n" > 0 where "id > 5"').judge(
        engine, _dataset(), {"other": _OTHER}
    )[:3]
    assert first.passed
    assert not second.passed
    assert second.reason
    assert third.failed_rows == 1


def test_verdicts_stand_in_the_order_of_the_rules_with_labels(engine: DuckDBEngine) -> None:
    ruleset = parse('DefaultLabels = ["team"="a"] Rules = [ RowCount > 9 labels=["id"="1"], IsComplete "n" ]')
    plan = compile_rules(ruleset, _COLUMNS, {})
    first, second = plan.judge(engine, _dataset(), {})
    assert (first.rule, first.type, first.subject) == (
        "RowCount > 9",
        "RowCount",
        "RowCount",
    )
    assert dict(first.labels) == {"team": "a", "id": "1"}
    assert (second.type, dict(second.labels)) == ("IsComplete", {"team": "a"})
    assert first.reason == "Dataset.*.RowCount is 4, not > 9"


def test_one_statement_serves_all_rules(engine: DuckDBEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    run = engine.rows

    def noted(sql: str) -> list[Row]:
        asked.append(sql)
        return run(sql)

    monkeypatch.setattr(engine, "rows", noted)
    rules = ", ".join(rule for rule, *_ in _RULES)
    _plan(rules).judge(engine, _dataset(), {"other": _OTHER})
    assert len(asked) == 1


def test_130_rules_fill_three_words(engine: DuckDBEngine) -> None:
    rules = ", ".join(f'ColumnValues "n" != {n}' for n in range(130)) + ', IsComplete "n"'
    plan = _plan(rules.replace("!= 129", "!= 3"))
    rows = engine.rows(plan.failing(_dataset(), {}, range(131), engine))
    found = {line: masks for line, *masks in rows}
    # Rule 1, 2 and 3 by value; rule 129 is about 3 too; the last is about the row of NULLs.
    assert found == {0: [1 << 1, 0, 0], 1: [1 << 2, 0, 0], 2: [1 << 3, 0, 1 << 9], 3: [0, 0, 1 << 10]}


def test_what_a_plan_says_about_its_rules() -> None:
    plan = _plan(
        'ReferentialIntegrity "ID,n" "other.{id,n}" = 1, (IsComplete "x") or (IsComplete "N"), RowCount > 1'
    )
    assert plan.references == {"other"}
    assert [plan.reads(index) for index in range(3)] == [("id", "n"), ("x", "n"), ()]
    assert [plan.retryable(index) for index in range(3)] == [True, False, False]
    assert [plan.has_rows(index) for index in range(3)] == [True, True, False]


@pytest.mark.parametrize("known", [True, False])
def test_every_rule_can_show_its_sql(engine: DuckDBEngine, known: bool) -> None:
    rules = [rule for rule, *_ in _RULES]
    plan = _plan(", ".join(rules), _COLUMNS if known else None)
    shown: Mapping[str, str] = {rule: plan.sql(index, engine) for index, rule in enumerate(rules)}
    assert shown['IsUnique "id"'] == 'COUNT(*) OVER (PARTITION BY "id") = 1 OR ("id" IS NULL)'
    assert shown["RowCount = 4"] == "COUNT(*)"
    assert shown["ColumnCount = 6"] == ""
    assert '"primary"."n"' not in shown['ColumnValues "n" = 2']


def test_files_are_judged_where_they_lie(engine: DuckDBEngine, tmp_path: Path) -> None:
    for name, text in (("a", "1"), ("b", "1"), ("c", "22")):
        (tmp_path / name).write_text(text)
    (tmp_path / "same").mkdir()
    (tmp_path / "same" / "d").write_text("22")
    new = datetime(2024, 2, 2, tzinfo=UTC)
    old = datetime(2023, 1, 1, tzinfo=UTC)
    files = (DataFile(tmp_path / "a", 1, new), DataFile(tmp_path / "c", 2048, old))
    base = _dataset()
    dataset = Dataset(base.columns, base.scan, base.now, base.moment, files=files)
    rules = [
        ("FileSize <= 1 KB", {"Dataset.*.FileSize.Compliance": 0.5, "Dataset.*.FileCount": 2}, False),
        (
            "FileSize <= 1 KB with threshold > 0.4",
            {"Dataset.*.FileSize.Compliance": 0.5, "Dataset.*.FileCount": 2},
            True,
        ),
        (
            "FileFreshness > (now() - 1 days)",
            {"Dataset.*.FileFreshness.Compliance": 0.5, "Dataset.*.FileCount": 2},
            False,
        ),
        ('FileUniqueness "." > 0.2', {"Dataset.*.FileUniquenessRatio": 0, "Dataset.*.FileCount": 4}, False),
        ("FileUniqueness = 1", {"Dataset.*.FileUniquenessRatio": 1, "Dataset.*.FileCount": 2}, True),
        ('FileMatch "c" "same"', {"Dataset.*.FileCount": 1}, True),
        ('FileMatch "a" "same"', {"Dataset.*.FileCount": 1}, False),
        (
            'FileMatch "a" in ["C4CA4238A0B923820DCC509A6F75849B"] with hashAlgorithm = "MD5"',
            {"Dataset.*.FileCount": 1},
            True,
        ),
        ('FileSize "gone" > 1 B', {}, False),
    ]
    for rule, metrics, passed in rules:
        plan = _plan(rule, base=tmp_path)
        (verdict,) = plan.judge(engine, dataset, {}, NoHistory())
        assert (verdict.passed, dict(verdict.metrics)) == (passed, metrics), rule
        assert not plan.has_rows(0)
