"""Statistics of a table's columns: its smallest and largest values, NULLs, and how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wavehouse.core.columns import Column, element_type
from wavehouse.core.errors import CallError
from wavehouse.core.sql_text import identifier
from wavehouse.core.suggestions import did_you_mean
from wavehouse.core.table_head import TableHead
from wavehouse.engines.engine import Engine

_EACH = 4  # results per column
# DuckDB's estimates are some percent off in the mean, and a third now and then: not worth it where counting
# takes no longer than a blink.
_FEW_ROWS = 500_000


def table_statistics(
    head: TableHead, engine: Engine, wanted: Sequence[str], *, exact: bool
) -> dict[str, Any]:
    """`name, rows, exact, columns[{name, type, min, max, nulls, distinct}]`, counted in one pass.

    Of all columns, or of those `wanted`; raises `CallError` for a column that is not there. `distinct` is
    counted where that was asked for or there are few rows (`exact`), which takes memory for every value; else
    it is an estimate (HyperLogLog; up to a third off). Values are text; an array has no smallest one.
    """
    exact = exact or (head.scan is None and head.rows <= _FEW_ROWS)
    columns = _chosen(head, wanted)
    relation = engine.iceberg(head.metadata) if head.scan is None else engine.external(head.scan(_all))
    parts = ["count(*)"]
    for column in columns:
        name = identifier(column.name)
        ordered = element_type(column.type) is None
        parts += [f"CAST({which}({name}) AS VARCHAR)" if ordered else "NULL" for which in ("min", "max")]
        # An estimate may be larger than what it is of.
        estimate = f"least(approx_count_distinct({name}), count({name}))"
        parts += [f"count({name})", f"count(DISTINCT {name})" if exact else estimate]
    ((rows, *found),) = engine.rows(f"SELECT {', '.join(parts)} FROM {relation} AS t")
    return {
        "name": str(head.name),
        "rows": rows,
        "exact": exact,
        "columns": [
            {
                "name": column.name,
                "type": column.type,
                "min": smallest,
                "max": largest,
                "nulls": rows - there,
                "distinct": distinct,
            }
            for column, (smallest, largest, there, distinct) in zip(
                columns,
                (found[at : at + _EACH] for at in range(0, len(found), _EACH)),
                strict=True,
            )
        ],
    }


def _chosen(head: TableHead, wanted: Sequence[str]) -> Sequence[Column]:
    known = {column.name.lower(): column for column in head.columns}
    for name in wanted:
        if name.lower() not in known:
            raise CallError(f"{head.name} has no column '{name}'", remedy=did_you_mean(name, known))
    return [known[name.lower()] for name in wanted] or head.columns


def _all(values: object) -> bool:  # noqa: ARG001
    return True
