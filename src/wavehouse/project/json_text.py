"""JSON that others wrote: read within bounds, and nothing in it taken on trust."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, NoReturn

from wavehouse.core.errors import DefinitionError
from wavehouse.project.definition_file import MAX_BYTES, MAX_DEPTH

# Texts, so that brackets in them do not count, and brackets.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.DOTALL)
_PLAIN = re.compile(r"[A-Za-z_][\w-]*", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_MOST_SHOWN = 60


def parse_json(where: str, content: bytes, expected: str = "") -> Any:
    """The value in `content`; `where` is what an error calls it, `expected` what it asks for instead.

    Raises `DefinitionError` for what is not JSON, too large, too deep, or says one key twice.
    """
    if len(content) > MAX_BYTES:
        raise DefinitionError(
            f"this is larger than {MAX_BYTES:,} bytes, too large for a definition", where=where
        )
    try:
        text = content.decode("utf-8-sig")
        _refuse_depth(where, text)
        found = json.loads(text, object_pairs_hook=_without_twins, parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise DefinitionError(f"this is not UTF-8 (byte {error.start})", where=where) from error
    except json.JSONDecodeError as error:
        raise DefinitionError(
            f"not valid JSON: {error.msg}", where=f"{where}:{error.lineno}:{error.colno}", remedy=expected
        ) from error
    except ValueError as error:
        raise DefinitionError(f"not valid JSON: {error}", where=where, remedy=expected) from error
    _refuse_half_characters(where, found)
    return found


def json_path(steps: Sequence[Any]) -> str:
    """A place in a document, as `$.Job.Nodes.join.Columns[0]`; whatever else a key is stands in quotes."""
    return "$" + "".join(map(_step, steps))


def _step(step: Any) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    if _PLAIN.fullmatch(step) and len(step) <= _MOST_SHOWN:
        return f".{step}"
    return f"[{json.dumps(step[:_MOST_SHOWN])}]"


def _refuse_depth(where: str, text: str) -> None:
    """Raise before a parser goes down into brackets without end."""
    depth = 0
    for token in _TOKEN.finditer(text):
        sign = text[token.start()]
        depth += (sign in "[{") - (sign in "]}")
        if depth > MAX_DEPTH:
            line = text.count("\n", 0, token.start()) + 1
            raise DefinitionError(f"this is nested more than {MAX_DEPTH} deep", where=f"{where}:{line}")


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {json.dumps(key[:_MOST_SHOWN])} stands twice in one object")
        if _CONTROL.search(key):
            raise ValueError(f"the key {json.dumps(key[:_MOST_SHOWN])} has control characters")
        found[key] = value
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON's")


def _refuse_half_characters(where: str, value: Any, steps: tuple[Any, ...] = ()) -> None:
    """Raise for half of a surrogate pair, which no file can hold."""
    if isinstance(value, str) and _SURROGATE.search(value):
        raise DefinitionError(
            "half of a surrogate pair stands here, which is no character",
            where=f"{where}: {json_path(steps)}",
        )
    inside = value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else ())
    for key, one in inside:
        if isinstance(key, str):
            _refuse_half_characters(where, key, steps)
        _refuse_half_characters(where, one, (*steps, key))
