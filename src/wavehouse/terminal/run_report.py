"""A run on the terminal: its steps, its tables, and what somebody should look at."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from wavehouse.core.byte_sizes import size
from wavehouse.core.run_record import RowChanges, RunRecord
from wavehouse.terminal.verdicts import telling_rules


def show_run(record: RunRecord) -> None:
    """Print what a run did."""
    console = Console(highlight=False)
    if record.status != "done":
        _line(console, f"{record.status}: {record.error}", "red")
    if record.steps:
        console.print(_steps(record))
    if record.tables:
        console.print(_tables(record))
    if record.outputs:
        console.print(_outputs(record))
    for file in record.rejected:
        _line(console, f"rejected: {file.reason}", "red")
    if telling := [rule for rule in record.rules if not rule.passed or rule.keeps_aside]:
        console.print(telling_rules(telling))
    if record.why:
        _line(console, f"note: everything was made again: {record.why}", "yellow")
    for note in record.notes:
        _line(console, f"note: {note}", "yellow")
    if record.rows_quarantined:
        rows = "1 row was" if record.rows_quarantined == 1 else f"{record.rows_quarantined:,} rows were"
        _line(console, f"{rows} kept aside; see: wavehouse quarantine list", "yellow")
    changed = "published" if record.changed else "nothing new; the tables are as they were"
    if record.status == "done":
        _line(console, f"run {record.run_id}: {changed} in {record.seconds:.1f} s", "green")


def _line(console: Console, text: str, style: str) -> None:
    """One line, broken by the terminal alone: what is copied from it stays whole."""
    console.print(Text(text, style=style), soft_wrap=True)


def _steps(record: RunRecord) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("step")
    for name in ("seconds", "rows in", "rows out", "quarantined", "superseded"):
        table.add_column(name, justify="right")
    for step in record.steps:
        counts = (step.rows_in, step.rows_out, step.rows_quarantined, step.rows_superseded)
        table.add_row(step.name, f"{step.seconds:.2f}", *(f"{count:,}" if count else "–" for count in counts))
    return table


def _outputs(record: RunRecord) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("files at")
    for name in ("rows", "files", "size"):
        table.add_column(name, justify="right")
    for path, state in record.outputs.items():
        table.add_row(Text(path), f"{state.rows:,}", f"{state.files:,}", size(state.bytes))
    return table


def _tables(record: RunRecord) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("table")
    changes = ("new", "changed", "gone") if record.changes else ()
    # (Both do not fit into 80 columns.)
    for name in ("rows", *(changes or ("files", "size"))):
        table.add_column(name, justify="right")
    table.add_column("snapshot", style="dim")
    for name, state in record.tables.items():
        mine = record.changes.get(name, RowChanges())
        counts = [f"{count:,}" if count else "–" for count in (mine.added, mine.changed, mine.removed)]
        table.add_row(
            name,
            f"{state.rows:,}",
            *(counts if changes else [f"{state.files:,}", size(state.bytes)]),
            str(state.snapshot_id),
        )
    return table
