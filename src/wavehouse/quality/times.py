"""Dates and durations of conditions: as SQL for rows, and in Python for files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from wavehouse.core.errors import DefinitionError
from wavehouse.core.sql_text import literal
from wavehouse.quality.comparisons import Compare
from wavehouse.quality.frame import Frame
from wavehouse.quality.rules import DateCondition, DateNull, DateOperand, Day, Duration, Now, TimeOfDay

_LONGEST = timedelta(days=366_000)
_UNITS = {"days": "DAY", "hours": "HOUR", "minutes": "MINUTE"}


@cache
def zone(name: str) -> ZoneInfo:
    """The time zone of the tag `timeZone`."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise DefinitionError(
            f"there is no time zone '{name}'", remedy="Write it as in Europe/Paris, or UTC"
        ) from None


def check_dates(condition: DateCondition, time_zone: str) -> None:
    """Refuse what can never be evaluated."""
    if time_zone:
        zone(time_zone)
    for operand in condition.operands:
        if isinstance(operand, Now) and operand.offset is not None:
            check_duration(operand.offset)
        if isinstance(operand, DateNull) and condition.operator not in ("=", "!=", "in", "not in"):
            raise DefinitionError(f"NULL is no date to compare with by '{condition.operator}'")


def check_duration(duration: Duration) -> None:
    """Refuse more than a thousand years: no calendar reaches there."""
    if duration.amount > _LONGEST.days * 1440 or length(duration) > _LONGEST:
        raise DefinitionError(f"{duration.amount} {duration.unit} are longer than a thousand years")


def length(duration: Duration) -> timedelta:
    """How long a duration is."""
    return timedelta(**{duration.unit: duration.amount})


def compare_date(day: str, moment: str, operand: DateOperand, time_zone: str, frame: Frame) -> Compare:
    """Compares a value with an operand: by days, but by moments where both have one.

    `day` is its date, `moment` its timestamp in UTC ('' where it has none).
    """
    if isinstance(operand, Day):
        return lambda operator: f"{day} {operator} DATE '{operand.value.isoformat()}'"
    meant = _moment(operand, time_zone, frame)
    if moment:
        return lambda operator: f"{moment} {operator} {meant}"
    return lambda operator: f"{day} {operator} CAST({meant} AS DATE)"


def compare_moment(value: datetime, operand: DateOperand, time_zone: str, now: datetime) -> int:
    """-1, 0 or 1: how a moment stands to an operand; by days where that is a plain day."""
    if isinstance(operand, Day):
        found, meant = value.date(), operand.value
        return (found > meant) - (found < meant)
    moment = _of_now(operand, time_zone, now)
    return (value > moment) - (value < moment)


def _of_now(operand: DateOperand, time_zone: str, now: datetime) -> datetime:
    now = now.astimezone(UTC).replace(second=0, microsecond=0)
    if isinstance(operand, Now):
        offset = length(operand.offset) if operand.offset else timedelta()
        return now - offset if operand.sign == "-" else now + offset
    if isinstance(operand, TimeOfDay):
        local = zone(time_zone)
        return datetime.combine(now.astimezone(local).date(), operand.value, local).astimezone(UTC)
    raise DefinitionError("a file always has a time of its last change: it is never NULL")


def _moment(operand: DateOperand, time_zone: str, frame: Frame) -> str:
    if isinstance(operand, Now):
        if operand.offset is None:
            return frame.now
        amount = f"INTERVAL '{operand.offset.amount}' {_UNITS[operand.offset.unit]}"
        return f"({frame.now} {operand.sign} {amount})"
    if not isinstance(operand, TimeOfDay):
        raise DefinitionError("NULL is no moment")
    seconds = operand.value.hour * 3600 + operand.value.minute * 60 + operand.value.second
    time = f"INTERVAL '{seconds}' SECOND"
    if time_zone in ("", "UTC"):
        return f"(CAST(CAST({frame.now} AS DATE) AS TIMESTAMP) + {time})"
    there = literal(time_zone)
    local = f"(({frame.now} AT TIME ZONE 'UTC') AT TIME ZONE {there})"
    return f"(((CAST(CAST({local} AS DATE) AS TIMESTAMP) + {time}) AT TIME ZONE {there}) AT TIME ZONE 'UTC')"
