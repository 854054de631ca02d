"""Parts of dates and times as they are written."""

from __future__ import annotations

from sqlglot import exp

from wavehouse.query.calls import called
from wavehouse.query.functions import SCALARS
from wavehouse.query.refusals import uncovered
from wavehouse.query.syntax.syntax import Binder, Syntax
from wavehouse.query.typed import Typed


def _extract(binder: Binder, node: exp.Extract) -> Typed:
    name = node.this.name.lower() if isinstance(node.this, exp.Var) else ""
    names = {"year", "quarter", "month", "week", "day", "day_of_week", "dow", "day_of_year", "doy"}
    if name not in names:
        raise uncovered(node, f"EXTRACT of {name or 'this'}")
    return called(SCALARS, name, [binder.bind(node.expression)], node)


TIMES: dict[type[exp.Expr], Syntax] = {exp.Extract: Syntax("this expression", _extract)}
