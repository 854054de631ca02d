"""Values as Iceberg's metadata has them: bounds, values of partitions, and how it tells them to people.

https://iceberg.apache.org/spec/#appendix-d-single-value-serialization
"""

from __future__ import annotations

import base64
import struct
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

_SCALARS = {
    "boolean": "boolean",
    "int": "integer",
    "long": "bigint",
    "float": "real",
    "double": "double",
    "date": "date",
    "timestamp": "timestamp",
    "timestamptz": "timestamp with time zone",
    "string": "varchar",
}
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001
_DAY = 24 * 3600 * 1_000_000


def trino_scalar(type_: Any) -> str | None:
    """The Trino name of an Iceberg type (JSON form), None for one that tables here cannot have."""
    if isinstance(type_, str) and type_.startswith("decimal("):
        return type_.replace(" ", "")
    return _SCALARS.get(type_) if isinstance(type_, str) else None


def bound(type_: str, raw: bytes) -> Any:
    """The value of a bound. One that was written as an int or a float may be read as a long or a double."""
    if type_ == "boolean":
        return raw != b"\x00"
    if type_ in ("int", "long", "date", "timestamp", "timestamptz", "time"):
        return value_of(type_, int.from_bytes(raw, "little", signed=True))
    if type_ in ("float", "double"):
        return struct.unpack("<f" if len(raw) == struct.calcsize("<f") else "<d", raw)[0]
    if type_ == "string":
        return raw.decode("utf-8", "replace")
    if type_.startswith("decimal("):
        # (Not by arithmetic, which rounds to 28 digits.)
        return Decimal(f"{int.from_bytes(raw, 'big', signed=True)}e-{_scale(type_)}")
    return uuid.UUID(bytes=raw) if type_ == "uuid" else raw


def value_of(type_: str, raw: Any) -> Any:
    """A value of a partition as it stands in a manifest: dates are days, times are microseconds."""
    if not isinstance(raw, int) or isinstance(raw, bool):
        return raw
    match type_:
        case "date":
            return _EPOCH.date() + timedelta(days=raw)
        case "timestamp" | "timestamptz":
            return _EPOCH + timedelta(microseconds=raw)
        case "time":
            return (_EPOCH + timedelta(microseconds=raw % _DAY)).time()
    return raw


def result_type(transform: str, source: Any) -> Any:
    """The type of what a partition's transform makes of a column.

    https://iceberg.apache.org/spec/#partition-transforms
    """
    if transform in ("identity", "void") or transform.startswith("truncate["):
        return source
    return "date" if transform == "day" else "int"


def human(type_: str, value: Any, transform: str = "identity") -> str:
    """How Iceberg tells a value, which is of what the transform makes.

    https://github.com/apache/iceberg/blob/apache-iceberg-1.4.2/api/src/main/java/org/apache/iceberg/transforms/Transform.java
    (the version that Athena has).
    """
    if value is None:
        return "null"
    if transform in _PERIODS:
        return _PERIODS[transform](value)
    return _TOLD.get(type_, _any)(value)


_PERIODS: dict[str, Callable[[int], str]] = {
    "year": lambda years: f"{1970 + years:04d}",
    "month": lambda months: f"{1970 + months // 12:04d}-{1 + months % 12:02d}",
    "hour": lambda hours: (_EPOCH + timedelta(hours=hours)).strftime("%Y-%m-%d-%H"),
}


def _any(value: Any) -> str:
    return base64.b64encode(value).decode("ascii") if isinstance(value, bytes) else str(value)


def _scale(type_: str) -> int:
    return int(type_[:-1].partition(",")[2])


def _java_time(moment: datetime) -> str:
    """As Java's OffsetDateTime tells it: no more seconds than there are, and digits in groups of three."""
    if moment.microsecond:
        return moment.isoformat(timespec="microseconds" if moment.microsecond % 1000 else "milliseconds")
    return moment.isoformat(timespec="seconds" if moment.second else "minutes")


def _java_float(value: float, *, single: bool) -> str:
    """As Java's Double.toString and Float.toString tell it."""
    if value != value:  # noqa: PLR0124
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    shortest = _shortest_single(value) if single else repr(value)
    if value == 0:
        return "-0.0" if shortest.startswith("-") else "0.0"
    sign, digits, exponent = Decimal(shortest).as_tuple()
    assert isinstance(exponent, int)  # noqa: S101
    text = "".join(map(str, digits)).rstrip("0")
    point = len(digits) + exponent
    minus = "-" * sign
    if 1e-3 <= abs(value) < 1e7:
        if point <= 0:
            return f"{minus}0.{'0' * -point}{text}"
        return f"{minus}{text[:point].ljust(point, '0')}.{text[point:] or '0'}"
    return f"{minus}{text[0]}.{text[1:] or '0'}E{point - 1}"


def _shortest_single(value: float) -> str:
    packed = struct.pack("<f", value)
    return next(
        text for digits in range(1, 10) if struct.pack("<f", float(text := f"{value:.{digits}g}")) == packed
    )


_TOLD: dict[str, Callable[[Any], str]] = {
    "boolean": lambda value: str(value).lower(),
    "float": lambda value: _java_float(value, single=True),
    "double": lambda value: _java_float(value, single=False),
    "timestamp": _java_time,
    "timestamptz": lambda moment: f"{_java_time(moment)}Z",
    "time": lambda value: _java_time(datetime.combine(_EPOCH, value)).partition("T")[2],
}
