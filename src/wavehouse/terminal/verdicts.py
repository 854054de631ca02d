"""Verdicts on the terminal: every rule, what was measured, and how many rows fail."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from wavehouse.core.run_record import RuleRecord, RunRecord, measured

_STYLES = {"holds": "green", "stops": "red"}


def show_verdicts(record: RunRecord) -> None:
    """Print all verdicts, source by source, and what became of every file's rows."""
    console = Console(highlight=False)
    for source in dict.fromkeys(rule.source for rule in record.rules):
        console.print(Text(source, style="bold"))
        console.print(_rules([rule for rule in record.rules if rule.source == source]))
    if record.files:
        console.print(_files(record))
    for file in record.rejected:
        console.print(Text(f"rejected: {file.reason}", style="red"), soft_wrap=True)
    failed = sum(not rule.passed for rule in record.rules)
    text = f"{len(record.rules) - failed} of {len(record.rules)} rules hold"
    if record.rows_quarantined:
        text += f"; {record.rows_quarantined:,} rows would be kept aside"
    style = "yellow" if failed or record.rows_quarantined else "green"
    console.print(Text(f"{text} ({record.seconds:.1f} s)", style=style))


def telling_rules(rules: list[RuleRecord]) -> Table:
    """The rules of a source that somebody should look at."""
    return _rules(rules, with_source=True)


def _rules(rules: list[RuleRecord], *, with_source: bool = False) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    if with_source:
        table.add_column("source")
    table.add_column("rule", overflow="fold")
    table.add_column("measured", justify="right")
    table.add_column("failing rows", justify="right")
    table.add_column("verdict")
    for rule in rules:
        row = [
            Text(rule.rule),
            Text(measured(rule.metric)),
            Text("–" if rule.failed_rows is None else f"{rule.failed_rows:,}"),
            Text(rule.verdict, style=_STYLES.get(rule.verdict, "yellow")),
        ]
        table.add_row(*([Text(rule.source), *row] if with_source else row))
    return table


def _files(record: RunRecord) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("file")
    for name in ("rows", "loaded", "quarantined", "superseded"):
        table.add_column(name, justify="right")
    for file in record.files:
        counts = (file.rows_in, file.rows_out, file.rows_quarantined, file.rows_superseded)
        table.add_row(f"{file.source}/{file.file}", *(f"{count:,}" for count in counts))
    return table
