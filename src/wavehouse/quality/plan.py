"""A ruleset, compiled: what the engine is asked, and what becomes of the answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from wavehouse.core.columns import Column
from wavehouse.core.sql_text import column_list, identifier
from wavehouse.engines.engine import Engine
from wavehouse.quality.compiling import Placed, compiled
from wavehouse.quality.composite import Compound, Node, leaves
from wavehouse.quality.dataset import Dataset, History, NoHistory
from wavehouse.quality.dqdl.text import canonical, subject
from wavehouse.quality.frame import PRIMARY, Frame
from wavehouse.quality.leaf import Leaf
from wavehouse.quality.outcome import Outcome
from wavehouse.quality.row_rules import RowRule
from wavehouse.quality.rules import AnyRule, Composite, Position, Ruleset
from wavehouse.quality.scope import Scope
from wavehouse.quality.statement import Answer, BrokenError, ask
from wavehouse.quality.verdict import Verdict

WORD = 60  # rules to a word of the mask


def compile_rules(
    ruleset: Ruleset,
    columns: Sequence[Column] | None,
    references: Mapping[str, Sequence[Column]],
    place: Callable[[Position], str] = str,
    base: Path = Path(),
) -> Plan:
    """Compile a ruleset for a dataset of these columns; None: every column is there, of the type asked for.

    `references` are the columns of the datasets to compare with, by alias; paths of files are relative to
    `base`. Raises `DefinitionError` for what can never be evaluated, with `place` saying where it stands.
    """
    scope = Scope(columns, references, base)
    return Plan(ruleset, [compiled(rule, scope, place) for rule in ruleset.rules], place)


class Plan:
    """The compiled rules of one dataset; a rule is meant by its number in the ruleset."""

    def __init__(
        self, ruleset: Ruleset, nodes: Sequence[Node], place: Callable[[Position], str] = str
    ) -> None:
        self._ruleset = ruleset
        self._nodes = tuple(nodes)
        self._place = place

    @property
    def references(self) -> frozenset[str]:
        """The aliases of the datasets that are compared with."""
        return frozenset().union(*(leaf.references for node in self._nodes for leaf in leaves(node)))

    def has_rows(self, index: int) -> bool:
        """Whether a rule has a verdict per row."""
        return self._nodes[index].by_row

    def reads(self, index: int) -> tuple[str, ...]:
        """The columns that a rule is about."""
        return tuple(dict.fromkeys(name for leaf in leaves(self._nodes[index]) for name in leaf.reads))

    def retryable(self, index: int) -> bool:
        """Whether a row fails a rule only because something is missing in another dataset."""
        return self.looked_up(index) is not None

    def looked_up(self, index: int) -> tuple[str, tuple[str, ...]] | None:
        """Where a rule looks up the row's values: alias and columns of a dataset; None for other rules."""
        node = self._nodes[index]
        if not isinstance(node, RowRule) or not node.looked_up:
            return None
        (alias,) = node.references
        return alias, node.looked_up

    def by_itself(self, index: int) -> bool:
        """Whether the verdict on a row depends on that row alone, and on no other and no earlier run."""
        return all(
            isinstance(leaf, RowRule)
            and not leaf.references
            and leaf.rule.type != "CustomSql"
            and (leaf.where is None or not leaf.where.find(exp.Query, exp.Window, exp.AggFunc))
            # In doubt (a text may hold it, too) the answer is no.
            and "last(" not in canonical(leaf.rule)
            for leaf in leaves(self._nodes[index])
        )

    def judge(
        self,
        engine: Engine,
        dataset: Dataset,
        references: Mapping[str, Dataset],
        history: History = NoHistory(),  # noqa: B008 - it has no state
    ) -> list[Verdict]:
        """The verdicts, one for each rule; one statement asks for all that they need.

        A rule whose SQL breaks while it runs fails, with the engine's reason.
        """
        frame = Frame(engine, dataset, references, history)
        asking = [part for node in self._nodes for part in _parts(node)]
        wanted = []
        for part in asking:
            with self._placed(part.rule):
                wanted.append(part.values(frame))
        answers = dict(zip(map(id, asking), ask(frame, wanted), strict=True))
        verdicts = []
        for node in self._nodes:
            with self._placed(node.rule):
                verdicts.append(self._verdict(node, _outcome(node, frame, answers)))
        return verdicts

    def failing(
        self,
        dataset: Dataset,
        references: Mapping[str, Dataset],
        wanted: Sequence[int],
        engine: Engine,
        history: History = NoHistory(),  # noqa: B008 - it has no state
    ) -> str:
        """A query for the rows that fail one of the wanted rules: their place, and `mask_0`, `mask_1`, …

        Bit k of word w is rule `wanted[w * 60 + k]`.
        """
        frame = Frame(engine, dataset, references, history)
        joins: dict[str, None] = {}
        bits = []
        for place, index in enumerate(wanted):
            node = self._nodes[index]
            with self._placed(node.rule):
                test = node.row(frame)
            joins.update(dict.fromkeys(one.sql for one in test.joins))
            bits.append(f"CASE WHEN {test.condition} THEN 0 ELSE {1 << place % WORD} END")
        words = [" + ".join(bits[start : start + WORD]) for start in range(0, len(bits), WORD)]
        masks = [f"CAST({word} AS BIGINT) AS {identifier(f'mask_{n}')}" for n, word in enumerate(words)]
        places = [f"{identifier(PRIMARY)}.{identifier(name)}" for name in dataset.place]
        failed = " OR ".join(f"{identifier(f'mask_{n}')} <> 0" for n in range(len(masks))) or "FALSE"
        source = " ".join([frame.rows(dataset.place), *joins])
        named = column_list([*dataset.place, *(f"mask_{n}" for n in range(len(masks)))])
        return (
            f"SELECT {named or '*'} FROM (SELECT {', '.join([*places, *masks]) or '1'} FROM {source}) "
            f"AS {identifier('judged')} WHERE {failed}"
        )

    def sql(self, index: int, engine: Engine) -> str:
        """The SQL that a rule compiles to: the condition that a row must meet, else what is measured.

        '' for a rule that needs none.
        """
        frame = Frame(engine, Dataset((), PRIMARY), {}, NoHistory(), plain=True)
        return ";\n".join(
            _pretty(text, engine) for text in self._nodes[index].shown(frame).split(";\n") if text
        )

    def _verdict(self, node: Node, outcome: Outcome) -> Verdict:
        return Verdict(
            rule=canonical(node.rule, labels=False),
            type=node.rule.type,
            subject=_subject(node.rule),
            passed=outcome.passed,
            metrics=outcome.metrics,
            rows=outcome.rows,
            failed_rows=outcome.failed_rows,
            reason=outcome.reason,
            labels={**self._ruleset.default_labels, **node.rule.labels},
        )

    def _placed(self, rule: AnyRule) -> Placed:
        return Placed(self._place(rule.position))


def _parts(node: Node) -> Iterator[Node]:
    """All that is asked for a rule: what its parts measure, and what its rows come to."""
    yield from leaves(node)
    if isinstance(node, Compound) and node.by_row:
        yield node


def _outcome(node: Node, frame: Frame, answers: Mapping[int, Answer]) -> Outcome:
    answer = answers.get(id(node), [])
    if isinstance(answer, BrokenError):
        return Outcome(False, reason=f"it could not be evaluated: {answer}")
    if isinstance(node, Leaf):
        return node.outcome(frame, answer)
    return node.combined([_outcome(member, frame, answers) for member in node.members], answer)


def _subject(rule: AnyRule) -> str:
    if isinstance(rule, Composite):
        return f" {rule.operator} ".join(f"({_subject(member)})" for member in rule.members)
    return subject(rule)


def _pretty(sql: str, engine: Engine) -> str:
    try:
        parsed = sqlglot.parse_one(sql, read=engine.dialect).unnest()
    except SqlglotError:
        return sql
    short = parsed.sql(dialect=engine.dialect)
    return short if len(short) <= 100 else parsed.sql(dialect=engine.dialect, pretty=True)
