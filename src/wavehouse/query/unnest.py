"""UNNEST: a row for each element of arrays and maps that stand side by side.

https://trino.io/docs/current/sql/select.html#unnest
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from wavehouse.core.errors import QueryError
from wavehouse.query.nested import field_at, zipped
from wavehouse.query.refusals import place, refuse_calls
from wavehouse.query.trino_types import element_of, fields_of, map_of
from wavehouse.query.typed import Read, Typed


def unnested(values: Sequence[Typed], node: exp.Unnest) -> tuple[str, list[str], frozenset[Read]]:
    """The SQL that gives its columns as c0, c1, …, their types, and what it reads.

    An array of rows gives a column for each of their fields, a map its keys and values. What is shorter than
    the others is filled with NULL. The last column counts the rows where WITH ORDINALITY stands.
    """
    lists, types, columns = list[str](), list[str](), list[str]()
    for at, value in enumerate(values, start=1):
        refuse_calls(value, "UNNEST", node)
        element, pair = element_of(value.type), map_of(value.type)
        if element is None and pair is None:
            raise QueryError(f"UNNEST needs an array or a map, not {value.type}", where=place(node))
        sql = value.sql if pair is None else f"map_entries({value.sql})"
        inside = list(pair) if pair else [type_ for _, type_ in fields_of(element or "") or []]
        place_of = "x" if len(values) == 1 else field_at("x", at)
        columns += [field_at(place_of, one) for one in range(1, len(inside) + 1)] or [place_of]
        types += inside or [element or ""]
        lists.append(sql)
    elements = lists[0] if len(lists) == 1 else zipped(lists)
    offset = node.args.get("offset")
    if offset:
        columns, types = [*columns, "n"], [*types, "bigint"]
    listed = ", ".join(f"{column} AS c{at}" for at, column in enumerate(columns))
    reads = frozenset[Read]().union(*(value.reads for value in values))
    if not offset and columns == ["x"]:
        return f"SELECT unnest({elements}) AS c0", types, reads
    source = f"(SELECT unnest({elements}) AS x)"
    if offset:
        source = f"unnest({elements}) WITH ORDINALITY AS elements(x, n)"
    return f"SELECT {listed} FROM {source}", types, reads
