"""A step is announced, and its end only where it came to one."""

from __future__ import annotations

import pytest

from wavehouse.core.progress import Silent, step


class _Heard(Silent):
    def __init__(self) -> None:
        self.said: list[tuple[str, ...]] = []

    def started(self, step: str) -> None:
        self.said.append(("started", step))

    def finished(self, step: str, summary: str) -> None:
        self.said.append(("finished", step, summary))


def test_a_step_ends_with_its_summary() -> None:
    heard = _Heard()
    with step(heard, "read") as summary:
        summary.text = "3 rows"
    assert heard.said == [("started", "read"), ("finished", "read", "3 rows")]


def test_a_step_that_fails_is_not_said_to_be_done() -> None:
    heard = _Heard()
    with pytest.raises(ValueError, match="no"), step(heard, "read"):
        raise ValueError("no")
    assert heard.said == [("started", "read")]
