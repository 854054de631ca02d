"""YAML as people write it: small things on one line, long ones below each other, queries as blocks."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

# How long a line may get before what is on it goes below each other.
_LINE = 140
_INDENT = 2

# Lines that a block keeps as they are: no blank at the beginning of the first, and something on the last. (A
# blank at the end of one is kept as well: else a query would become one escaped line for it.)
_PRINTED = r"!-~\u00a1-\u1fff\u3001-\ud7ff"
_ROW = rf"[ \t{_PRINTED}]*"
_BLOCK = re.compile(rf"(?![ \t\n])(?:{_ROW}\n)+{_ROW}[{_PRINTED}][ \t]*\n?")
# What needs no quotes, whatever stands around it (but words such as `null`, which ruamel knows).
_BARE = re.compile(r"[A-Za-z_](?:[A-Za-z0-9_ ./()-]*[A-Za-z0-9_./()-])?")


def yaml_text(tree: Mapping[str, Any], *, below: int, indent: int = 0) -> str:
    """A tree of maps, lists, texts, numbers and booleans; its first `below` levels never share a line.

    Read again, it is the same tree. `indent` is how deep it will stand: so much less has room on a line.
    """
    return _dumped(_styled(tree, below, indent, 0))


def in_one_line(value: Any) -> str:
    """A value as it can stand between brackets."""
    return _dumped(CommentedSeq([_in_line(value)])).strip().removeprefix("- ")


def fits(line: str) -> bool:
    """Whether people would still write that on one line."""
    return len(line) <= _LINE


def _dumped(tree: Any) -> str:
    yaml = YAML(typ="rt")
    yaml.width = 2**31
    yaml.allow_unicode = True
    yaml.indent(mapping=_INDENT, sequence=2 * _INDENT, offset=_INDENT)
    out = io.StringIO()
    yaml.dump(tree, out)
    return out.getvalue()


def _in_line(value: Any) -> Any:
    if isinstance(value, str):
        return _key(value)
    if not isinstance(value, Mapping | list):
        return value
    made: CommentedMap | CommentedSeq
    if isinstance(value, Mapping):
        made = CommentedMap({_key(key): _in_line(one) for key, one in value.items()})
    else:
        made = CommentedSeq(map(_in_line, value))
    made.fa.set_flow_style()
    return made


def _styled(value: Any, below: int, indent: int, before: int) -> Any:
    """`value` with its style; it stands `indent` deep, with `before` characters before it on its line."""
    if isinstance(value, str):
        return _text(value)
    if not isinstance(value, Mapping | list):
        return value
    made: CommentedMap | CommentedSeq
    in_line = below <= 0 and not _has_lines(value) and indent + before + _width(value) <= _LINE
    inside = indent + _INDENT
    if isinstance(value, Mapping):
        made = CommentedMap(
            {_key(key): _styled(one, below - 1, inside, len(key) + 2) for key, one in value.items()}
        )
    else:
        made = CommentedSeq([_styled(one, below - 1, inside + _INDENT, 0) for one in value])
    if in_line or not value:
        made.fa.set_flow_style()
    else:
        made.fa.set_block_style()
    return made


def _text(text: str) -> Any:
    if "\n" in text and _BLOCK.fullmatch(text):
        return LiteralScalarString(text)
    return _key(text)


def _key(text: str) -> Any:
    return text if _BARE.fullmatch(text) else DoubleQuotedScalarString(text)


def _has_lines(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_has_lines, value.values()))
    return (
        any(map(_has_lines, value)) if isinstance(value, list) else isinstance(value, str) and "\n" in value
    )


def _width(value: Any) -> int:
    """About as many characters as it has on one line."""
    if isinstance(value, Mapping):
        return sum(len(key) + 4 + _width(one) for key, one in value.items())
    if isinstance(value, list):
        return sum(2 + _width(one) for one in value)
    return len(str(value)) + 2 * (isinstance(value, str) and not value.isalnum())
