"""The tested list of syntax: what a query may be made of, and how the rest is refused by name.

The list is strict: a kind of node, or a part of one, that is neither in `COVERED` nor in `syntax` is refused,
whatever it is.
Functions have their own list in `functions`, casts in `casts`; FOR … AS OF has `COVERED_AS_OF`.
"""

from __future__ import annotations

from sqlglot import exp

from wavehouse.query.refusals import uncovered
from wavehouse.query.syntax import SYNTAX

# Every kind of node with those of its parts that are covered.
COVERED: dict[type[exp.Expr], str] = {
    # Queries.
    exp.Select: "expressions distinct from_ joins where group having order limit offset with_ windows",
    exp.Union: "this expression distinct order limit offset with_",
    exp.Except: "this expression distinct order limit offset with_",
    exp.Intersect: "this expression distinct order limit offset with_",
    exp.Subquery: "this alias order limit offset with_",
    exp.Values: "expressions alias order limit offset with_",
    exp.Tuple: "expressions",
    exp.With: "expressions recursive",
    exp.CTE: "this alias",
    exp.Distinct: "expressions",
    exp.From: "this",
    exp.Join: "this on using kind side",
    exp.Unnest: "expressions alias offset",
    exp.Lateral: "this alias",
    exp.Table: "this db catalog version alias",
    exp.Version: "this expression kind",
    exp.TableAlias: "this columns",
    exp.Where: "this",
    exp.Group: "expressions",
    exp.Rollup: "expressions",
    exp.Cube: "expressions",
    exp.GroupingSets: "expressions",
    exp.Having: "this",
    exp.Order: "this expressions",
    exp.Ordered: "this desc nulls_first",
    exp.Limit: "expression",
    exp.Fetch: "direction count limit_options",
    exp.LimitOptions: "rows with_ties",
    exp.Offset: "expression",
    # Names and constants.
    exp.Alias: "this alias",
    exp.Column: "this table db catalog",
    exp.Identifier: "this quoted",
    exp.Star: "",
    exp.Literal: "this is_string",
    exp.Boolean: "this",
    exp.Null: "",
    # Conditions.
    exp.Paren: "this",
    exp.And: "this expression",
    exp.Or: "this expression",
    exp.Not: "this",
    exp.EQ: "this expression",
    exp.NEQ: "this expression",
    exp.LT: "this expression",
    exp.LTE: "this expression",
    exp.GT: "this expression",
    exp.GTE: "this expression",
    exp.NullSafeEQ: "this expression",
    exp.NullSafeNEQ: "this expression",
    exp.Between: "this low high",
    exp.In: "this expressions query",
    exp.Like: "this expression negate",
    exp.Escape: "this expression",
    exp.Exists: "this",
    exp.Any: "this",
    exp.All: "this",
    # Values.
    exp.Add: "this expression",
    exp.Sub: "this expression",
    exp.Mul: "this expression",
    exp.Div: "this expression typed safe",
    exp.Mod: "this expression",
    exp.Neg: "this",
    exp.DPipe: "this expression safe",
    exp.If: "this true",
    exp.Cast: "this to",
    exp.TryCast: "this to safe",
    exp.DataType: "this expressions nested",
    exp.DataTypeParam: "this",
    exp.ColumnDef: "this kind",
    exp.Var: "this",
    exp.Anonymous: "this expressions",
    exp.Lambda: "this expressions",
    exp.Filter: "this expression",
    exp.WithinGroup: "this expression",
    exp.IgnoreNulls: "this",
    exp.RespectNulls: "this",
    exp.Window: "this partition_by order spec over alias",
    exp.WindowSpec: "kind start start_side end end_side",
}
# What may stand behind FOR VERSION AS OF and FOR TIMESTAMP AS OF: `travel` tells what may be made of it.
COVERED_AS_OF: dict[type[exp.Expr], str] = {
    exp.Literal: "this is_string",
    exp.Cast: "this to",
    exp.DataType: "this expressions nested",
    exp.DataTypeParam: "this",
    exp.CurrentTimestamp: "",
    exp.Anonymous: "this expressions",
    exp.Paren: "this",
    exp.Add: "this expression",
    exp.Sub: "this expression",
    exp.Interval: "this unit",
    exp.Var: "this",
}
_UNCOVERED_AS_OF: dict[type[exp.Expr], str] = {
    exp.AtTimeZone: "AT TIME ZONE",
    exp.CurrentDate: "CURRENT_DATE",
    exp.IntervalSpan: "an interval of two units",
}
AS_OF = {
    "TIMESTAMP": "Write TIMESTAMP '2020-12-31 23:59:59 UTC', or (current_timestamp - interval '1' day)",
    "VERSION": "Write the id of a snapshot: `wavehouse snapshots TABLE` lists them",
}

# What people are likely to write, by the word they know, with the nearest thing that is covered.
_UNCOVERED: dict[type[exp.Expr], tuple[str, str]] = {
    exp.JSONExtract: ("the operator '->'", ""),
    exp.Concat: ("two strings side by side", "Use 'a' || 'b'"),
    exp.Placeholder: ("a parameter '?'", ""),
    exp.Parameter: ("a parameter '@…'", ""),
    exp.CurrentTime: ("CURRENT_TIME", "Use localtimestamp"),
    exp.Localtime: ("LOCALTIME", "Use localtimestamp"),
    exp.TableSample: ("TABLESAMPLE", ""),
    exp.Struct: ("{…}", ""),
    exp.Kwarg: ("a named argument '=>'", ""),
    exp.Command: ("this statement", "Write a SELECT, WITH or VALUES"),
}
# Parts of a covered node, by (node, part).
_UNCOVERED_PARTS: dict[tuple[type[exp.Expr], str], tuple[str, str]] = {
    (exp.Select, "hint"): ("a hint", ""),
    (exp.Select, "into"): ("SELECT … INTO", ""),
    (exp.Select, "laterals"): ("LATERAL VIEW", "Use CROSS JOIN UNNEST(array) AS t(x)"),
    (exp.Select, "locks"): ("FOR UPDATE", ""),
    (exp.Distinct, "on"): ("DISTINCT ON", "Use row_number() OVER (…) = 1"),
    (exp.Star, "except_"): ("* EXCEPT or EXCLUDE", "Name the columns"),
    (exp.Star, "replace"): ("* REPLACE", "Name the columns"),
    (exp.CTE, "materialized"): ("MATERIALIZED", "Leave it out"),
    (exp.Join, "method"): ("NATURAL, ASOF or POSITIONAL JOIN", "Use JOIN … USING (…)"),
    (exp.Table, "joins"): ("a join within a join", "Put it into a subquery or in front"),
    (exp.Table, "when"): ("AT or BEFORE behind a table", "Use FOR TIMESTAMP AS OF or FOR VERSION AS OF"),
    (exp.Table, "sample"): ("TABLESAMPLE", ""),
    (exp.Group, "all"): ("GROUP BY ALL", "Name the columns"),
    (exp.In, "field"): ("IN without brackets", "Use contains(array, x)"),
    (exp.In, "unnest"): ("IN UNNEST", "Use contains(array, x)"),
    (exp.WindowSpec, "exclude"): ("EXCLUDE in a window frame", ""),
    (exp.Between, "symmetric"): ("BETWEEN SYMMETRIC", ""),
    (exp.Limit, "expressions"): ("LIMIT … BY", ""),
    (exp.LimitOptions, "percent"): ("FETCH FIRST … PERCENT", ""),
    (exp.Limit, "offset"): ("LIMIT with two numbers", "Write OFFSET 5 LIMIT 10"),
}


def refused_words() -> set[tuple[str, str]]:
    """What is refused by a name of its own, with what to use instead."""
    return {*_UNCOVERED.values(), *_UNCOVERED_PARTS.values()}


def check(tree: exp.Expr) -> None:
    """Raise `QueryError` for the first node, or part of a node, that is not on the list."""
    for node in tree.walk(prune=lambda node: isinstance(node, exp.Version)):
        _check_node(node, COVERED)
        if isinstance(node, exp.Version):
            _check_version(node)


def _check_version(node: exp.Version) -> None:
    clause = f"FOR {node.name} {node.args['kind']}"
    if node.args["kind"] != "AS OF":
        raise uncovered(node.parent, clause, f"Use FOR {node.name} AS OF")
    for inner in node.expression.walk():
        if type(inner) not in COVERED_AS_OF:
            name = _UNCOVERED_AS_OF.get(type(inner), type(inner).__name__.upper())
            raise uncovered(node.parent, f"{name} in {clause}", AS_OF[node.name])
        _check_node(inner, COVERED_AS_OF)


def _check_node(node: exp.Expr, listed: dict[type[exp.Expr], str]) -> None:
    kind = type(node)
    syntax = SYNTAX.get(kind) if listed is COVERED else None
    parts = syntax.parts if syntax else listed.get(kind)
    if parts is None:
        raise uncovered(node, *_UNCOVERED.get(kind, (kind.__name__.upper(), "")))
    covered = parts.split()
    for part, value in node.args.items():
        if part not in covered and value not in (None, False, [], ""):
            words = part.rstrip("_").replace("_", " ").upper()
            name = f"{words} in {kind.__name__.upper()}"
            within = value[0] if isinstance(value, list) else value
            within = node.args.get("alias", within) if isinstance(node, exp.CTE) else within
            nearest = within if isinstance(within, exp.Expr) else node
            raise uncovered(nearest, *_UNCOVERED_PARTS.get((kind, part), (name, "")))
