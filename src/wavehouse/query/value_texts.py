"""The texts of values by their Trino types: for Athena's clients, for JSON, and for people.

Athena's are found by https://docs.aws.amazon.com/athena/latest/ug/querying.html and by what its clients read:
doubles are Java's texts
(https://docs.oracle.com/en/java/javase/22/docs/api/java.base/java/lang/Double.html#toString(double)), arrays
`[a, b]`, maps `{k=v}`, rows `{name=v}`, bytes in hexadecimal. A timestamp has the digits of its type,
wherever it is written: `timestamp(3)` three, those of Iceberg tables six.
"""

from __future__ import annotations

import json
import math
import re
import struct
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from wavehouse.query.trino_times import MAX_DIGITS, digits_of, is_time
from wavehouse.query.trino_types import element_of, fields_of, map_of

# As the engine writes it (`0045-03-15 (BC) 12:00:00.5`), or `batches` (`-0044-03-15 12:00:00.500000`).
_FAR = re.compile(
    r"(?P<year>[+-]?\d+)(?P<day>-\d\d-\d\d)(?P<bc> \(BC\))?"
    r"(?: (?P<clock>\d\d:\d\d:\d\d)(?:\.(?P<part>\d+))?)?"
)
# In Java a number is written plain from 0.001 on and below ten million.
_SMALLEST, _LARGEST = 1e-3, 1e7


def text_of(type_: str) -> Callable[[Any], str]:
    """How Athena writes values of a Trino type; NULL inside of one is `null`, and is none of them itself."""
    element, pair, fields = element_of(type_), map_of(type_), fields_of(type_)
    if element is not None:
        inner = _or_null(text_of(element))
        return lambda values: f"[{', '.join(map(inner, values))}]"
    if pair is not None:
        key, value = text_of(pair[0]), _or_null(text_of(pair[1]))
        return lambda values: "{" + ", ".join(f"{key(k)}={value(v)}" for k, v in (_pairs(values))) + "}"
    if fields is not None:
        named = [(name or f"field{at}", _or_null(text_of(of))) for at, (name, of) in enumerate(fields)]
        return lambda values: (
            "{"
            + ", ".join(
                f"{name}={of(value)}" for (name, of), value in zip(named, values.values(), strict=True)
            )
            + "}"
        )
    if type_ in ("real", "double"):
        return real_text if type_ == "real" else double_text
    return _scalar(type_, double_text)


def plain_of(type_: str) -> Callable[[Any], Any]:
    """How JSON has values of a Trino type, NULL too: numbers and booleans as they are, all else as text.

    An array is a list; a map and a row are objects, whose fields without a name are `field0`, `field1`, ….
    """
    element, pair, fields = element_of(type_), map_of(type_), fields_of(type_)
    if element is not None:
        inner = plain_of(element)
        return _not_null(lambda values: [inner(one) for one in values])
    if pair is not None:
        key, value = shown_of(pair[0]), plain_of(pair[1])
        return _not_null(lambda values: {key(k): value(v) for k, v in _pairs(values)})
    if fields is not None:
        parts = [plain_of(of) for _, of in fields]
        return _not_null(
            lambda values: {name: of(value) for (name, value), of in zip(values.items(), parts, strict=True)}
        )
    text = _scalar(type_, _number)
    same = (bool, int) if is_time(type_) else (bool, int, str)

    def plain(value: Any) -> Any:
        if isinstance(value, float):
            return value if math.isfinite(value) else _number(value)
        # (Types of tables of others may not tell their parts.)
        if isinstance(value, list):
            return [None if one is None else plain(one) for one in value]
        if isinstance(value, dict):
            return {str(key): None if one is None else plain(one) for key, one in value.items()}
        return value if isinstance(value, same) else text(value)

    return _not_null(plain)


def shown_of(type_: str) -> Callable[[Any], str]:
    """How people read values of a Trino type, none of them NULL; what has parts is JSON text."""
    if element_of(type_) is not None or map_of(type_) is not None or fields_of(type_) is not None:
        plain = plain_of(type_)
        return lambda value: json.dumps(plain(value), ensure_ascii=False)
    return _scalar(type_, _number)


def double_text(value: float) -> str:
    """A double as Java writes it: `1.0E10`, `0.001`, `-0.0`, `NaN`."""
    return _java(value, repr)


def real_text(value: float) -> str:
    """A real as Java writes a float: with the fewest digits that no other float has."""
    return _java(value, _float_repr)


def _java(value: float, digits_of: Callable[[float], str]) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "-0.0" if math.copysign(1, value) < 0 else "0.0"
    shortest = digits_of(value)
    if len(Decimal(shortest).as_tuple().digits) == 1 and float(f"{value:.1e}") == value:
        shortest = f"{value:.1e}"  # of two digits the nearest, where one would do
    sign, digits, exponent = Decimal(shortest).as_tuple()
    assert isinstance(exponent, int)  # noqa: S101
    written = "".join(map(str, digits)).rstrip("0") or "0"
    # d.ddd × 10^power
    power = len(digits) - 1 + exponent
    minus = "-" if sign else ""
    if _SMALLEST <= abs(value) < _LARGEST:
        if power < 0:
            return f"{minus}0.{'0' * (-power - 1)}{written}"
        whole = written[: power + 1].ljust(power + 1, "0")
        return f"{minus}{whole}.{written[power + 1 :] or '0'}"
    return f"{minus}{written[0]}.{written[1:] or '0'}E{power}"


def _float_repr(value: float) -> str:
    for precision in range(1, 10):
        text = f"{value:.{precision}g}"
        try:
            if struct.unpack("f", struct.pack("f", float(text)))[0] == value:
                return text
        except OverflowError:
            continue
    return repr(value)


def _number(value: float) -> str:
    return _java(value, repr) if not math.isfinite(value) else repr(value)


def _scalar(type_: str, number: Callable[[float], str]) -> Callable[[Any], str]:
    if is_time(type_):
        digits = digits_of(type_)
        return lambda value: _time(value, digits) if isinstance(value, datetime) else _far(str(value), digits)

    def text(value: Any) -> str:
        match value:
            case bool():
                return "true" if value else "false"
            case datetime():
                return _time(value, MAX_DIGITS)
            case Decimal():
                return format(value, "f")
            case float():
                return number(value)
            case bytes():
                return value.hex(" ")
        return str(value)

    return text


def _time(value: datetime, digits: int) -> str:
    moment = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    told = moment.isoformat(sep=" ", timespec="microseconds")
    told = told[: len(told) - MAX_DIGITS + digits] if digits else told.partition(".")[0]
    return f"{told} UTC" if value.tzinfo else told


def _far(value: str, digits: int) -> str:
    """A time that Python has none for, as Trino writes it: a year beyond 9999 has a sign, one BC a minus."""
    if value[4:5] == "-" and value[11:12] != "(":
        return value  # as it is written already
    found = _FAR.fullmatch(value)
    if found is None:
        return value
    year = int(found["year"]) if not found["bc"] else 1 - int(found["year"])
    sign = "-" if year < 0 else "+" if year > 9999 else ""
    day = f"{sign}{abs(year):04}{found['day']}"
    if found["clock"] is None:
        return day
    part = (found["part"] or "").ljust(MAX_DIGITS, "0")[:digits]
    return f"{day} {found['clock']}{f'.{part}' if digits else ''}"


def _or_null(text: Callable[[Any], str]) -> Callable[[Any], str]:
    return lambda value: "null" if value is None else text(value)


def _not_null(plain: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else plain(value)


def _pairs(values: Any) -> Any:
    return values.items() if isinstance(values, dict) else values
