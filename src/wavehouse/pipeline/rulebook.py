"""The quality rules of all sources: read from the contracts, compiled, and put into the order of judging."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from wavehouse.core.errors import DefinitionError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.project.contracts import Action, QualityContract, SourceContract
from wavehouse.quality.dqdl.parse import parse
from wavehouse.quality.dqdl.text import canonical
from wavehouse.quality.plan import Plan, compile_rules
from wavehouse.quality.rules import AnyRule, Position, Ruleset


@dataclass(frozen=True)
class SourceRules:
    """The rules of one source, compiled, and what happens where each of them fails."""

    ruleset: Ruleset
    plan: Plan
    actions: tuple[Action, ...]

    def text(self, index: int) -> str:
        """A rule as verdicts name it."""
        return canonical(self.ruleset.rules[index], labels=False)

    @property
    def lookups(self) -> list[int]:
        """The rules that keep rows aside because something is missing in another source."""
        return [index for index in self._keeping if self.plan.retryable(index)]

    @property
    def comparing(self) -> str:
        """A rule that keeps a row aside because of other rows beside it, or of earlier runs; '' for none."""
        others = (
            index
            for index in self._keeping
            if not self.plan.by_itself(index) and not self.plan.retryable(index)
        )
        return next((self.text(index) for index in others), "")

    @property
    def _keeping(self) -> list[int]:
        """The rules that keep rows aside."""
        return [
            index
            for index, action in enumerate(self.actions)
            if action == "quarantine" and self.plan.has_rows(index)
        ]


def read_rules(contracts: Mapping[str, SourceContract], base: Path) -> dict[str, SourceRules]:
    """The rules of every source that has some, in an order in which each comes after those it refers to.

    A path in a file rule is relative to `base`. Raises `DefinitionError` with file, line and column.
    """
    tables = {name: contract for name, contract in contracts.items() if contract.role == "table"}
    found = {
        name: _source_rules(contract.quality, name, tables, base)
        for name, contract in tables.items()
        if contract.quality
    }
    try:
        order = TopologicalSorter({name: sorted(one.plan.references) for name, one in found.items()})
        return {name: found[name] for name in order.static_order() if name in found}
    except CycleError as error:
        around = " → ".join(reversed(error.args[1]))
        where = next(tables[name].quality for name in error.args[1] if tables[name].quality)
        raise DefinitionError(
            f"the rules refer to each other in a circle: {around}",
            where=where.where if where else "",
            remedy="Take out one of the references",
        ) from None


def place_in(quality: QualityContract) -> Callable[[Position], str]:
    """Says where a position of the rules' text stands in the contract's file."""
    path, _, line = quality.where.rpartition(":")

    def place(position: Position) -> str:
        if not path:
            return str(position)
        # The text of a block begins on the line after its key.
        offset = position.line if "\n" in quality.rules else 0
        return f"{path}:{int(line) + offset}, column {position.column} of the rules"

    return place


def _source_rules(
    quality: QualityContract, source: str, tables: Mapping[str, SourceContract], base: Path
) -> SourceRules:
    place = place_in(quality)
    ruleset = parse(quality.rules, place)
    references = {name: other.table_columns for name, other in tables.items() if name != source}
    plan = compile_rules(ruleset, tables[source].table_columns, references, place, base)
    return SourceRules(ruleset, plan, _actions(quality, ruleset, plan, place))


def _actions(
    quality: QualityContract, ruleset: Ruleset, plan: Plan, place: Callable[[Position], str]
) -> tuple[Action, ...]:
    known: dict[str, None] = {}
    actions: list[Action] = []
    for index, rule in enumerate(ruleset.rules):
        names = _names(rule, ruleset)
        known.update(dict.fromkeys(names))
        chosen = next((quality.actions[name] for name in names if name in quality.actions), None)
        if chosen == "quarantine" and not plan.has_rows(index):
            raise DefinitionError(
                f"the rule '{names[0]}' has no verdict per row, so there are no rows to keep aside",
                where=place(rule.position),
                remedy="Let its action be warn or stop",
            )
        # The default is meant for rows; a rule about the whole can only warn.
        default = quality.default if quality.default != "quarantine" or plan.has_rows(index) else "warn"
        actions.append(chosen or default)
    for name in quality.actions:
        if name not in known:
            raise DefinitionError(
                f"no rule has the label or the text '{name}'",
                where=quality.where,
                remedy=did_you_mean(name, known),
            )
    return tuple(actions)


def _names(rule: AnyRule, ruleset: Ruleset) -> list[str]:
    """By what `actions` may call a rule: its text first, its labels, the labels of all."""
    labels = {**ruleset.default_labels, **rule.labels}
    return [canonical(rule, labels=False), *(f"{key}={value}" for key, value in labels.items())]
