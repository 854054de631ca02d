"""Arrays as they are written."""

from __future__ import annotations

from sqlglot import exp

from wavehouse.query.syntax.syntax import Binder, Syntax
from wavehouse.query.trino_types import array_of
from wavehouse.query.typed import Typed, made, together


def _array(binder: Binder, node: exp.Array) -> Typed:
    if not node.expressions:
        return Typed("CAST([] AS INTEGER[])", array_of("unknown"))
    values = together([binder.bind(value) for value in node.expressions], "ARRAY[…]")
    return made(f"[{', '.join(value.sql for value in values)}]", array_of(values[0].type), *values)


ARRAYS: dict[type[exp.Expr], Syntax] = {exp.Array: Syntax("expressions", _array)}
