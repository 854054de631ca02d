"""What a long piece of work says while it runs, and who listens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Progress(Protocol):
    """Listens to steps. Calls may come from any thread, but for one step from one at a time."""

    def started(self, step: str) -> None:
        """`step` begins."""

    def advanced(self, step: str, fraction: float) -> None:
        """`step` is done to `fraction` (0 to 1)."""

    def finished(self, step: str, summary: str) -> None:
        """`step` is done; `summary` says in a few words with what."""

    def note(self, text: str) -> None:
        """Something worth telling that is not an error."""


class Silent:
    """A `Progress` that nobody watches."""

    def started(self, step: str) -> None:
        """Say nothing."""

    def advanced(self, step: str, fraction: float) -> None:
        """Say nothing."""

    def finished(self, step: str, summary: str) -> None:
        """Say nothing."""

    def note(self, text: str) -> None:
        """Say nothing."""


class Summary:
    """Where a step leaves the words with which it ends."""

    text = ""


@contextmanager
def step(progress: Progress, name: str) -> Iterator[Summary]:
    """Announce `name`, run the block, and announce its end (not when it raises)."""
    progress.started(name)
    summary = Summary()
    yield summary
    progress.finished(name, summary.text)
