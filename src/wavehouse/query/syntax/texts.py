"""Texts, JSON and bytes as they are written, and calls with words between their arguments."""

from __future__ import annotations

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


TEXTS: dict[type[exp.Expr], Syntax] = {
    exp.Trim: Syntax("this expression position", _trim),
    exp.StrPosition: Syntax("this substr", _position),
    exp.Normalize: Syntax("this form", _normalize),
    exp.ParseJSON: Syntax("this is_literal", _json),
    exp.HexString: Syntax("this", _bytes),
}
