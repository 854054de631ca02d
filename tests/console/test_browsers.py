"""What a browser has not saved yet, and whose it is."""

from __future__ import annotations

from typing import Any, cast

from nicegui import Client
from starlette.requests import Request

from wavehouse.console.browsers import Unsaved


def _of(name: str) -> Any:
    class _Client:
        request = Request(
            {"type": "http", "headers": [(b"cookie", f"wavehouse_browser={name}".encode())] if name else []}
        )

    return cast("Client", _Client())


def test_what_is_kept_is_that_of_one_browser_and_one_name() -> None:
    kept = Unsaved[str]()
    kept.put(_of("mine"), "one", "flow")
    assert kept.get(_of("mine"), "flow") == "one"
    assert kept.get(_of("mine"), "other") is None
    assert kept.get(_of("yours"), "flow") is None
    kept.pop(_of("mine"), "flow")
    assert kept.get(_of("mine"), "flow") is None


def test_nothing_is_kept_for_a_browser_without_a_name() -> None:
    kept = Unsaved[str]()
    kept.put(_of(""), "one")
    assert kept.get(_of("")) is None
