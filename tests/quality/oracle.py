"""What a DQDL rule must give, in plain Python over lists of rows.

No SQL, and nothing of the code under test but the rules as data. Spark SQL texts (where clauses, queries of
CustomSql) cannot be read here: a `World` says in Python what they mean.
"""

from __future__ import annotations

import hashlib
import math
import re
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

from tests.quality.oracle_data import NOW, Row, Table
from tests.quality.oracle_spark import Value, casts, reads_as_date, to_day, to_moment, to_number

from wavehouse.quality.rules import (
    AnyRule,
    Arithmetic,
    Call,
    Composite,
    Condition,
    DateCondition,
    DateNull,
    DateOperand,
    Day,
    Duration,
    DurationCondition,
    Now,
    Number,
    NumberCondition,
    NumberNull,
    NumberOperand,
    Rule,
    SizeCondition,
    Special,
    Text,
    TextCondition,
    TimeOfDay,
    leaves,
)

Metrics = dict[str, float]
Where = Callable[[Row], bool | None]
Query = Callable[["World"], list[Row]]

_BY_ROW = {
    "Completeness", "IsComplete", "Uniqueness", "IsUnique", "UniqueValueRatio", "IsPrimaryKey",
    "ColumnValues", "ColumnLength", "ColumnDataType", "DataFreshness", "ReferentialIntegrity", "DatasetMatch",
}  # fmt: skip
_NOT_IN_COMPOSITES = {"Completeness", "Uniqueness", "ReferentialIntegrity", "DatasetMatch"}
_NEGATIVE = ("!=", "not in")
_UNITS = {"B": 1, "KB": 2**10, "MB": 2**20, "GB": 2**30, "TB": 2**40}


class NothingBeforeError(Exception):
    """The rule asks for earlier values, and there are none."""


@dataclass(frozen=True)
class World:
    """What a rule is judged on. `history` has the earlier values of a metric, the newest first."""

    table: Table
    references: Mapping[str, Table] = field(default_factory=dict)
    wheres: Mapping[str, Where] = field(default_factory=dict)
    queries: Mapping[str, Query] = field(default_factory=dict)
    history: Mapping[str, Sequence[float]] = field(default_factory=dict)
    files: Sequence[Path] = ()
    base: Path = field(default_factory=Path)
    moment: datetime = NOW


@dataclass(frozen=True)
class Expected:
    """The verdict that must come out; `failing` holds row numbers, from 1.

    `open` are metrics of which the meaning of the rule does not say whether they are there.
    """

    passed: bool
    metrics: Metrics = field(default_factory=dict)
    rows: int | None = None
    failing: frozenset[int] | None = None
    open: frozenset[str] = frozenset()

    @property
    def failed_rows(self) -> int | None:
        """How many rows fail."""
        return None if self.failing is None else len(self.failing)


def expected(rule: AnyRule, world: World) -> Expected:
    """What judging `rule` must give."""
    if isinstance(rule, Composite):
        return _composite(rule, world, by_row=has_rows(rule))
    return _Judged(rule, world).verdict()


def has_rows(rule: AnyRule) -> bool:
    """Whether the rule has a verdict per row."""
    if isinstance(rule, Composite):
        return all(has_rows(leaf) and leaf.type not in _NOT_IN_COMPOSITES for leaf in leaves(rule))
    return rule.type in _BY_ROW or (rule.type == "CustomSql" and rule.condition is None)


def _composite(rule: Composite, world: World, *, by_row: bool) -> Expected:
    """One way for the whole rule: a composite within one that is not judged by rows is not either."""
    members = [
        _composite(member, world, by_row=by_row) if isinstance(member, Composite) else expected(member, world)
        for member in rule.members
    ]
    metrics: Metrics = {}
    for member in members:
        # As in deequ: of two values of one name the last stays.
        metrics |= member.metrics
    together = all if rule.operator == "AND" else any
    still_open = frozenset[str]().union(*(member.open for member in members)) - metrics.keys()
    if not by_row:
        return Expected(together(member.passed for member in members), metrics, open=still_open)
    failures = [cast("frozenset[int]", member.failing) for member in members]
    failing = frozenset.union(*failures) if rule.operator == "AND" else frozenset.intersection(*failures)
    return Expected(not failing, metrics, len(_looked_at(rule, world)), failing, still_open)


def _looked_at(rule: AnyRule, world: World) -> set[int]:
    return {n for leaf in leaves(rule) for n in _Judged(leaf, world).rows}


class _Judged:
    """One rule over the rows that its where clause leaves."""

    def __init__(self, rule: Rule, world: World) -> None:
        self.rule = rule
        self.world = world
        rows, nows = world.table.rows, world.table.moments()
        numbers = range(1, len(rows) + 1)
        keep = world.wheres[rule.where] if rule.where else lambda row: True  # noqa: ARG005
        self.rows = {n: row for n, row in zip(numbers, rows, strict=True) if keep(row) is True}
        self.nows = dict(zip(numbers, nows, strict=True))
        self.types = {column.name.lower(): column.type for column in world.table.typed}
        self.names = {column.name.lower(): column.name for column in world.table.typed}

    def verdict(self) -> Expected:
        return cast("Callable[[], Expected]", getattr(self, f"_{_snake(self.rule.type)}"))()

    # What several types of rules share.

    def _column(self, position: int = 0) -> dict[int, Value]:
        name = self.names[self.rule.values[position].lower()]
        return {n: row[name] for n, row in self.rows.items()}

    def _type(self) -> str:
        return self.types[self.rule.values[0].lower()]

    def _subject(self) -> str:
        return f"Column.{self.rule.values[0]}"

    def _measured(self, name: str, value: float | None, failing: Iterable[int] | None = None) -> Expected:
        """A metric and a condition on it."""
        bad = None if failing is None else frozenset(failing)
        rows = None if failing is None else len(self.rows)
        if value is None:
            return Expected(False, {}, rows, bad)
        try:
            passed = self._holds(self.rule.condition, value, name)
        except NothingBeforeError:
            passed = True
        return Expected(passed, {name: value}, rows, bad)

    def _all_must(self, name: str, failing: Iterable[int], metrics: Metrics | None = None) -> Expected:
        """Compliance, with or without a threshold."""
        bad = frozenset(failing)
        if not self.rows:
            return Expected(True, metrics or {}, 0, bad)
        compliance = (len(self.rows) - len(bad)) / len(self.rows)
        threshold = self.rule.threshold
        try:
            passed = compliance == 1.0 if threshold is None else self._holds(threshold, compliance, name)
        except NothingBeforeError:
            passed = True
        return Expected(passed, {name: compliance} | (metrics or {}), len(self.rows), bad)

    def _holds(self, condition: Condition | None, value: float, metric: str) -> bool:
        assert isinstance(condition, NumberCondition)
        return _compare(condition.operator, value, [self._number(o, metric) for o in condition.operands])

    def _number(self, operand: NumberOperand, metric: str) -> float:
        value = self._evaluated(operand, metric)
        if isinstance(value, list):
            assert len(value) == 1, "a list where one number is needed"
            return value[0]
        return value

    def _evaluated(self, operand: NumberOperand, metric: str) -> float | list[float]:  # noqa: PLR0911
        if isinstance(operand, Number):
            return float(operand.text)
        if isinstance(operand, Arithmetic):
            left, right = self._number(operand.left, metric), self._number(operand.right, metric)
            return {
                "+": lambda: left + right,
                "-": lambda: left - right,
                "*": lambda: left * right,
                "/": lambda: left / right,
            }[operand.operator]()
        assert isinstance(operand, Call)
        name = operand.name.lower()
        if name == "last":
            count = int(self._number(operand.arguments[0], metric)) if operand.arguments else 1
            found = list(self.world.history.get(metric, ()))[:count]
            if not found:
                raise NothingBeforeError
            return found
        first = self._evaluated(operand.arguments[0], metric)
        if name == "abs":
            return abs(self._number(operand.arguments[0], metric))
        values = first if isinstance(first, list) else [first]
        if name == "percentile":
            return _percentile(values, self._number(operand.arguments[1], metric))
        if name == "index":
            return values[int(self._number(operand.arguments[1], metric))]
        simple: dict[str, Callable[[list[float]], float]] = {
            "avg": statistics.fmean,
            "min": min,
            "max": max,
            "sum": math.fsum,
            "median": statistics.median,
            "std": statistics.pstdev,
        }
        return simple[name](values)

    def _now(self, number: int) -> datetime:
        return self.nows[number]

    # Counting rows and columns.

    def _row_count(self) -> Expected:
        return self._measured("Dataset.*.RowCount", len(self.rows))

    def _row_count_match(self) -> Expected:
        alias = self.rule.values[0]
        others = len(self.world.references[alias].tuples)
        return self._measured(f"Dataset.{alias}.RowCountMatch", len(self.rows) / others if others else None)

    def _column_count(self) -> Expected:
        return self._measured("Dataset.*.ColumnCount", len(self.types))

    def _column_exists(self) -> Expected:
        there = self.rule.values[0].lower() in self.types
        return Expected(there, {f"{self._subject()}.ColumnExists": float(there)})

    def _column_names_match_pattern(self) -> Expected:
        hits = [bool(re.search(self.rule.values[0], name)) for name in self.names.values()]
        return Expected(all(hits), {"Dataset.*.ColumnNamesPatternMatchRatio": sum(hits) / len(hits)})

    # Being there, and being there once.

    def _completeness(self) -> Expected:
        nulls = [n for n, value in self._column().items() if value is None]
        share = 1 - len(nulls) / len(self.rows) if self.rows else None
        return self._measured(f"{self._subject()}.Completeness", share, nulls)

    def _is_complete(self) -> Expected:
        nulls = [n for n, value in self._column().items() if value is None]
        return self._whole({f"{self._subject()}.Completeness": self._share(self.rule.values[0])}, nulls)

    def _share(self, name: str) -> float | None:
        column = self.names[name.lower()]
        there = sum(row[column] is not None for row in self.rows.values())
        return there / len(self.rows) if self.rows else None

    def _whole(self, metrics: Mapping[str, float | None], failing: Iterable[int]) -> Expected:
        """No row may fail: then every metric is 1, as far as there are any."""
        known = {name: value for name, value in metrics.items() if value is not None}
        bad = frozenset(failing)
        return Expected(not bad, known, len(self.rows), bad)

    def _keys(self) -> dict[int, tuple[Value, ...]]:
        names = [self.names[name.lower()] for name in self.rule.values]
        return {n: tuple(row[name] for name in names) for n, row in self.rows.items()}

    def _uniqueness_metric(self) -> tuple[str, float | None, list[int]]:
        keys = {n: key for n, key in self._keys().items() if any(value is not None for value in key)}
        stands = Counter(keys.values())
        once = sum(count == 1 for count in stands.values())
        name = ",".join(self.rule.values)
        kind = "Column" if len(self.rule.values) == 1 else "Multicolumn"
        repeated = [n for n, key in keys.items() if stands[key] > 1]
        return f"{kind}.{name}.Uniqueness", once / len(keys) if keys else None, repeated

    def _uniqueness(self) -> Expected:
        name, value, repeated = self._uniqueness_metric()
        return self._measured(name, value, repeated)

    def _is_unique(self) -> Expected:
        name, value, repeated = self._uniqueness_metric()
        return self._whole({name: value}, repeated)

    def _unique_value_ratio(self) -> Expected:
        stands = Counter(value for value in self._column().values() if value is not None)
        ratio = sum(count == 1 for count in stands.values()) / len(stands) if stands else None
        repeated = [n for n, value in self._column().items() if value is not None and stands[value] > 1]
        return self._measured(f"{self._subject()}.UniqueValueRatio", ratio, repeated)

    def _is_primary_key(self) -> Expected:
        name, value, repeated = self._uniqueness_metric()
        lacking = [n for n, key in self._keys().items() if None in key]
        metrics = {name: value} | {f"Column.{c}.Completeness": self._share(c) for c in self.rule.values}
        return self._whole(metrics, {*repeated, *lacking})

    # Statistics.

    def _distinct_values_count(self) -> Expected:
        values = {value for value in self._column().values() if value is not None}
        return self._measured(f"{self._subject()}.DistinctValuesCount", len(values))

    def _entropy(self) -> Expected:
        stands = Counter(value for value in self._column().values() if value is not None)
        shares = [count / stands.total() for count in stands.values()]
        entropy = -sum(p * math.log(p) for p in shares) if shares else None
        return self._measured(f"{self._subject()}.Entropy", entropy)

    def _statistic(self, name: str, function: Callable[[list[float]], float]) -> Expected:
        values = [float(cast("float", value)) for value in self._column().values() if value is not None]
        return self._measured(f"{self._subject()}.{name}", function(values) if values else None)

    def _mean(self) -> Expected:
        return self._statistic("Mean", statistics.fmean)

    def _sum(self) -> Expected:
        return self._statistic("Sum", math.fsum)

    def _standard_deviation(self) -> Expected:
        return self._statistic("StandardDeviation", statistics.pstdev)

    def _variance(self) -> Expected:
        return self._statistic("Variance", statistics.pvariance)

    def _column_correlation(self) -> Expected:
        pairs = [
            (float(cast("float", a)), float(cast("float", b)))
            for a, b in zip(self._column(0).values(), self._column(1).values(), strict=True)
            if a is not None and b is not None
        ]
        try:
            value = statistics.correlation([a for a, _ in pairs], [b for _, b in pairs])
        except statistics.StatisticsError:
            value = None
        return self._measured(f"Multicolumn.{','.join(self.rule.values)}.ColumnCorrelation", value)

    # Values, one by one.

    def _column_values(self) -> Expected:
        condition = self.rule.condition
        name = f"{self._subject()}.ColumnValues.Compliance"
        if isinstance(condition, NumberCondition):
            return self._number_values(condition, name)
        if isinstance(condition, TextCondition):
            bad = [n for n, value in self._column().items() if not self._text_fits(condition, value)]
        else:
            assert isinstance(condition, DateCondition)
            bad = [n for n, value in self._column().items() if not self._date_fits(condition, n, value)]
        return self._all_must(name, bad)

    def _number_values(self, condition: NumberCondition, name: str) -> Expected:
        only_null = all(isinstance(operand, NumberNull) for operand in condition.operands)
        raw = self._column()
        values = {n: to_number(value) for n, value in raw.items()}
        there = [value for value in values.values() if value is not None]
        ends = (
            {"Minimum": min(there, key=_spark_order), "Maximum": max(there, key=_spark_order)}
            if there
            else {}
        )
        metrics = {f"{self._subject()}.{end}": value for end, value in ends.items() if math.isfinite(value)}
        names = [f"{self._subject()}.Minimum", f"{self._subject()}.Maximum"]
        # NULL alone is no number: whether a least and a greatest are measured beside it is left open.
        still_open = frozenset(names) if only_null else frozenset()
        if only_null:
            metrics = {}
        meant = {">": "Minimum", ">=": "Minimum", "<": "Maximum", "<=": "Maximum"}.get(condition.operator)
        metric = f"{self._subject()}.{meant}" if meant else name
        null_operand = any(isinstance(operand, NumberNull) for operand in condition.operands)
        try:
            numbers = [self._number(o, metric) for o in condition.operands if not isinstance(o, NumberNull)]
        except NothingBeforeError:
            return Expected(True, self._all_must(name, [], metrics).metrics, len(self.rows), frozenset())

        def fits(n: int) -> bool:
            value = values[n]
            if only_null:
                return (raw[n] is None) == (condition.operator in ("=", "in"))
            if value is None:
                return null_operand != (condition.operator in _NEGATIVE)
            return _compare(condition.operator, value, numbers)

        found = self._all_must(name, [n for n in values if not fits(n)], metrics)
        return replace(found, open=still_open)

    def _text_fits(self, condition: TextCondition, value: Value) -> bool:
        null_operand = any(isinstance(o, Special) and o.keyword == "NULL" for o in condition.operands)
        if value is None:
            return null_operand != (condition.operator in _NEGATIVE)
        text = as_text(value)
        first = condition.operands[0]
        if "matches" in condition.operator:
            assert isinstance(first, Text)
            return bool(re.fullmatch(first.value, text)) == (condition.operator == "matches")
        ignoring = self.rule.tags.get("ignoreCase") == "true"

        def is_it(operand: Text | Special) -> bool:
            if isinstance(operand, Text):
                return text.lower() == operand.value.lower() if ignoring else text == operand.value
            return {"NULL": False, "EMPTY": text == "", "WHITESPACES_ONLY": text.isspace()}[operand.keyword]

        return any(map(is_it, condition.operands)) == (condition.operator in ("=", "in"))

    def _date_fits(self, condition: DateCondition, n: int, value: Value) -> bool:
        null_operand = any(isinstance(operand, DateNull) for operand in condition.operands)
        by_moments = isinstance(value, datetime)
        day = to_day(value)
        if day is None:
            return null_operand != (condition.operator in _NEGATIVE)
        pairs: list[tuple[object, object]] = []
        for operand in condition.operands:
            if isinstance(operand, DateNull):
                continue
            meant = self._meant(operand, self._now(n))
            if by_moments and not isinstance(operand, Day):
                pairs.append((value, meant))
            else:
                pairs.append((day, to_day(meant)))
        return _compare_pairs(condition.operator, pairs)

    def _meant(self, operand: DateOperand, now: datetime) -> datetime:
        if isinstance(operand, Day):
            return datetime.combine(operand.value, time())
        if isinstance(operand, TimeOfDay):
            zone = ZoneInfo(self.rule.tags.get("timeZone", "UTC"))
            today = now.replace(tzinfo=UTC).astimezone(zone).date()
            return datetime.combine(today, operand.value, zone).astimezone(UTC).replace(tzinfo=None)
        assert isinstance(operand, Now)
        if operand.offset is None:
            return now
        offset = timedelta(**{operand.offset.unit: operand.offset.amount})
        return now + offset if operand.sign == "+" else now - offset

    def _column_length(self) -> Expected:
        condition = self.rule.condition
        assert isinstance(condition, NumberCondition)
        lengths = {n: 0 if value is None else len(as_text(value)) for n, value in self._column().items()}
        name = f"{self._subject()}.ColumnLength.Compliance"
        ends = (
            {"MinimumLength": min(lengths.values()), "MaximumLength": max(lengths.values())}
            if lengths
            else {}
        )
        metrics = {f"{self._subject()}.{end}": float(value) for end, value in ends.items()}
        meant = {">": "MinimumLength", ">=": "MinimumLength", "<": "MaximumLength", "<=": "MaximumLength"}
        end = meant.get(condition.operator)
        metric = f"{self._subject()}.{end}" if end else name
        try:
            numbers = [self._number(operand, metric) for operand in condition.operands]
        except NothingBeforeError:
            return Expected(True, self._all_must(name, [], metrics).metrics, len(self.rows), frozenset())
        bad = [n for n, length in lengths.items() if not _compare(condition.operator, length, numbers)]
        return self._all_must(name, bad, metrics)

    def _column_data_type(self) -> Expected:
        condition = self.rule.condition
        assert isinstance(condition, TextCondition)
        types = [operand.value for operand in condition.operands if isinstance(operand, Text)]
        format_ = self.rule.tags.get("format")

        def is_it(value: Value, type_: str) -> bool:
            if format_ and type_.lower() == "date":
                return reads_as_date(None if value is None else as_text(value), format_)
            return casts(value, type_)

        positive = condition.operator in ("=", "in")
        bad = [n for n, v in self._column().items() if any(is_it(v, type_) for type_ in types) != positive]
        return self._all_must(f"{self._subject()}.ColumnDataType.Compliance", bad)

    def _data_freshness(self) -> Expected:
        condition = self.rule.condition
        assert isinstance(condition, DurationCondition)
        operands = [_hours(operand) for operand in condition.operands]

        def fits(n: int, value: Value) -> bool:
            moment = to_moment(value, self._now(n))
            if moment is None:
                return False
            hours = Decimal(str((self._now(n) - moment) / timedelta(seconds=1))) / 3600
            return _compare(
                condition.operator, float(hours.quantize(Decimal("0.01"), ROUND_HALF_UP)), operands
            )

        bad = [n for n, value in self._column().items() if not fits(n, value)]
        return self._all_must(f"{self._subject()}.DataFreshness.Compliance", bad)

    # Queries.

    def _custom_sql(self) -> Expected:
        answer = self.world.queries[self.rule.values[0]](self.world)
        if self.rule.condition is None:
            columns = list(answer[0]) if answer else []
            known = {tuple(row.values()) for row in answer}
            bad = [n for n, row in self.rows.items() if tuple(row[c] for c in columns) not in known]
            return self._all_must("Dataset.*.CustomSQL.Compliance", bad)
        first = next(iter(answer[0].values())) if answer else None
        return self._measured("Dataset.*.CustomSQL", to_number(first))

    # Other datasets.

    def _referential_integrity(self) -> Expected:
        mine = [self.names[name.strip().lower()] for name in self.rule.values[0].split(",")]
        alias, _, others = self.rule.values[1].partition(".")
        theirs = [name.strip() for name in others.strip("{}").split(",")]
        known = {tuple(row[name] for name in theirs) for row in self.world.references[alias].rows}
        keys = {n: tuple(row[name] for name in mine) for n, row in self.rows.items()}
        bad = [n for n, key in keys.items() if None in key or key not in known]
        share = 1 - len(bad) / len(self.rows) if self.rows else None
        return self._measured(f"Column.{alias}.ReferentialIntegrity", share, bad)

    def _dataset_match(self) -> Expected:
        alias, keys, *rest = self.rule.values
        reference = self.world.references[alias]
        key = _mapping(keys)
        compared = _mapping(rest[0]) if rest else {n: n for n in self.names.values() if n not in key}
        theirs = {tuple(row[name] for name in key.values()): row for row in reference.rows}
        mine = {n: tuple(row[name] for name in key) for n, row in self.rows.items()}
        columns = {column.name for column in reference.typed}
        twice = len(theirs) < len(reference.tuples) or len(set(mine.values())) < len(mine)
        if twice or not set(compared.values()) <= columns:
            return Expected(False)
        bad = [
            n
            for n, row in self.rows.items()
            if mine[n] not in theirs or any(row[a] != theirs[mine[n]][b] for a, b in compared.items())
        ]
        share = 1 - len(bad) / len(self.rows) if self.rows else None
        return self._measured(f"Dataset.{alias}.DatasetMatch", share, bad)

    def _schema_match(self) -> Expected:
        alias = self.rule.values[0]
        mine, theirs = self.world.table.typed, self.world.references[alias].typed
        share = len(set(mine) & set(theirs)) / len(mine) if len(mine) == len(theirs) else 0
        return self._measured(f"Dataset.{alias}.SchemaMatch", share)

    def _aggregate_match(self) -> Expected:
        found: list[float | None] = []
        names: list[str] = []
        for text in self.rule.values:
            function, _, rest = text.strip().rstrip(")").partition("(")
            alias, _, column = rest.strip().rpartition(".")
            table = self.world.references[alias] if alias and alias != "primary" else self.world.table
            values = [float(cast("float", row[column])) for row in table.rows if row[column] is not None]
            total = math.fsum(values)
            found.append(
                (total if function.strip().lower() == "sum" else total / len(values)) if values else None
            )
            names.append(column)
        first, second = found
        name = f"Column.{','.join(dict.fromkeys(names))}.AggregateMatch"
        if first is None or second is None:
            return self._measured(name, None)
        return self._measured(name, first / second if second else float(first == 0))

    # Files.

    def _files(self, position: int = 0) -> list[Path]:
        if len(self.rule.values) <= position:
            return list(self.world.files)
        path = self.world.base / self.rule.values[position]
        return sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path] * path.is_file()

    def _of_files(self, name: str, fits: Callable[[Path], bool]) -> Expected:
        files = self._files()
        if not files:
            return Expected(False)
        share = sum(map(fits, files)) / len(files)
        threshold = self.rule.threshold
        passed = share == 1.0 if threshold is None else self._holds(threshold, share, name)
        return Expected(passed, {name: share, "Dataset.*.FileCount": float(len(files))})

    def _file_size(self) -> Expected:
        condition = self.rule.condition
        if isinstance(condition, SizeCondition):
            sizes = [float(size.amount * _UNITS[size.unit]) for size in condition.operands]
        else:
            assert isinstance(condition, NumberCondition)
            sizes = [self._number(operand, "") for operand in condition.operands]
        operator = condition.operator
        return self._of_files(
            "Dataset.*.FileSize.Compliance", lambda f: _compare(operator, f.stat().st_size, sizes)
        )

    def _file_freshness(self) -> Expected:
        condition = self.rule.condition
        assert isinstance(condition, DateCondition)
        now = self.world.moment.replace(second=0, microsecond=0)

        def fits(file: Path) -> bool:
            changed = datetime.fromtimestamp(file.stat().st_mtime, UTC).replace(tzinfo=None)
            pairs = [
                (changed, self._meant(operand, now), isinstance(operand, Day))
                for operand in condition.operands
            ]
            return _compare_pairs(
                condition.operator, [(to_day(a), to_day(b)) if by_day else (a, b) for a, b, by_day in pairs]
            )

        return self._of_files("Dataset.*.FileFreshness.Compliance", fits)

    def _file_uniqueness(self) -> Expected:
        files = self._files()
        if not files:
            return Expected(False)
        stands = Counter(file.read_bytes() for file in files)
        share = sum(stands[file.read_bytes()] == 1 for file in files) / len(files)
        name = "Dataset.*.FileUniquenessRatio"
        return Expected(
            self._holds(self.rule.condition, share, name),
            {name: share, "Dataset.*.FileCount": float(len(files))},
        )

    def _file_match(self) -> Expected:
        files = self._files()
        if not files:
            return Expected(False)
        metrics = {"Dataset.*.FileCount": float(len(files))}
        condition = self.rule.condition
        if condition is None:
            others = self._files(1)
            same = {file.read_bytes() for file in files} == {file.read_bytes() for file in others}
            return Expected(same, metrics) if others else Expected(False)
        assert isinstance(condition, TextCondition)
        algorithm = self.rule.tags.get("hashAlgorithm", "SHA-256").replace("-", "").lower()
        hashes = {operand.value for operand in condition.operands if isinstance(operand, Text)}
        positive = condition.operator in ("=", "in")
        found = [hashlib.new(algorithm, file.read_bytes()).hexdigest() in hashes for file in files]
        return Expected(all(hit == positive for hit in found), metrics)


def as_text(value: Value) -> str:
    """CAST(value AS STRING)."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat(" ").removesuffix(".000000")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _spark_order(value: float) -> tuple[bool, float]:
    """NaN is above all numbers, and equal to itself."""
    return (True, 0.0) if math.isnan(value) else (False, value)


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _compare(operator: str, value: float, operands: Sequence[float]) -> bool:
    return _compare_pairs(operator, [(_spark_order(value), (False, operand)) for operand in operands])


def _compare_pairs(operator: str, pairs: Sequence[tuple[object, object]]) -> bool:
    """`value operator operands`, where the value may look different beside each of them."""
    ordered = cast("Sequence[tuple[float, float]]", pairs)
    (a, b), (c, d) = ordered[0] if ordered else (0, 0), ordered[-1] if ordered else (0, 0)
    found = any(left == right for left, right in ordered)
    return {
        "=": found,
        "in": found,
        "!=": not found,
        "not in": not found,
        ">": ordered and a > b,
        ">=": ordered and a >= b,
        "<": ordered and a < b,
        "<=": ordered and a <= b,
        "between": ordered and a > b and c < d,
        "not between": ordered and (a <= b or c >= d),
    }[operator] is True


def _percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def _hours(duration: Duration) -> float:
    return timedelta(**{duration.unit: duration.amount}) / timedelta(hours=1)


def _mapping(text: str) -> dict[str, str]:
    pairs = [part.partition("->") for part in text.split(",")]
    return {left.strip(): (right or left).strip() for left, _, right in pairs}
