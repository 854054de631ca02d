"""Which run a reader looks at, while runs begin: nobody is taken away from one that he has asked for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from nicegui import ui
from tests.console.headless import click, in_a_page, settled, texts

from wavehouse.console.background import Job, Jobs
from wavehouse.console.runs.page import RunsPage
from wavehouse.console.runs.work import RunsWork
from wavehouse.console.shell import Frame
from wavehouse.core.run_record import RunRecord

_RUNS = [RunRecord.begun(datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=at)) for at in range(150)][::-1]


class _Jobs(Jobs):
    """One job, when it is there."""

    def __init__(self) -> None:
        super().__init__()
        self.one: Job | None = None

    def running(self) -> Job | None:
        return self.one

    def of_run(self, run: str) -> Job | None:
        return self.one if self.one and self.one.record and self.one.record.run_id == run else None


class _Seen:
    """The page, as somebody sees it."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self.jobs = _Jobs()
        self.asked: list[int] = []
        self.page = RunsPage(
            frame, RunsWork(self._newest, self._one, lambda: None, cast("Any", None), self.jobs)
        )
        self.page.build()

    def _newest(self, most: int) -> Sequence[RunRecord]:
        self.asked.append(most)
        return _RUNS[:most]

    def _one(self, run: str) -> RunRecord:
        return next(one for one in _RUNS if one.run_id == run)

    async def begin(self) -> None:
        """A run begins on this server."""
        await settled()
        self.jobs.one = Job("A run", record=RunRecord.begun(datetime(2024, 3, 1, tzinfo=UTC)))
        self.page.watch()
        await settled()

    def runs(self) -> list[ui.element]:
        """The list."""
        inside = self._frame.client.content.descendants()
        return [one for one in inside if one.tag == "a" and "wh-entry" in one.classes]

    def button(self, text: str) -> ui.button:
        """The button with that text."""
        inside = self._frame.client.content.descendants()
        return next(one for one in inside if isinstance(one, ui.button) and one.text == text)

    def chosen(self) -> list[str]:
        """The addresses of the runs that are marked as shown."""
        return [str(one.props["href"]) for one in self.runs() if "wh-entry-on" in one.classes]

    def link(self) -> ui.element | None:
        """The link to what has begun."""
        inside = self._frame.client.content.descendants()
        return next(
            (one for one in inside if one.tag == "a" and "A run has begun" in "".join(texts(one))), None
        )


def _seen(work: Callable[[_Seen], Awaitable[None]], run: str = "") -> None:
    async def look(frame: Frame) -> None:
        seen = _Seen(frame)
        await settled()
        await work(seen)

    in_a_page(look, run)


def test_who_has_asked_for_an_old_run_is_only_told_of_one_that_begins() -> None:
    async def look(seen: _Seen) -> None:
        await seen.begin()
        assert [place.endswith(_RUNS[7].run_id) for place in seen.chosen()] == [True]
        link = seen.link()
        assert link is not None
        await click(link)
        assert seen.link() is None
        assert not seen.chosen()  # (what goes on has no record yet)

    _seen(look, _RUNS[7].run_id)


def test_who_has_asked_for_none_or_for_the_newest_follows_what_begins() -> None:
    async def look(seen: _Seen) -> None:
        assert [place.endswith(_RUNS[0].run_id) for place in seen.chosen()] == [True]
        await seen.begin()
        assert seen.link() is None
        assert not seen.chosen()

    _seen(look)
    _seen(look, _RUNS[0].run_id)


def test_of_many_runs_the_newest_hundred_are_read_and_shown_and_older_ones_to_whoever_asks() -> None:
    async def look(seen: _Seen) -> None:
        assert len(seen.runs()) == 100
        assert max(seen.asked) == 101
        await click(seen.button("Older runs"))
        assert len(seen.runs()) == 150

    _seen(look)
