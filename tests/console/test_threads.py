"""Where pages ask: quick look-ups never wait for long work, and what nobody wants is not done."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from wavehouse.console.threads import Threads
from wavehouse.core.errors import QueryError
from wavehouse.engines.readers import Stop, StoppedError


@pytest.fixture
def threads() -> Iterator[Threads]:
    """Two of each sort."""
    made = Threads(2, 2)
    yield made
    made.close()


def _until_stopped(stop: Stop) -> None:
    """As an engine that computes without end: being stopped it ends in an error of its own."""
    interrupted = threading.Event()
    with stop.over(interrupted.set):
        assert interrupted.wait(30)
        raise KeyboardInterrupt


def test_quick_look_ups_do_not_wait_for_long_work(threads: Threads) -> None:
    async def asked() -> str:
        wanted = True
        long = [asyncio.create_task(threads.at_length(_until_stopped, lambda: wanted)) for _ in range(3)]
        found = await asyncio.wait_for(threads.quickly(lambda: "there"), 30)
        wanted = False
        ended = await asyncio.gather(*long, return_exceptions=True)
        assert [type(one) for one in ended] == [StoppedError] * 3
        return found

    assert asyncio.run(asked()) == "there"


def test_what_is_not_wanted_any_more_is_stopped_and_what_waits_does_not_begin(threads: Threads) -> None:
    begun: list[str] = []

    async def asked() -> None:
        wanted = {"first": True, "second": True, "third": True}

        def work(name: str, stop: Stop) -> None:
            begun.append(name)
            _until_stopped(stop)

        def ask(name: str) -> asyncio.Task[None]:
            return asyncio.create_task(threads.at_length(lambda stop: work(name, stop), lambda: wanted[name]))

        running, waiting = [ask("first"), ask("second")], ask("third")
        wanted["third"] = False
        with pytest.raises(StoppedError):
            await waiting
        wanted.update(first=False, second=False)
        await asyncio.gather(*running, return_exceptions=True)

    asyncio.run(asked())
    assert sorted(begun) == ["first", "second"]


def test_long_work_ends_in_time(threads: Threads) -> None:
    with pytest.raises(QueryError, match=r"stopped after 0\.01 seconds"):
        asyncio.run(threads.at_length(_until_stopped, lambda: True, 0.01))


def test_what_goes_wrong_is_told_as_it_is(threads: Threads) -> None:
    def work(_: Stop) -> None:
        raise QueryError("no such column")

    with pytest.raises(QueryError, match="no such column"):
        asyncio.run(threads.at_length(work, lambda: True))


def test_a_server_that_ends_stops_what_runs_and_begins_nothing_more() -> None:
    threads = Threads(1, 1)

    async def asked() -> None:
        began = threading.Event()

        def work(stop: Stop) -> None:
            began.set()
            _until_stopped(stop)

        running = asyncio.create_task(threads.at_length(work, lambda: True))
        await asyncio.to_thread(began.wait, 30)
        threads.close()
        with pytest.raises(StoppedError):
            await running
        with pytest.raises(asyncio.CancelledError):
            await threads.quickly(lambda: "there")

    asyncio.run(asked())
