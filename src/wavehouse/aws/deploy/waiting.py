"""Waiting for what AWS does in its own time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from wavehouse.core.errors import OutsideError


@dataclass(frozen=True)
class Waiting:
    """Seconds between two looks, and after how many to give up waiting."""

    seconds: float = 3.0
    most: float = 3600.0
    sleep: Callable[[float], None] = time.sleep

    def looks(self, what: str) -> Iterator[None]:
        """Look again and again; raises `OutsideError` when `what` has taken too long."""
        until = time.monotonic() + self.most
        while time.monotonic() < until:
            yield
            if self.seconds:
                self.sleep(self.seconds)
        raise OutsideError(
            f"{what} has taken more than {self.most / 60:.0f} minutes and goes on",
            remedy="See how it goes: wavehouse aws status",
        )
