"""The console on this machine: its pages, and the functions that they call."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Any

from wavehouse.settings import Settings
from wavehouse.wiring.console_flow import flow_page_of
from wavehouse.wiring.console_runs import quality_page_of, runs_page_of
from wavehouse.wiring.console_schedules import schedules_page_of
from wavehouse.wiring.console_tables import catalog_page_of, sql_page_of

if TYPE_CHECKING:
    from wavehouse.console.shell import Page
    from wavehouse.pipeline.schedules.clock import Clock
    from wavehouse.query.service.service import QueryService
    from wavehouse.web.guard import App
    from wavehouse.wiring.console_dashboards import LakeBoards


def console_of(
    settings: Settings, service: QueryService, clock: Clock, *, read_only: bool
) -> tuple[App, AbstractAsyncContextManager[Any]]:
    """All pages as an application; called once in a process, in a thread."""
    from wavehouse.console.app import console
    from wavehouse.console.shell import Shell
    from wavehouse.console.threads import THREADS
    from wavehouse.wiring.console_dashboards import LakeBoards

    boards = LakeBoards(settings)
    pages = _pages(settings, service, boards, clock, read_only=read_only)
    app, running = console(Shell(pages, settings.lake.absolute().name, read_only))
    return app, until_it_ends(running, THREADS.close, boards.close)


@asynccontextmanager
async def until_it_ends(
    running: AbstractAsyncContextManager[Any], *closes: Callable[[], object]
) -> AsyncIterator[None]:
    """What pages need to run; before it ends, what they have begun elsewhere is stopped and closed."""
    async with running:
        try:
            yield
        finally:
            for close in closes:
                # (Not on the loop: what is stopped is waited for.)
                await asyncio.to_thread(close)


def _pages(
    settings: Settings, service: QueryService, boards: LakeBoards, clock: Clock, *, read_only: bool
) -> list[Page]:
    """The pages in the order of the sidebar; each topic has a file here that makes its page of functions."""
    from wavehouse.console.background import Jobs
    from wavehouse.console.dashboards.page import dashboards_page

    jobs = Jobs(read_only=read_only)
    return [
        dashboards_page(boards),
        flow_page_of(settings, jobs),
        quality_page_of(settings, jobs),
        catalog_page_of(settings, service, jobs),
        sql_page_of(settings, service, read_only=read_only),
        runs_page_of(settings, jobs),
        schedules_page_of(settings, clock, read_only=read_only),
    ]
