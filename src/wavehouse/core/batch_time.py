"""The time of a batch as people write it."""

from __future__ import annotations

from datetime import UTC, datetime

from wavehouse.core.errors import CallError


def batch_moment(text: str | None) -> datetime | None:
    """The moment (UTC) that an ISO 8601 text means; one without a zone is taken as UTC.

    Raises `CallError` for another text, and for a time to come: every later batch would lose against it.
    """
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise CallError(
            f"'{text}' is not a time", remedy="Write 2024-01-31 or 2024-01-31T10:00:00Z"
        ) from None
    try:
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        raise CallError(f"'{text}' lies before the year 1 in UTC", remedy="Give a later time") from None
    if moment > datetime.now(UTC):
        raise CallError(
            f"the batch time {moment:%Y-%m-%d %H:%M:%S} UTC is still to come",
            remedy="Give the time at which the files were made",
        )
    return moment
