"""Progress on stderr: live bars on a terminal, one line a step elsewhere."""

from __future__ import annotations

import contextlib
import sys
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn


class LiveProgress:
    """Bars that move while the steps run; a finished step stays as one line."""

    def __init__(self, console: Console) -> None:
        self._bars = Progress(
            TextColumn("{task.description:<18}"),
            BarColumn(bar_width=28, complete_style="blue", finished_style="green"),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[summary]}", markup=True),
            console=console,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> LiveProgress:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def started(self, step: str) -> None:
        """A new bar."""
        self._tasks[step] = self._bars.add_task(step, total=1.0, summary="")

    def advanced(self, step: str, fraction: float) -> None:
        """Move the bar; never backwards (a step of several statements starts over with each)."""
        task = next(task for task in self._bars.tasks if task.id == self._tasks[step])
        self._bars.update(self._tasks[step], completed=max(task.completed, min(fraction, 0.99)))

    def finished(self, step: str, summary: str) -> None:
        """Fill the bar and leave the summary beside it."""
        self._bars.update(self._tasks[step], completed=1.0, summary=summary)

    def note(self, text: str) -> None:
        """A line above the bars."""
        self._bars.console.print(f"note: {text}", markup=False, highlight=False)


class LineProgress:
    """One line when a step is done: for logs and pipes."""

    def __enter__(self) -> LineProgress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to give back."""

    def started(self, step: str) -> None:
        """Say nothing until it is done."""

    def advanced(self, step: str, fraction: float) -> None:
        """Say nothing until it is done."""

    def finished(self, step: str, summary: str) -> None:
        """One line."""
        _tell(f"{step}: {summary}\n")

    def note(self, text: str) -> None:
        """One line."""
        _tell(f"note: {text}\n")


def _tell(line: str) -> None:
    """A reader of the log that has gone away must not stop the work."""
    with contextlib.suppress(OSError):
        sys.stderr.write(line)
        sys.stderr.flush()


def progress_on_stderr() -> LiveProgress | LineProgress:
    """The display that fits where stderr goes."""
    console = Console(stderr=True)
    return LiveProgress(console) if console.is_terminal else LineProgress()
