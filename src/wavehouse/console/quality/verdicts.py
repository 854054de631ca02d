"""The verdicts of a run: every rule, what was measured, how many rows fail, and what happened."""

from __future__ import annotations

from collections.abc import Sequence

from nicegui import ui

from wavehouse.console.elements.links import link as plain_link
from wavehouse.console.elements.panel import nothing
from wavehouse.console.elements.plain_table import Cell, badge, table
from wavehouse.console.shell import address
from wavehouse.core.run_record import RuleRecord, RunRecord, measured

_KINDS = {"holds": "good", "stops": "bad"}


def show_verdicts(record: RunRecord, *, named: bool) -> None:
    """All rules, those that fail first.

    Links lead to what that run kept aside where it was `named`, else to what is kept aside now.
    """
    run = [("run", record.run_id)] if named else []
    failed = [rule for rule in record.rules if not rule.passed]
    with ui.element("div").classes("wh-figures"):
        _figure("Rules that hold", f"{len(record.rules) - len(failed)} of {len(record.rules)}")
        _figure("Rules that fail", str(len(failed)), "bad" if failed else "")
        _figure(
            "Rows kept aside", f"{record.rows_quarantined:,}", "warning" if record.rows_quarantined else ""
        )
        _figure("Files rejected", str(len(record.rejected)), "bad" if record.rejected else "")
    if not record.rules:
        nothing("This run has judged no rule.")
        return
    rules = sorted(record.rules, key=lambda one: one.passed)
    table(
        ["Source", "Rule", "Verdict", "If it fails", "Measured", "Failing rows", "Of"],
        [_row(rule, run) for rule in rules],
        numbers=[4, 5, 6],
        wide=[1],
    )


def aside_of(rule: RuleRecord, run: Sequence[tuple[str, str]]) -> str:
    """The address of the rows that a rule kept aside."""
    told = [("view", "aside"), ("source", rule.source), ("reason", rule.rule), *run]
    return address("quality", "", told)


def _row(rule: RuleRecord, run: Sequence[tuple[str, str]]) -> list[Cell]:
    def verdict() -> None:
        badge(rule.verdict, _KINDS.get(rule.verdict, "warning"))

    def failing() -> None:
        if not rule.keeps_aside:
            ui.label("–" if rule.failed_rows is None else f"{rule.failed_rows:,}")
        else:
            plain_link(f"{rule.failed_rows:,}", aside_of(rule, run)).classes("wh-link")

    def written() -> None:
        ui.label(rule.rule).classes("wh-code")
        if rule.reason and not rule.passed:
            ui.label(rule.reason).classes("wh-muted-text")
        for example in rule.examples[:3]:
            ui.label(example).classes("wh-code wh-muted")

    return [rule.source, written, verdict, rule.action, measured(rule.metric), failing, rule.rows]


def _figure(title: str, figure: str, kind: str = "") -> None:
    with ui.element("div").classes("wh-figure"):
        ui.label(title).classes("wh-muted-text")
        ui.label(figure).classes(f"wh-figure-number {f'wh-{kind}' if kind else ''}")
