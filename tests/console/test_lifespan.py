"""What the console has begun ends with the server."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from wavehouse.wiring.console import until_it_ends


def test_what_pages_have_begun_elsewhere_ends_before_the_pages_and_off_the_loop() -> None:
    told: list[str] = []

    @asynccontextmanager
    async def pages() -> AsyncIterator[None]:
        yield
        told.append("pages")

    def close() -> None:
        assert threading.current_thread() is not threading.main_thread()
        told.append("boards")

    async def served() -> None:
        async with until_it_ends(pages(), close):
            told.append("served")

    asyncio.run(served())
    assert told == ["served", "boards", "pages"]
