"""A part of a page that shows what takes a while to find out; what goes wrong with it stays in it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import nullcontext
from typing import TypeVar

from nicegui import background_tasks, run, ui

from wavehouse.console.shell import Frame, show_error
from wavehouse.core.errors import CallError, OutsideError, WavehouseError, in_words

T = TypeVar("T")

# Seconds until a panel asks again by itself whose lake was not there, or could not be read.
_HEALS_AFTER = 3.0


class Panel:
    """A card, or with `plain` a part without a border; `load` fills it as often as one likes.

    What it shows stays until there is something else. Of several answers under way the last counts.
    """

    def __init__(self, frame: Frame, title: str = "", *, plain: bool = False) -> None:
        self._frame = frame
        self._asked = 0
        self._error = ""
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

    def load(self, work: Callable[[], T], show: Callable[[T], object]) -> None:
        """Have `work` done in a thread, and `show` build what it found inside of the panel."""
        background_tasks.create(self._load(work, show))

    def show(self, build: Callable[[], object]) -> None:
        """Build something at once; an answer that is under way does not count any more."""
        self._asked += 1
        self._fill(build)

    async def _load(
        self, work: Callable[[], T], show: Callable[[T], object], *, quietly: bool = False
    ) -> None:
        """`quietly` is for what nobody asked for: no bar on top, and the same error stays as it is."""
        self._asked += 1
        mine = self._asked
        found: list[T] = []
        failed: WavehouseError | None = None
        with nullcontext() if quietly else self._frame.busy():
            try:
                # (Nothing comes back from a server that is being ended.)
                found = await run.io_bound(lambda: [work()]) or []
            except Exception as error:
                failed = in_plain_words(error)
        if mine != self._asked or self.body.is_deleted:
            return
        if failed is not None:
            if not quietly or str(failed) != self._error:
                self._fill(lambda: self._failed(failed, lambda: self.load(work, show)))
            self._error = str(failed)
            if isinstance(failed, CallError | OutsideError):
                with self.body:
                    ui.timer(_HEALS_AFTER, lambda: self._load(work, show, quietly=True), once=True)
        elif found:
            self._error = ""
            self._fill(lambda: show(found[0]))

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
