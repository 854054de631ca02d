"""The calls of functions in a query of Spark SQL: what is noted of them, and how one is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlglot import exp

from wavehouse.core.errors import DefinitionError

# From a part of a query to what an engine is told in its place; None where the parser's own words do.
Call = Callable[[exp.Expr], str | None]

# On each part of a user's query: the types of its values, and the name by which it is called there.
_TYPES, _CALLED = "types", "called"

# What to write instead; by the name in lower case.
_INSTEAD = {
    "approx_count_distinct": "Write count(DISTINCT …)",
    "array_distinct": "Write it as array_sort(collect_set(…)) of rows, or leave the list as it is",
    "array_except": "Write filter(a, x -> NOT array_contains(b, x))",
    "array_intersect": "Write filter(a, x -> array_contains(b, x))",
    "array_union": "Write concat(a, b)",
    "approx_percentile": "Write percentile(x, 0.5)",
    "concat_ws": "Write array_join(list, separator)",
    "dateadd": "Write date_add(day, number) or add_months(day, number)",
    "date_part": "Write year(…), month(…), day(…)",
    "exists": "Write size(filter(list, x -> …)) > 0",
    "explode_outer": "Write explode, with a LEFT JOIN to what it comes from",
    "format_number": "Write CAST(round(x, 2) AS STRING)",
    "format_string": "Write concat(…), with lpad(…) where digits are wanted",
    "from_unixtime": "Write date_format of a timestamp",
    "hash": "Write md5(…)",
    "kurtosis": "Take the Aggregate node, which has it",
    "monotonically_increasing_id": "Write row_number() OVER (ORDER BY …)",
    "percentile_approx": "Write percentile(x, 0.5)",
    "printf": "Write concat(…), with lpad(…) where digits are wanted",
    "sequence": "Take the numbers from a source of rows",
    "skewness": "Take the Aggregate node, which has it",
    "substring_index": "Write split_part(text, separator, number)",
    "timestampdiff": "Write datediff(later, earlier)",
    "try_divide": "Write x / y, which is NULL where y is 0",
    "unix_timestamp": "Write unix_seconds(…) of a timestamp",
    "xxhash64": "Write md5(…)",
}


def note_types(query: exp.Expr, sql: str, type_of: Callable[[exp.Expr], str | None]) -> None:
    """Note on each part of a query that was parsed from `sql` what `spark_function` wants to know of it."""
    for node in query.walk():
        types: dict[str, Any] = {}
        if isinstance(node, exp.Func | exp.Binary):
            for name, value in node.args.items():
                if isinstance(value, list):
                    types[name] = [type_of(one) if isinstance(one, exp.Expr) else None for one in value]
                elif isinstance(value, exp.Expr):
                    types[name] = type_of(value)
        start, end = node.meta.get("start"), node.meta.get("end")
        written = sql[start : end + 1] if start is not None and end is not None else ""
        node.meta.update({_TYPES: types, _CALLED: written.lower()})


def is_noted(node: exp.Expr) -> bool:
    """Whether a part of a query is a user's."""
    return _TYPES in node.meta


def types_of(node: exp.Expr) -> Mapping[str, Any]:
    """The types of the values of a call, by the parser's names for them; None where one cannot be told."""
    types: Mapping[str, Any] = node.meta.get(_TYPES, {})
    return types


def called(node: exp.Expr) -> str:
    """The name by which the query calls it, in lower case."""
    written = str(node.meta.get(_CALLED, ""))
    return written or node.sql("spark").partition("(")[0].lower()


def refused(node: exp.Expr, how: str = "", instead: str = "") -> DefinitionError:
    """The error for a function that means something else here, or nothing; `how` it is called."""
    name = called(node)
    return DefinitionError(
        f"the query calls {name}{f' {how}' if how else ''}, and nothing here is known to mean what Spark "
        "means by it",
        remedy=instead or _INSTEAD.get(name, "docs/nodes.md says which functions a query may call"),
    )
