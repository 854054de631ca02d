"""Parts of pages without a server and a browser: what they have built is looked at where it is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar
from unittest.mock import patch

from nicegui import Client, background_tasks, core, ui

from wavehouse.console.shell import Frame, Page, Shell

T = TypeVar("T")


def in_a_page(
    work: Callable[[Frame], Awaitable[T]],
    rest: str = "",
    query: tuple[tuple[str, str], ...] = (),
    *,
    read_only: bool = False,
) -> T:
    """Do `work` in a page that nobody looks at, and that does nothing by the clock.

    `rest` and `query` are of its address.
    """

    async def built(_: Frame) -> None:
        return

    async def done() -> T:
        core.loop = asyncio.get_running_loop()
        client = Client(ui.page("/nowhere"))
        try:
            with patch.object(ui, "timer"), client:
                page = Page("nowhere", "Nowhere", "", built)
                return await work(_Frame(Shell([page], "lake", read_only), page, client, rest, query))
        finally:
            client.delete()

    return asyncio.run(done())


class _Frame(Frame):
    """The frame of a page without a browser."""

    @contextmanager
    def busy(self) -> Iterator[None]:
        """No bar."""
        yield

    def remember(self, query: object, rest: object = None) -> None:
        """No address."""


def texts(place: ui.element) -> list[str]:
    """The texts of all labels and buttons inside."""
    return [one.text for one in place.descendants() if isinstance(one, ui.label | ui.button)]


async def click(element: ui.element) -> None:
    """Click it, and wait for what that begins."""
    for listener in list(element._event_listeners.values()):
        if listener.type == "click":
            element._handle_event({"listener_id": listener.id, "args": {}})
    await settled()


async def settled() -> None:
    """Wait until nothing is under way any more. (What goes to a browser is, for ever.)"""
    while tasks := [one for one in background_tasks.running_tasks if not one.get_name().startswith("outbox")]:
        await asyncio.wait(tasks)
        await asyncio.sleep(0)
