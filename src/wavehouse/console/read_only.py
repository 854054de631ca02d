"""The second refusal of a console that changes nothing: what would change something is not offered either."""

from __future__ import annotations

from wavehouse.core.errors import CallError


def refusal() -> CallError:
    """The error, whatever was asked for."""
    return CallError("this console changes nothing", remedy="Start 'wavehouse serve' without --read-only")
