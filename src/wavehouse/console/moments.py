"""Times and durations as pages tell them."""

from __future__ import annotations

from datetime import UTC, datetime


def moment(iso: str) -> str:
    """A time in UTC, to the second."""
    if not iso:
        return "–"
    return f"{datetime.fromisoformat(iso).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def ago(iso: str) -> str:
    """How long ago that was, in one unit."""
    seconds = max(0.0, (datetime.now(UTC) - datetime.fromisoformat(iso)).total_seconds())
    for size, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            number = int(seconds // size)
            return f"{number} {name}{'s' * (number > 1)} ago"
    return "just now"


def duration(seconds: float) -> str:
    """Seconds, or minutes and seconds."""
    if seconds >= 60:
        return f"{int(seconds // 60)} min {int(seconds % 60)} s"
    return f"{seconds:.1f} s" if seconds >= 1 else f"{round(seconds * 1000)} ms"
