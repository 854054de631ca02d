"""Spark's casts (the ones that give NULL, not an error), written out in Python.

Source: the behaviour of `CAST` with `spark.sql.ansi.enabled = false`. A date is (year, month, day), so that
years that Python does not know compare as well, and a moment is a naive datetime in UTC.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from zoneinfo import ZoneInfo

Value = str | int | float | bool | Decimal | date | datetime | None
Ymd = tuple[int, int, int]

_YES = ("t", "true", "y", "yes", "1")
_NO = ("f", "false", "n", "no", "0")
_WHOLE = re.compile(r"([+-]?)(\d*)(?:\.\d*)?", re.ASCII)
_REAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[dDfF]?", re.ASCII)
_ENDLESS = re.compile(r"[+-]?(inf|infinity)|nan", re.IGNORECASE)
_DAY = re.compile(r"([+-]?)(\d{4,7})(?:-(\d{1,2})(?:-(\d{1,2})([ T].*)?)?)?", re.ASCII | re.DOTALL)
_TIME = r"(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:\.(\d*))?\s*([A-Z+-]\S*)?)?)?"
_MOMENT = re.compile(rf"(\d{{4,6}})(?:-(\d{{1,2}})(?:-(\d{{1,2}})(?:[ T]{_TIME})?)?)?", re.ASCII)
_ONLY_TIME = re.compile(rf"(?:T(?=\d)|(?=\d{{1,2}}:)){_TIME}", re.ASCII)
_OFFSET = re.compile(r"(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{2}))?", re.ASCII)
_DECIMAL_TYPE = re.compile(r"decimal\((\d+), *(\d+)\)")

FORMATS = {
    "dd-MM-yyyy": r"(?P<d>\d\d)-(?P<m>\d\d)-(?P<y>\d{4})",
    "MM-dd-yyyy": r"(?P<m>\d\d)-(?P<d>\d\d)-(?P<y>\d{4})",
    "yyyy-MM-dd": r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)",
    "MM-yyyy": r"(?P<m>\d\d)-(?P<y>\d{4})",
    "yyyy-MM": r"(?P<y>\d{4})-(?P<m>\d\d)",
    "dd-MM": r"(?P<d>\d\d)-(?P<m>\d\d)",
    "MM-dd": r"(?P<m>\d\d)-(?P<d>\d\d)",
}
FORMATS |= {name.replace("-", "/"): pattern.replace("-", "/") for name, pattern in FORMATS.items()}


def trimmed(text: str) -> str:
    """Without white space and control characters at both ends, as Spark trims before it casts."""
    return text.strip("".join(map(chr, range(0x21))) + "\x7f")


def exists(day: Ymd) -> bool:
    """Whether the calendar has this day."""
    year, month, number = day
    if not 1 <= month <= 12:
        return False
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    lengths = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return 1 <= number <= lengths[month - 1]


def to_day(value: Value) -> Ymd | None:
    """CAST(value AS DATE)."""
    if isinstance(value, date):
        return (value.year, value.month, value.day)
    if not isinstance(value, str):
        return None
    found = _DAY.fullmatch(trimmed(value))
    if not found:
        return None
    sign = -1 if found[1] == "-" else 1
    day = (sign * int(found[2]), int(found[3] or 1), int(found[4] or 1))
    return day if exists(day) else None


def to_moment(value: Value, now: datetime = datetime(2024, 3, 15)) -> datetime | None:  # noqa: DTZ001
    """CAST(value AS TIMESTAMP); a time without a day is one of today."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    if not isinstance(value, str):
        return None
    text = trimmed(value)
    if found := _MOMENT.fullmatch(text):
        year, month, day, *clock = found.groups()
    elif found := _ONLY_TIME.fullmatch(text):
        (year, month, day), clock = (str(now.year), str(now.month), str(now.day)), list(found.groups())
    else:
        return None
    hour, minute, second, fraction, zone = clock
    try:
        moment = datetime(  # noqa: DTZ001
            int(year),
            int(month or 1),
            int(day or 1),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            int((fraction or "").ljust(6, "0")[:6]),
        )
        return (
            moment
            if zone is None
            else moment.replace(tzinfo=_zone(zone)).astimezone(UTC).replace(tzinfo=None)
        )
    except (ValueError, KeyError):
        return None


def _zone(name: str) -> timezone | ZoneInfo:
    if name in ("Z", "UTC", "GMT", "UT"):
        return UTC
    if found := _OFFSET.fullmatch(name):
        offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        return timezone(-offset if found[1] == "-" else offset)
    return ZoneInfo(name)


def to_number(value: Value) -> float | None:
    """CAST(value AS DOUBLE)."""
    if isinstance(value, (bool, int, float, Decimal)):
        return float(value)
    if not isinstance(value, str):
        return None
    text = trimmed(value)
    if _ENDLESS.fullmatch(text):
        return float(text)
    return float(text.rstrip("dDfF")) if _REAL.fullmatch(text) else None


def to_whole(text: str, bits: int) -> int | None:
    """CAST(text AS INT or BIGINT): what stands behind a point is cut off."""
    found = _WHOLE.fullmatch(trimmed(text))
    if not found or not any(map(str.isdigit, found[0])):
        return None
    number = int(found[1] + (found[2] or "0"))
    return number if -(2 ** (bits - 1)) <= number < 2 ** (bits - 1) else None


def to_decimal(value: str | Decimal, precision: int, scale: int) -> Decimal | None:
    """CAST(value AS DECIMAL(precision, scale)): rounded half up, NULL where the digits do not suffice."""
    try:
        number = Decimal(trimmed(value)) if isinstance(value, str) else value
    except InvalidOperation:
        return None
    if not number.is_finite():
        return None
    rounded = number.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)
    return rounded if abs(rounded) < Decimal(10) ** (precision - scale) else None


def casts(value: Value, type_: str) -> bool:  # noqa: PLR0911 - one per type
    """Whether CAST(value AS type_) is a value; NULL is none."""
    if value is None:
        return False
    name = type_.lower()
    if name == "string":
        return True
    if name == "date":
        return to_day(value) is not None
    if name == "timestamp":
        return to_moment(value) is not None
    if decimal := _DECIMAL_TYPE.fullmatch(name):
        if isinstance(value, (date, datetime)):
            return False
        number = (
            value
            if isinstance(value, str)
            else Decimal(str(float(value)))
            if value % 1
            else Decimal(int(value))
        )
        return to_decimal(number, int(decimal[1]), int(decimal[2])) is not None
    if isinstance(value, date):
        return isinstance(value, datetime)  # a timestamp counts seconds, a date gives NULL
    if not isinstance(value, str):
        return True  # numbers and booleans turn into one another
    if name == "boolean":
        return trimmed(value).lower() in (*_YES, *_NO)
    if name in ("integer", "long"):
        return to_whole(value, 32 if name == "integer" else 64) is not None
    return to_number(value) is not None


def reads_as_date(text: str | None, format_: str) -> bool:
    """Whether to_date(text, format_) is a date; without a day it is the first, without a year a leap year."""
    found = None if text is None else re.fullmatch(FORMATS[format_], text, re.ASCII)
    if not found:
        return False
    parts = {"y": "2000", "m": "1", "d": "1"} | found.groupdict()
    return exists((int(parts["y"]), int(parts["m"]), int(parts["d"])))
