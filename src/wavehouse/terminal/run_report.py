"""A run on the terminal: its steps, its tables, and what somebody should look at."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from wavehouse.core.run_record import RunRecord
from wavehouse.terminal.cells import size


def show_run(record: RunRecord) -> None:
    """Print what a run did."""
    console = Console(highlight=False)
    if record.status != "done":
        console.print(Text(f"{record.status}: {record.error}", style="red"))
    if record.steps:
        console.print(_steps(record))
    if record.tables:
        console.print(_tables(record))
    for file in record.rejected:
        console.print(Text(f"rejected: {file.reason}", style="red"))
    for note in record.notes:
        console.print(Text(f"note: {note}", style="yellow"))
    if record.rows_quarantined:
        console.print(
            Text(
                f"{record.rows_quarantined:,} rows were kept aside; see them with: "
                f"wavehouse quarantine list {record.run_id}",
                style="yellow",
            )
        )
    changed = "published" if record.changed else "nothing new; the tables are as they were"
    if record.status == "done":
        console.print(Text(f"run {record.run_id}: {changed} in {record.seconds:.1f} s", style="green"))


def _steps(record: RunRecord) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("step")
    for name in ("seconds", "rows in", "rows out", "quarantined", "superseded"):
        table.add_column(name, justify="right")
    for step in record.steps:
        counts = (step.rows_in, step.rows_out, step.rows_quarantined, step.rows_superseded)
        table.add_row(step.name, f"{step.seconds:.2f}", *(f"{count:,}" if count else "–" for count in counts))
    return table


def _tables(record: RunRecord) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("table")
    for name in ("rows", "files", "size"):
        table.add_column(name, justify="right")
    table.add_column("snapshot", style="dim")
    for name, state in record.tables.items():
        table.add_row(name, f"{state.rows:,}", f"{state.files:,}", size(state.bytes), str(state.snapshot_id))
    return table
