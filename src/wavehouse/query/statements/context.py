"""What a statement may use: the catalog, what runs queries, and, where that is allowed, what writes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from wavehouse.core.data_catalog import CatalogTable, DataCatalog, ExternalTables
from wavehouse.core.errors import QueryError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.core.table_head import TableSource
from wavehouse.core.table_name import TableName
from wavehouse.engines.engine import Engine
from wavehouse.lake.layout import LakeLayout
from wavehouse.query.answer import Answer, answer
from wavehouse.query.price import Pricing
from wavehouse.query.translate import Translation, translate

# A property of external tables that statements have made, and may change.
MADE_BY = "wavehouse.made-by"
STATEMENT = "statement"


class DoneBeforeError(Exception):
    """A statement that is done once was done before, under the id that it was given."""


class Prepared(Protocol):
    """Statements that are kept by name."""

    def keep(self, name: str, sql: str) -> None:
        """Keep a statement; raises `QueryError` where the name is taken."""

    def find(self, name: str) -> str:
        """The statement of that name; raises `QueryError` where there is none."""

    def forget(self, name: str) -> None:
        """Forget a statement; raises `QueryError` where there is none."""


@dataclass(frozen=True)
class Writing:
    """What a statement needs that writes.

    `locked` holds the lake's lock, with what a publish that was cut off has left brought in order first.
    `whose` says who makes the table of a name, whether it is there or not ("runs make it"), and what to do;
    '' for one that statements may change. `run` makes a new name for a piece of work, under which its files
    lie. With an id in `once` it begins all names, and a statement does nothing that finds it in its table.
    """

    layout: LakeLayout
    external: ExternalTables
    locked: Callable[[], AbstractContextManager[None]]
    whose: Callable[[TableName], str]
    run: Callable[[], str]
    once: str = ""

    @property
    def folder(self) -> Path:
        """Below it lie the files that statements write for external tables and others."""
        return self.layout.outputs


@dataclass(frozen=True)
class Context:
    """Where a statement is run. `database` is that of names without one, '' for none.

    `writing` is None where nothing may be written. With
    `pricing` queries have a price, and those above its limit are refused.
    """

    catalog: DataCatalog
    tables: TableSource
    engine: Engine
    prepared: Prepared
    database: str = ""
    max_rows: int | None = None
    writing: Writing | None = None
    pricing: Pricing | None = None

    def answer(self, sql: str) -> Answer:
        """The answer to a SELECT, WITH or VALUES."""
        return answer(
            sql,
            self.tables,
            self.engine,
            max_rows=self.max_rows,
            pricing=self.pricing,
            database=self.database,
        )

    def translated(self, sql: str, *, stored: bool = False) -> Translation:
        """A SELECT, WITH or VALUES in the engine's SQL; `stored` as `translate` says."""
        return translate(sql, self.tables, self.engine, database=self.database, stored=stored)

    def table(self, name: TableName) -> CatalogTable:
        """A table or view; raises `QueryError` where there is none."""
        found = self.catalog.table(name)
        if found is None:
            raise self.no_table(name)
        return found

    def no_table(self, name: TableName) -> QueryError:
        """The complaint about a table that is not there."""
        known = [str(one) for one in self.catalog.names()]
        return QueryError(f"no table '{name}'", remedy=did_you_mean(str(name), known))

    def check_database(self, name: str) -> None:
        """Raise `QueryError` where there is no database of that name."""
        known = [one.name for one in self.catalog.databases()]
        if name not in known:
            raise QueryError(f"no database '{name}'", remedy=did_you_mean(name, known))
