"""Athena SQL in, DuckDB SQL out: right, or refused by name.

The text that comes out is composed of our own templates, quoted names and quoted constants only; nothing of
the query is copied. So there is no way from a query to a file, a setting or a statement of the engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wavehouse.core.errors import QueryError
from wavehouse.core.table_head import ExternalScan, TableSource
from wavehouse.query.coverage import check
from wavehouse.query.lake import Lake, Scans
from wavehouse.query.parse import parse, too_deep
from wavehouse.query.queries import Queries
from wavehouse.query.told import told
from wavehouse.query.trino_times import told_type
from wavehouse.query.typed import Version


@dataclass(frozen=True)
class ResultColumn:
    """A column of an answer: its heading and its type by its Trino name."""

    name: str
    type: str


@dataclass(frozen=True)
class Translation:
    """A query for the engine: its SQL, the columns it gives, and what it reads.

    `reads` has every version of a table that the query names, with the columns that are needed of it, `scans`
    the files of those that are external.
    """

    sql: str
    columns: tuple[ResultColumn, ...]
    reads: Mapping[Version, frozenset[str]]
    scans: Mapping[Version, Sequence[ExternalScan]]


def translate(sql: str, tables: TableSource, engine: Scans, *, at_most: int | None = None) -> Translation:
    """Translate one SELECT, WITH or VALUES of Athena; it gives no more rows than `at_most`.

    Raises `QueryError` for a syntax error (with line and column), an unknown name (with the nearest one) and
    everything that is not on the tested lists of `coverage`, `functions` and `casts`.
    """
    if engine.dialect != "duckdb":
        raise QueryError(f"queries run on DuckDB, not on {engine.dialect}")
    tree = parse(sql)
    lake = Lake(tables, engine)
    try:
        check(tree)
        bound = Queries(lake).bind(tree, at_most=at_most)
    except RecursionError:
        raise too_deep() from None
    columns = tuple(
        # Athena's name for an expression that has none.
        ResultColumn(output.heading or f"_col{position}", told_type(output.type))
        for position, output in enumerate(bound.outputs)
    )
    reads: dict[Version, set[str]] = {version: set() for version in lake.versions}
    for version, column in bound.all_reads:
        reads[version].add(column)
    needed = {version: frozenset(names) for version, names in reads.items()}
    return Translation(told(bound), columns, needed, lake.scans)
