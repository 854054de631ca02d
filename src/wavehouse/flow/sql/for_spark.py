"""The SQL of a node in Spark's own dialect, as it runs in Glue 5.1 (Spark 3.5, not ANSI)."""

from __future__ import annotations

from sqlglot import exp

from wavehouse.flow.sql.casts import FROM
from wavehouse.flow.sql.made import replaced


def for_spark(query: exp.Query) -> exp.Query:
    """The query as Spark runs it: a CAST of text, and TRY_CAST where a number may not fit."""

    def cast(node: exp.Expr) -> exp.Expr:
        if FROM not in node.meta or node.meta[FROM] == "string":
            return node
        # It cuts a fraction off by itself.
        value = node.this.this if isinstance(node.this, exp.Trunc) else node.this
        return exp.TryCast(this=value, to=node.args["to"], safe=True)

    return replaced(query, cast)
