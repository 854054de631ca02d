"""Runs the code under test and holds every part of its answer against the oracle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest
from tests.quality.oracle import Expected, World, expected, has_rows

from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.quality.dataset import DataFile
from wavehouse.quality.dqdl.parse import parse
from wavehouse.quality.plan import compile_rules
from wavehouse.quality.rules import Ruleset
from wavehouse.quality.verdict import Verdict

_RULES_PER_WORD = 60


@dataclass
class Past:
    """A history that gives the same values whatever the subject, and remembers what it was asked."""

    values: dict[str, Sequence[float]] = field(default_factory=dict)
    asked: list[tuple[str, str, int]] = field(default_factory=list)

    def last(self, subject: str, metric: str, count: int) -> Sequence[float]:
        """The newest values of a metric."""
        self.asked.append((subject, metric, count))
        return list(self.values.get(metric, ()))[:count]


@dataclass(frozen=True)
class Found:
    """What the code under test said of one rule."""

    verdict: Verdict
    failing: frozenset[int] | None

    @property
    def passed(self) -> bool:
        """The verdict."""
        return self.verdict.passed

    @property
    def metric(self) -> float | None:
        """The first metric."""
        return self.verdict.metric


@dataclass
class Judge:
    """Judges rulesets over a world."""

    engine: DuckDBEngine
    world: World

    def found(self, ruleset: Ruleset) -> list[Found]:
        """What the code under test says of every rule."""
        world = self.world
        files = [
            DataFile(path, path.stat().st_size, datetime.fromtimestamp(path.stat().st_mtime, UTC))
            for path in world.files
        ]
        dataset = world.table.dataset(files, world.moment.replace(tzinfo=UTC))
        references = {alias: table.dataset() for alias, table in world.references.items()}
        past = Past(dict(world.history))
        theirs = {alias: reference.columns for alias, reference in references.items()}
        plan = compile_rules(ruleset, dataset.columns, theirs, base=world.base)
        verdicts = plan.judge(self.engine, dataset, references, past)
        assert len(verdicts) == len(ruleset.rules)
        assert {subject for subject, _, _ in past.asked} <= _subjects(verdicts)
        wanted = [i for i in range(len(ruleset.rules)) if plan.has_rows(i)]
        assert wanted == [i for i, rule in enumerate(ruleset.rules) if has_rows(rule)]
        failing: dict[int, set[int]] = {i: set() for i in wanted}
        if wanted:
            sql = plan.failing(dataset, references, wanted, self.engine, past)
            for place, *masks in self.engine.rows(sql):
                for number, i in enumerate(wanted):
                    word, bit = divmod(number, _RULES_PER_WORD)
                    if masks[word] is not None and masks[word] >> bit & 1:
                        failing[i].add(place)
        return [Found(v, frozenset(failing[i]) if i in failing else None) for i, v in enumerate(verdicts)]

    def agreed(self, text: str) -> list[Found]:
        """What the code under test says of every rule, after it agreed with the oracle."""
        ruleset = parse(text)
        found = self.found(ruleset)
        for rule, one in zip(ruleset.rules, found, strict=True):
            truth = expected(rule, self.world)
            if has_rows(rule) and truth.rows is None:
                # It could not be judged at all: then nothing is said of its rows.
                one = replace(one, failing=None)  # noqa: PLW2901
            here, there = _comparable(one), _comparable(truth)
            assert here == there, f"{one.verdict.rule}: {here}, but the oracle says {there}"
            metrics = {name: value for name, value in one.verdict.metrics.items() if name not in truth.open}
            near = pytest.approx(truth.metrics, rel=1e-9, abs=1e-12)
            assert metrics == near, f"{one.verdict.rule}: {metrics}, but the oracle says {truth.metrics}"
            assert list(one.verdict.metrics)[:1] == list(truth.metrics)[:1], (
                "the first metric is the rule's own"
            )
            assert bool(one.verdict.reason) or one.passed, "a rule that fails says why"
        return found


def _comparable(one: Found | Expected) -> dict[str, object]:
    """What must be the same on both sides."""
    if isinstance(one, Found):
        counts = (one.verdict.rows, one.verdict.failed_rows)
        return {"passed": one.passed, "counts": counts, "failing": _sorted(one.failing)}
    return {"passed": one.passed, "counts": (one.rows, one.failed_rows), "failing": _sorted(one.failing)}


def _sorted(rows: frozenset[int] | None) -> list[int] | None:
    return None if rows is None else sorted(rows)


def _subjects(verdicts: Sequence[Verdict]) -> set[str]:
    return {verdict.subject for verdict in verdicts}
