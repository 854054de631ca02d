"""Strings with escapes: U&'…'.

https://trino.io/docs/current/language/types.html#varchar
"""

from __future__ import annotations

import re

from sqlglot import exp

from wavehouse.core.errors import QueryError
from wavehouse.core.sql_text import literal
from wavehouse.query.refusals import place
from wavehouse.query.syntax.syntax import Binder, Syntax
from wavehouse.query.typed import Typed

_ESCAPE = re.compile(r"\\(?:(\\)|\+([0-9A-Fa-f]{6})|([0-9A-Fa-f]{4})|)")


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


TEXTS: dict[type[exp.Expr], Syntax] = {exp.UnicodeString: Syntax("this", _unicode)}
