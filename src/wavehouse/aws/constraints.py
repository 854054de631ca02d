"""A value against a shape, strictly.

Botocore's own check of parameters looks at types and required members alone; what enums, patterns, lengths
and unions say is left to the service. Here it is checked before.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from botocore.model import Shape

from wavehouse.aws.finding import Finding
from wavehouse.aws.patterns import compiled
from wavehouse.core.suggestions import did_you_mean

# Unions that are not marked as such: Glue says of a node's kinds that one of them is there.
_UNIONS = {"CodeGenConfigurationNode"}
_LARGEST = {"integer": 2**31 - 1, "long": 2**63 - 1}
_MOST_SHOWN = 60

_TYPES: dict[str, tuple[type, ...]] = {
    "structure": (Mapping,),
    "map": (Mapping,),
    "list": (list, tuple),
    "string": (str,),
    "character": (str,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "boolean": (bool,),
    "blob": (bytes, bytearray, str),
    "timestamp": (datetime, str, int, float),
}


def findings_of(shape: Shape, value: Any, path: str) -> Iterator[Finding]:
    """Everything in `value` that the shape does not allow."""
    kind = shape.type_name
    if getattr(shape, "is_document_type", False):
        return
    if not _is_a(kind, value):
        yield Finding(path, f"{_shown(value)} is not a {kind}")
    elif kind == "structure":
        yield from _structure(shape, value, path)
    elif kind == "map":
        yield from _size(shape, len(value), "entries", path)
        for key, one in value.items():
            yield from findings_of(shape.key, key, f"{path}, key {_shown(key)}")
            yield from findings_of(shape.value, one, f"{path}.{key}")
    elif kind == "list":
        yield from _size(shape, len(value), "items", path)
        for at, one in enumerate(value):
            yield from findings_of(shape.member, one, f"{path}[{at}]")
    elif kind in ("string", "character"):
        yield from _text(shape, value, path)
    elif kind == "blob":
        yield from _size(shape, len(value), "bytes", path)
    elif kind in ("integer", "long", "float", "double"):
        yield from _number(shape, value, path)


def _is_a(kind: str, value: Any) -> bool:
    # (To Python a boolean is a number.)
    return isinstance(value, _TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))


def _structure(shape: Shape, value: Mapping[str, Any], path: str) -> Iterator[Finding]:
    for name in shape.required_members:
        if name not in value:
            yield Finding(path, f"{name} is missing, and required")
    if (shape.name in _UNIONS or getattr(shape, "is_tagged_union", False)) and len(value) != 1:
        said = ", ".join(map(str, value)) or "none"
        yield Finding(path, f"exactly one member must be set, and {len(value)} are ({said})")
    for name, one in value.items():
        if name in shape.members:
            yield from findings_of(shape.members[name], one, f"{path}.{name}")
        else:
            remedy = did_you_mean(str(name), shape.members)
            yield Finding(f"{path}.{name}", f"a {shape.name} has no such member. {remedy}".rstrip())


def _text(shape: Shape, value: str, path: str) -> Iterator[Finding]:
    yield from _size(shape, len(value), "characters", path)
    if shape.enum and value not in shape.enum:
        yield Finding(path, f"{_shown(value)} is not allowed. {did_you_mean(value, shape.enum)}")
    pattern = shape.metadata.get("pattern")
    if pattern is None:
        return
    try:
        fits = compiled(pattern).fullmatch(value)
    except re.error as error:
        yield Finding(path, f"cannot be checked: the pattern {pattern} is not understood here ({error})")
        return
    if not fits:
        yield Finding(path, f"{_shown(value)} does not match the pattern {pattern}")


def _number(shape: Shape, value: float, path: str) -> Iterator[Finding]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    largest = _LARGEST.get(shape.type_name)
    if math.isnan(value) or (largest is not None and not -largest - 1 <= value <= largest):
        yield Finding(path, f"{_shown(value)} is no {shape.type_name}")
    if least is not None and value < least:
        yield Finding(path, f"{_shown(value)} is less than {least}")
    if most is not None and value > most:
        yield Finding(path, f"{_shown(value)} is more than {most}")


def _size(shape: Shape, size: int, what: str, path: str) -> Iterator[Finding]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and size < least:
        yield Finding(path, f"{size} {what}, and at least {least} are needed")
    if most is not None and size > most:
        yield Finding(path, f"{size:,} {what}, and at most {most:,} are allowed")


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"
