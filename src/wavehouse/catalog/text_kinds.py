"""What a text looks like: each is of one kind, the narrowest that it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Literal

Kind = Literal[
    "boolean",
    "int",
    "bigint",
    "padded",  # digits only, with zeros in front
    "fraction",  # digits on both sides of a point
    "exponent",  # any other way to write a double
    "date",
    "timestamp",
    "timestamptz",
    "array",
    "object",
    "string",
]

_DATE = r"(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}"
_TIME = r"[ T](?:[01][0-9]|2[0-3]):[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?"
# Regular expressions in the syntax that Python and RE2 share; the whole value must match.
PATTERNS: Mapping[Kind, str] = {
    "boolean": "(?i:true|false)",
    "bigint": r"0|-?[1-9][0-9]{0,18}",
    "padded": r"-?0[0-9]+",
    "fraction": r"-?(?:0|[1-9][0-9]*)\.[0-9]+",
    "exponent": r"-?(?:(?:0|[1-9][0-9]*)\.?[0-9]*[eE][+-]?[0-9]{1,3}|\.[0-9]+|(?:0|[1-9][0-9]*)\.)",
    "date": _DATE,
    "timestamp": _DATE + _TIME,
    "timestamptz": _DATE + _TIME + r"(?:Z| UTC|[+-][0-9]{2}(?::?[0-9]{2})?)",
}
# What a value of any other kind than boolean and string begins with.
FIRST_SIGNS = "-.0123456789"


def kind_of(text: str) -> Kind:
    """The kind of a text that is not empty."""
    for kind, pattern in PATTERNS.items():
        if re.fullmatch(pattern, text):
            return _checked(kind, text)
    return "string"


def _checked(kind: Kind, text: str) -> Kind:
    if kind == "bigint":
        number = int(text)
        if -(2**31) <= number < 2**31:
            return "int"
        return "bigint" if -(2**63) <= number < 2**63 else "string"
    if kind == "exponent":
        return kind if abs(float(text)) != float("inf") else "string"
    if kind in ("date", "timestamp", "timestamptz"):
        bare = re.sub(r"(?: UTC|Z)$", "", text).replace("T", " ")
        zone = re.search(r"[+-]([0-9]{2}):?([0-9]{2})?$", bare[10:])
        if zone:
            if int(zone[1]) > 15 or int(zone[2] or 0) > 59:
                return "string"
            bare = bare[: 10 + zone.start()]
        try:
            datetime.fromisoformat(bare)
        except ValueError:
            return "string"
    return kind
