"""Athena SQL in, DuckDB SQL out: right, or refused by name.

The text that comes out is composed of our own templates, quoted names and quoted constants only; nothing of
the query is copied. So there is no way from a query to a file, a setting or a statement of the engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wavehouse.core.errors import QueryError
from wavehouse.core.sql_text import identifier
from wavehouse.core.table_head import ExternalScan, TableSource
from wavehouse.query.bound import Bound
from wavehouse.query.coverage import check
from wavehouse.query.lake import Lake, Scans
from wavehouse.query.parse import parse, too_deep
from wavehouse.query.queries import Queries
from wavehouse.query.refusals import uncovered
from wavehouse.query.trino_types import INSTANT, is_array_of_instants
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


def translate(
    sql: str, tables: TableSource, engine: Scans, *, at_most: int | None = None, database: str = ""
) -> Translation:
    """Translate one SELECT, WITH or VALUES of Athena; it gives no more rows than `at_most`.

    A table whose database is not written is one of `database`, if there is a default.

    Raises `QueryError` for a syntax error (with line and column), an unknown name (with the nearest one) and
    everything that is not on the tested lists of `coverage`, `functions` and `casts`.
    """
    if engine.dialect != "duckdb":
        raise QueryError(f"queries run on DuckDB, not on {engine.dialect}")
    tree = parse(sql)
    lake = Lake(tables, engine, database=database.lower())
    try:
        check(tree)
        bound = Queries(lake).bind(tree, at_most=at_most)
    except RecursionError:
        raise too_deep() from None
    columns = tuple(
        # Athena's name for an expression that has none.
        ResultColumn(output.heading or f"_col{position}", output.type)
        for position, output in enumerate(bound.outputs)
    )
    reads: dict[Version, set[str]] = {version: set() for version in lake.versions}
    for version, column in bound.all_reads:
        reads[version].add(column)
    needed = {version: frozenset(names) for version, names in reads.items()}
    return Translation(_with_instants_told(bound), columns, needed, lake.scans)


def _with_instants_told(bound: Bound) -> str:
    """The SQL of a query that gives instants as text in UTC, as Athena does for those of Iceberg.

    The engine's client needs a package of time zones to hand them over.
    """
    if any(is_array_of_instants(one.type) for one in bound.outputs):
        raise uncovered(None, f"an array of {INSTANT} in an answer")
    if all(one.type != INSTANT for one in bound.outputs):
        return bound.sql
    told = []
    for one in bound.outputs:
        name = identifier(one.column)
        in_utc = f"strftime(timezone('UTC', {name}), '%Y-%m-%d %H:%M:%S.%f UTC')"
        told.append(f"{in_utc} AS {name}" if one.type == INSTANT else name)
    return f"SELECT {', '.join(told)} FROM ({bound.sql})"
