"""What a browser has not saved yet: it outlives its page, which goes after ten seconds without connection."""

from __future__ import annotations

from typing import Generic, TypeVar

from nicegui import Client

from wavehouse.core.recent import Recent
from wavehouse.web.token import BROWSER

T = TypeVar("T")

# So many are kept, those that were asked for last.
_MOST = 200


class Unsaved(Generic[T]):
    """By browser and by a name, something that is kept until the server ends."""

    def __init__(self) -> None:
        self._kept: Recent[tuple[str, str], T] = Recent(_MOST)

    def get(self, client: Client, name: str = "") -> T | None:
        """What this browser has left, if it has."""
        return self._kept.get((_browser(client), name))

    def put(self, client: Client, one: T, name: str = "") -> None:
        """Keep something; nothing is for a browser that keeps no cookie."""
        if browser := _browser(client):
            self._kept.put((browser, name), one)

    def pop(self, client: Client, name: str = "") -> None:
        """Forget it."""
        self._kept.pop((_browser(client), name))


def _browser(client: Client) -> str:
    return client.request.cookies.get(BROWSER, "")
