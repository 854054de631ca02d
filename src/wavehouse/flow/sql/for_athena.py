"""The SQL of a node in Athena's dialect; what would mean something else there is refused by name.

Source: the documentation of Trino's functions (https://trino.io/docs/current/functions.html), which those of
Athena are; and what sqlglot writes for each, looked through one by one.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from wavehouse.core.errors import DefinitionError
from wavehouse.flow.sql.athena_casts import athena_cast
from wavehouse.flow.sql.casts import FROM, TO
from wavehouse.flow.sql.known_types import KnownTypes, written
from wavehouse.flow.sql.made import Inputs, replaced
from wavehouse.quality.patterns import check_pattern

# What means the same in both, whatever stands in it.
_QUERIES = """
    Select From Table TableAlias Where Group Having Order Ordered Limit Subquery With CTE Union Except
    Intersect Join Alias Column Identifier Star Distinct Tuple Window WindowSpec
"""
_VALUES = """
    Literal Boolean Null Var DataType DataTypeParam Paren Lambda Case If And Or Not EQ NEQ LT LTE GT GTE Is
    Between In Like NullSafeEQ NullSafeNEQ Exists Coalesce Nullif Add Sub Mul Neg Pow Div
"""
_FUNCTIONS = """
    Abs Length Lower Upper Array ArrayFilter Transform RegexpLike TsOrDsToDate Trunc
    Count Min Max StddevSamp StddevPop Variance VariancePop RowNumber Rank DenseRank
"""
_SAME = frozenset(" ".join((_QUERIES, _VALUES, _FUNCTIONS)).split())
# Of those with parts that mean something else, the parts that do not.
_PARTS = {
    "Select": "with_ expressions distinct from_ joins where group having order limit",
    "Union": "with_ this expression distinct order limit",
    "Except": "with_ this expression distinct order limit",
    "Intersect": "with_ this expression distinct order limit",
    "Table": "this db alias",
    "Join": "this on using kind side",
    "Group": "expressions",
    "Star": "",
    "Exists": "this",
    "Count": "this big_int",
    "Min": "this",
    "Max": "this",
}


def for_athena(query: exp.Query, inputs: Inputs) -> exp.Query:
    """The query as Athena runs it; raises `DefinitionError` for what cannot be said there."""
    types = KnownTypes(inputs)

    def said(node: exp.Expr) -> exp.Expr:
        name = type(node).__name__
        if isinstance(node, exp.Cast):
            return _cast(node, types)
        if name in _OTHERWISE:
            return _OTHERWISE[name](node, types)
        other = [
            part for part, value in node.args.items() if value and part not in _PARTS.get(name, part).split()
        ]
        if name not in _SAME or other or (isinstance(node, exp.Lambda) and len(node.expressions) > 1):
            raise _refused(node)
        if isinstance(node, exp.Like) and "\\" in _literal(node, node.expression):
            raise _refused(node, "where a backslash is a sign like others")
        if isinstance(node, exp.RegexpLike):
            check_pattern(_literal(node, node.expression))
        return node

    return replaced(query, said)


def _refused(node: exp.Expr, why: str = "which means something else there, or nothing") -> DefinitionError:
    text = node.sql(dialect="spark")
    short = text if len(text) <= 60 else f"{text[:57]}…"
    return DefinitionError(
        f"'{short}' cannot be said in Athena's SQL, {why}", remedy="Ask for another --dialect"
    )


def _cast(node: exp.Cast, types: KnownTypes) -> exp.Expr:
    from_ = node.meta.get(FROM) or types.of(node.this)
    to = node.meta.get(TO) or written(node.args["to"])
    if node.args.get("format") or from_ is None or to is None:
        # (A literal of ours, or a figure that an engine gives in a wider type.)
        if isinstance(node.this, exp.Sum | exp.Avg) or type(node) is exp.Cast:
            return node
        raise _refused(node, "where a cast depends on the type of its value, which is not known here")
    value = node.this.this if isinstance(node.this, exp.Trunc) else node.this
    return athena_cast(value, from_, to)


def _average(node: exp.Expr, types: KnownTypes) -> exp.Expr:
    if types.of(node.this) not in ("int", "bigint", "double") and not isinstance(node.this, exp.Cast):
        raise _refused(node, "where a mean has as many digits as its column")
    return node


def _sum(node: exp.Expr, types: KnownTypes) -> exp.Expr:
    summed = node.this.expressions[0] if isinstance(node.this, exp.Distinct) else node.this
    known = types.of(summed) in ("int", "bigint", "double")
    if not known and not isinstance(summed, exp.Cast) and not isinstance(node.parent, exp.TryCast):
        raise _refused(node, "where a sum has another type")
    return node


def _year(node: exp.Expr, types: KnownTypes) -> exp.Expr:
    of = node.this.this if isinstance(node.this, exp.TsOrDsToDate) else node.this
    if types.of(of) not in ("date", "timestamp"):
        raise _refused(node, "where the day must be a date")
    part = exp.Anonymous(this=type(node).__name__.lower(), expressions=[of.copy()])
    return exp.cast(part, "int")


def _concat(node: exp.Expr, types: KnownTypes) -> exp.Expr:
    if any(types.of(part) not in ("string", "int", "bigint") for part in node.expressions):
        raise _refused(node, "where other values than texts are written differently")
    return node


def _substring(node: exp.Expr, _: KnownTypes) -> exp.Expr:
    start = node.args.get("start")
    if not isinstance(start, exp.Literal) or start.is_string or start.name == "0":
        raise _refused(node, "where the first place is 1")
    return node


def _element(node: exp.Expr, _: KnownTypes) -> exp.Expr:
    at = node.expressions[0] if len(node.expressions) == 1 else None
    if not isinstance(at, exp.Literal) or at.is_string:
        raise _refused(node)
    # An element past the end is NULL by this function alone; it counts from 1.
    place = int(at.name) + 1 - int(node.args.get("offset") or 0)
    return exp.Anonymous(this="element_at", expressions=[node.this.copy(), exp.Literal.number(place)])


def _modulo(node: exp.Expr, _: KnownTypes) -> exp.Expr:
    if not isinstance(node.expression, exp.Literal) or not float(node.expression.name):
        raise _refused(node, "where a remainder by 0 is an error")
    return node


def _every_match(node: exp.Expr, _: KnownTypes) -> exp.Expr:
    group = node.args.get("group")
    if group is None or group.name != "0":
        raise _refused(node)
    check_pattern(_literal(node, node.expression))
    return node


def _literal(node: exp.Expr, pattern: exp.Expr) -> str:
    if not isinstance(pattern, exp.Literal):
        raise _refused(node, "where a pattern that is no constant cannot be looked at")
    return pattern.name


_OTHERWISE: dict[str, Callable[[exp.Expr, KnownTypes], exp.Expr]] = {
    "Avg": _average,
    "Sum": _sum,
    "Year": _year,
    "Month": _year,
    "Day": _year,
    "Concat": _concat,
    "Substring": _substring,
    "Bracket": _element,
    "Mod": _modulo,
    "RegexpExtractAll": _every_match,
}
