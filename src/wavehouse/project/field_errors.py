"""What is wrong with a field, in words; those of pydantic are for programmers."""

from __future__ import annotations

from pydantic_core import ErrorDetails

from wavehouse.core.printable import printable
from wavehouse.core.suggestions import nearest

_MUST_BE = {
    "list_type": "a list",
    "string_type": "a text",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "dict_type": "a map of keys",
    "model_type": "a map of keys",
}
_SAID = {"extra_forbidden": "there is no such field", "missing": "the field is missing"}
_LONGEST_SHOWN = 40


def field_error(error: ErrorDetails) -> str:
    """One sentence about a field, without its name and the full stop."""
    kind, value, limits = error["type"], error["input"], error.get("ctx", {})
    if kind in _MUST_BE:
        return f"it must be {_MUST_BE[kind]}, not {_shown(value)}"
    if kind == "too_short":
        return f"it needs {_items(limits['min_length'])} or more, and has {limits['actual_length']}"
    if kind == "too_long":
        return f"it may have {_items(limits['max_length'])}, and has {limits['actual_length']}"
    if kind == "string_pattern_mismatch":
        return f"{_shown(value)} does not match {limits['pattern']}"
    if kind == "literal_error":
        said = _none_of(value, str(limits["expected"]))
    else:
        said = _SAID.get(kind) or error["msg"].removeprefix("Value error, ")
    return f"{said[:1].lower()}{said[1:]}"


def _none_of(value: object, expected: str) -> str:
    said = f"it must be {expected}, not {_shown(value)}"
    near = (
        nearest(value, expected.replace("'", "").replace(" or ", ", ").split(", "))
        if isinstance(value, str)
        else None
    )
    return f"{said} (did you mean '{near}'?)" if near else said


def _items(count: int) -> str:
    return "no item" if count == 0 else "1 item" if count == 1 else f"{count} items"


def _shown(value: object) -> str:
    if isinstance(value, dict | list):
        return "a map of keys" if isinstance(value, dict) else "a list"
    if value is None:
        return "nothing"
    text = printable(str(value).lower() if isinstance(value, bool) else str(value))
    short = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
    return f"'{short}'" if isinstance(value, str) else short
