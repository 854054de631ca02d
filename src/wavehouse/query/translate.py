"""Athena SQL in, DuckDB SQL out: right, or refused by name.

The text that comes out is composed of our own templates, quoted names and quoted constants only; nothing of
the query is copied. So there is no way from a query to a file, a setting or a statement of the engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from wavehouse.core.errors import QueryError
from wavehouse.core.table_head import ExternalScan, TableSource
from wavehouse.core.table_name import TableName
from wavehouse.query.coverage import check
from wavehouse.query.lake import Lake, Scans, Use
from wavehouse.query.parse import parse, too_deep
from wavehouse.query.queries import Queries
from wavehouse.query.told import told
from wavehouse.query.typed import Version


@dataclass(frozen=True)
class ResultColumn:
    """A column of an answer: its heading and its type by its Trino name; `named` by the query, else by us."""

    name: str
    type: str
    named: bool = field(default=True, compare=False)


@dataclass(frozen=True)
class Translation:
    """A query for the engine: its SQL, the columns it gives, and what it reads.

    `uses` has every place of a table; `reads` every version of one, with the columns that are needed of it,
    `scans` the files of those that are external; `views` are the views that were read.
    """

    sql: str
    columns: tuple[ResultColumn, ...]
    uses: tuple[Use, ...]
    views: frozenset[TableName] = frozenset()

    @property
    def reads(self) -> Mapping[Version, frozenset[str]]:
        """The columns by version, wherever it stands."""
        found: dict[Version, frozenset[str]] = {}
        for use in self.uses:
            version = replace(use.version, place=0)
            found[version] = found.get(version, frozenset()) | use.columns
        return found

    @property
    def scans(self) -> Mapping[Version, Sequence[ExternalScan]]:
        """The scans by version."""
        found: dict[Version, list[ExternalScan]] = {}
        for use in self.uses:
            if use.scan is not None:
                found.setdefault(replace(use.version, place=0), []).append(use.scan)
        return found


def translate(
    sql: str,
    tables: TableSource,
    engine: Scans,
    *,
    at_most: int | None = None,
    database: str = "",
    stored: bool = False,
    instants: bool = False,
) -> Translation:
    """Translate one SELECT, WITH or VALUES of Athena; it gives no more rows than `at_most`.

    `database` is that of tables that are named without one. `stored`: instants stay what they are, as a table
    keeps them, and intervals numbers; else both are told as texts, with `instants` only the latter.

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
        ResultColumn(
            output.heading or f"_col{position}",
            output.type,
            output.heading is not None,
        )
        for position, output in enumerate(bound.outputs)
    )
    needed: dict[Version, set[str]] = {}
    for version, column in bound.all_reads:
        needed.setdefault(version, set()).add(column)
    uses = tuple(replace(use, columns=frozenset(needed.get(use.version, ()))) for use in lake.uses)
    return Translation(
        bound.sql if stored else told(bound, instants=instants), columns, uses, frozenset(lake.viewed)
    )
