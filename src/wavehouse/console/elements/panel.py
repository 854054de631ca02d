"""A part of a page that shows what takes a while to find out; what goes wrong with it stays in it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import nullcontext
from functools import partial
from typing import TypeVar

from nicegui import background_tasks, ui

from wavehouse.console.shell import Frame, show_error
from wavehouse.console.threads import THREADS
from wavehouse.core.errors import CallError, OutsideError, WavehouseError, in_words
from wavehouse.engines.readers import Stop, StoppedError

T = TypeVar("T")

# Asks for an answer, as long as it is wanted.
_Ask = Callable[[Callable[[], bool]], Awaitable[T]]

# Seconds that a panel may compute.
LONGEST = 60.0
# Seconds until a panel asks again by itself whose lake was away, or could not be read: at first, and at most.
_HEALS_AFTER, _HEALS_AT_LAST = 3.0, 60.0


class Panel:
    """A card, or with `plain` a part without a border; `load` fills it as often as one likes.

    What it shows stays until there is something else. Of several answers under way the last counts.
    """

    def __init__(self, frame: Frame, title: str = "", *, plain: bool = False) -> None:
        self._frame = frame
        self._asked = 0
        self.place = ui.element("section").classes("wh-panel" if plain else "wh-card wh-panel")
        with self.place:
            if title:
                self.place.props["aria-label"] = title
                with ui.element("div").classes("wh-panel-head"):
                    ui.label(title).classes("wh-card-title").props('role="heading" aria-level="2"')
                    self.actions = ui.element("div").classes("wh-actions")
            self.body = ui.element("div").classes("wh-panel-body")
            with self.body:
                ui.element("div").classes("wh-skeleton").props('aria-hidden="true"')

    def load(
        self, work: Callable[[], T], show: Callable[[T], object], *, heals: bool = False
    ) -> asyncio.Task[None]:
        """Have `work` looked up in a thread, and `show` build what it found inside of the panel.

        What `heals` is asked again by itself where it failed: the lake was away, or there was none. Nothing
        that computes, or is recorded, does.
        """
        return self._begin(lambda _: THREADS.quickly(work), show, heals=heals)

    def load_long(
        self, work: Callable[[Stop], T], show: Callable[[T], object], *, seconds: float | None = LONGEST
    ) -> asyncio.Task[None]:
        """The same of what computes: it is stopped when the panel shows another thing, or after `seconds`."""
        return self._begin(lambda wanted: THREADS.at_length(work, wanted, seconds), show, heals=False)

    def show(self, build: Callable[[], object]) -> None:
        """Build something at once; an answer that is under way does not count any more."""
        self._asked += 1
        self._fill(build)

    def _begin(self, ask: _Ask[T], show: Callable[[T], object], *, heals: bool) -> asyncio.Task[None]:
        self._asked += 1
        mine = self._asked

        def wanted() -> bool:
            return mine == self._asked and not self.body.is_deleted

        def again() -> None:
            self._begin(ask, show, heals=heals)

        return background_tasks.create(self._load(ask, show, wanted, again, pauses() if heals else iter(())))

    async def _load(
        self,
        ask: _Ask[T],
        show: Callable[[T], object],
        wanted: Callable[[], bool],
        again: Callable[[], object],
        waits: Iterator[float],
    ) -> None:
        said: str | None = None
        while True:
            found: list[T] = []
            failed: WavehouseError | None = None
            # (Nobody asked for the second time: no bar on top, and the same error stays as it is.)
            with self._frame.busy() if said is None else nullcontext():
                try:
                    found.append(await ask(wanted))
                except StoppedError:
                    return
                except Exception as error:
                    failed = in_plain_words(error)
            if not wanted():
                return
            if failed is None:
                self._fill(partial(show, found[0]))
                return
            if str(failed) != said:
                self._fill(partial(self._failed, failed, again))
            said = str(failed)
            pause = next(waits, None)
            if pause is None or not isinstance(failed, CallError | OutsideError):
                return
            await asyncio.sleep(pause)
            if not wanted():
                return

    def _fill(self, build: Callable[[], object]) -> None:
        self.body.clear()
        with self.body:
            try:
                build()
            except Exception as error:
                self.body.clear()
                show_error(in_plain_words(error))

    def _failed(self, error: WavehouseError, again: Callable[[], object]) -> None:
        show_error(error)
        ui.button("Retry", on_click=again).props("outline dense no-caps").classes("wh-retry")


def pauses() -> Iterator[float]:
    """The seconds before each time that something is asked again: twice as many, up to a minute."""
    pause = _HEALS_AFTER
    while True:
        yield pause
        pause = min(2 * pause, _HEALS_AT_LAST)


def in_plain_words(error: Exception) -> WavehouseError:
    """An error as it is told on a page; one of our own making goes to the log as well."""
    if isinstance(error, WavehouseError):
        return error
    if isinstance(error, OSError):
        return in_words(error)
    logging.getLogger(__name__).exception("a page could not be built", exc_info=error)
    return OutsideError(f"something went wrong inside ({type(error).__name__})", remedy="Please report it")


def nothing(text: str) -> None:
    """What stands where there is nothing to show."""
    ui.label(text).classes("wh-nothing")
