"""Texts, JSON and bytes as they are written, and calls with words between their arguments."""

from __future__ import annotations

import re

from sqlglot import exp

from wavehouse.core.errors import QueryError
from wavehouse.core.sql_text import literal
from wavehouse.query.calls import called
from wavehouse.query.functions import SCALARS
from wavehouse.query.functions.json_texts import canonical
from wavehouse.query.refusals import place, uncovered
from wavehouse.query.syntax.syntax import Binder, Syntax
from wavehouse.query.typed import Typed

_TRIMS = {"": "trim", "BOTH": "trim", "LEADING": "ltrim", "TRAILING": "rtrim"}

# https://trino.io/docs/current/language/types.html#varchar
_ESCAPE = re.compile(r"\\(?:(\\)|\+([0-9A-Fa-f]{6})|([0-9A-Fa-f]{4})|)")


def _trim(binder: Binder, node: exp.Trim) -> Typed:
    name = _TRIMS[str(node.args.get("position") or "").upper()]
    parts = [node.this, *([node.expression] if node.expression else [])]
    return called(SCALARS, name, [binder.bind(part) for part in parts], node)


def _position(binder: Binder, node: exp.StrPosition) -> Typed:
    return called(SCALARS, "strpos", [binder.bind(node.this), binder.bind(node.args["substr"])], node)


def _normalize(binder: Binder, node: exp.Normalize) -> Typed:
    form = node.args.get("form")
    if form and form.name.upper() != "NFC":
        raise uncovered(node, f"normalize() to {form.name}", "Covered: NFC")
    return called(SCALARS, "normalize", [binder.bind(node.this)], node)


def _json(_: Binder, node: exp.ParseJSON) -> Typed:
    return Typed(literal(canonical(node.this.name)), "json")


def _bytes(_: Binder, node: exp.HexString) -> Typed:
    digits = node.name
    if len(digits) % 2:
        raise QueryError(f"X'{digits}' has half a byte", where=place(node))
    return Typed(f"unhex({literal(digits)})", "varbinary")


def _unicode(_: Binder, node: exp.UnicodeString) -> Typed:
    def character(found: re.Match[str]) -> str:
        code = int(found[2] or found[3] or "0", 16)
        if found[1]:
            return "\\"
        if not code or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            raise QueryError(f"'{found[0]}' is no character", where=place(node), remedy=r"Write U&'\00e9'")
        return chr(code)

    text = _ESCAPE.sub(character, node.name)
    return Typed(literal(text), "varchar", literal=text)


TEXTS: dict[type[exp.Expr], Syntax] = {
    exp.Trim: Syntax("this expression position", _trim),
    exp.StrPosition: Syntax("this substr", _position),
    exp.Normalize: Syntax("this form", _normalize),
    exp.ParseJSON: Syntax("this is_literal", _json),
    exp.HexString: Syntax("this", _bytes),
    exp.UnicodeString: Syntax("this", _unicode),
}
