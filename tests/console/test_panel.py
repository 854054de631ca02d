"""Panels: what heals by itself is asked again, what computes or is recorded never is."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from itertools import islice

import pytest
from nicegui import ui
from tests.console.headless import in_a_page

from wavehouse.console.elements import panel as panels
from wavehouse.console.elements.panel import Panel, pauses
from wavehouse.console.shell import Frame
from wavehouse.core.errors import OutsideError
from wavehouse.engines.readers import Stop


class _Away:
    """A lake that is there when it is asked for the third time."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, *_: object) -> str:
        self.asked += 1
        if self.asked < 3:
            raise OutsideError("the lake is away")
        return "there"


def _shown(*loads: Callable[[Panel], asyncio.Task[None]]) -> list[str]:
    """The texts in a panel that was told to load these, once nothing is under way any more."""

    async def build(frame: Frame) -> list[str]:
        panel = Panel(frame)
        await asyncio.wait([load(panel) for load in loads])
        return [one.text for one in panel.body.descendants() if isinstance(one, ui.label)]

    return in_a_page(build)


def test_what_heals_is_asked_again_until_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(panels, "_HEALS_AFTER", 0.001)
    away = _Away()
    assert _shown(lambda panel: panel.load(away, ui.label, heals=True)) == ["there"]
    assert away.asked == 3


def test_the_pauses_before_grow() -> None:
    assert list(islice(pauses(), 7)) == [3, 6, 12, 24, 48, 60, 60]


def test_what_does_not_heal_is_asked_once() -> None:
    away = _Away()
    assert _shown(lambda panel: panel.load(away, ui.label)) == ["the lake is away"]
    assert away.asked == 1


def test_what_computes_is_asked_once_so_that_no_query_is_recorded_again() -> None:
    away = _Away()
    assert _shown(lambda panel: panel.load_long(away, ui.label)) == ["the lake is away"]
    assert away.asked == 1


def test_what_a_panel_does_not_show_any_more_is_stopped() -> None:
    stopped: list[str] = []
    begun = threading.Event()

    def after() -> str:
        assert begun.wait(30)
        return "after"

    def work(stop: Stop) -> str:
        interrupted = threading.Event()
        with stop.over(interrupted.set):
            begun.set()
            assert interrupted.wait(30)
        stopped.append("before")
        raise KeyboardInterrupt

    assert _shown(
        lambda panel: panel.load_long(work, ui.label), lambda panel: panel.load(after, ui.label)
    ) == ["after"]
    assert stopped == ["before"]
