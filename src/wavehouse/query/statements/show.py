"""SHOW: what the catalog has.

Headings are Athena's: https://docs.aws.amazon.com/athena/latest/ug/language-reference.html
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from wavehouse.core.data_catalog import CatalogTable, PartitionValues
from wavehouse.core.errors import QueryError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.core.table_name import TableName
from wavehouse.query.answer import Answer
from wavehouse.query.statements.answers import texts
from wavehouse.query.statements.context import Context
from wavehouse.query.statements.create_text import create_table_text, create_view_text, shown_properties
from wavehouse.query.statements.names_like import names_like
from wavehouse.query.statements.partition_text import partition_path
from wavehouse.query.statements.words import Reader

_OTHER = {
    "CATALOGS": "There is one: awsdatacatalog",
    "FUNCTIONS": "Use one: where it is not known, the nearest one is named",
    "SESSION": "Athena has no sessions to set up",
    "STATS": "wavehouse statistics TABLE counts values",
    "GRANTS": "The files' own permissions count",
    "ROLES": "The files' own permissions count",
}


@dataclass(frozen=True)
class _Show:
    reader: Reader
    context: Context
    started: float

    def databases(self) -> Answer:
        """SHOW DATABASES | SCHEMAS [LIKE 'pattern']."""
        self.reader.take("LIKE")
        names = names_like([one.name for one in self.context.catalog.databases()], self._pattern())
        return texts(["database_name"], [(name,) for name in names], self.started)

    def tables(self) -> Answer:
        """SHOW TABLES [IN database] ['pattern']: tables and views."""
        return self._names("tab_name", views=False)

    def views(self) -> Answer:
        """SHOW VIEWS [IN database] [LIKE 'pattern']."""
        return self._names("views", views=True)

    def _names(self, heading: str, *, views: bool) -> Answer:
        database = self.context.database
        if self.reader.one_of("IN", "FROM"):
            database = self.reader.name("a database's name")
        if not database:
            raise QueryError(
                "of which database? There is none that is meant without a name",
                remedy=f"Write SHOW {'VIEWS' if views else 'TABLES'} IN database",
            )
        self.reader.take("LIKE")
        pattern = self._pattern()
        self.context.check_database(database)
        catalog = self.context.catalog
        names = [one for one in catalog.names() if one.database == database]
        wanted = set(names_like([one.table for one in names], pattern))
        found = [one for one in names if one.table in wanted]
        if views:
            found = [one for one in found if (table := catalog.table(one)) and table.view]
        return texts([heading], [(one.table,) for one in found], self.started)

    def _pattern(self) -> str | None:
        pattern = self.reader.string("a pattern") if self.reader.next is not None else None
        self.reader.done()
        return pattern

    def columns(self) -> Answer:
        """SHOW COLUMNS {FROM | IN} table [{FROM | IN} database]."""
        if not self.reader.one_of("FROM", "IN"):
            self.reader.fail("FROM or IN is missing here")
        name = self.reader.name("a table's name")
        if self.reader.take("."):
            self.reader.at -= 2
            found = self.reader.table()
        elif self.reader.one_of("FROM", "IN"):
            found = TableName(self.reader.name("a database's name"), name)
            self.context.check_database(found.database)
        else:
            self.reader.at -= 1
            found = self.reader.table()
        self.reader.done()
        columns = column_names(self.context.table(found))
        return texts(["field"], [(column,) for column in columns], self.started)

    def partitions(self) -> Answer:
        """SHOW PARTITIONS table: of an external table, as `key=value/…`."""
        table = self._table()
        if table.format == "iceberg":
            raise QueryError(
                f"{table.name} is an Iceberg table, of which Athena shows no partitions",
                remedy=f'Read SELECT * FROM {table.name.database}."{table.name.table}$partitions", or '
                f"see wavehouse partitions {table.name}",
            )
        if not table.partition_by:
            raise QueryError(f"{table.name} has no partitions", remedy="SHOW COLUMNS tells its columns")
        keys = [key.name for key in table.partition_by]

        def path(values: PartitionValues) -> str:
            return partition_path(keys, values)

        rows = [(path(one.values),) for one in self.context.catalog.partitions(table.name)]
        return texts(["partition"], rows, self.started)

    def create(self) -> Answer:
        """SHOW CREATE TABLE | VIEW name."""
        kind = self.reader.one_of("TABLE", "VIEW")
        if not kind:
            self.reader.fail("TABLE or VIEW is missing here")
        table = self._table()
        if kind == "VIEW":
            if table.view is None:
                raise QueryError(f"{table.name} is a table", remedy=f"Write SHOW CREATE TABLE {table.name}")
            return texts(["Create View"], [(create_view_text(table.name, table.view),)], self.started)
        if table.view is not None:
            raise QueryError(f"{table.name} is a view", remedy=f"Write SHOW CREATE VIEW {table.name}")
        lines = create_table_text(table).split("\n")
        return texts(["createtab_stmt"], [(line,) for line in lines], self.started)

    def tblproperties(self) -> Answer:
        """SHOW TBLPROPERTIES table [('name')]."""
        name = self.reader.table()
        wanted = None
        if self.reader.take("("):
            wanted = self.reader.string("a property's name")
            self.reader.expect(")")
        self.reader.done()
        told = shown_properties(self.context.table(name))
        if wanted is not None:
            if wanted not in told:
                raise QueryError(f"{name} has no property '{wanted}'", remedy=did_you_mean(wanted, told))
            return texts(["prpt_value"], [(told[wanted],)], self.started)
        return texts(["prpt_name", "prpt_value"], sorted(told.items()), self.started)

    def _table(self) -> CatalogTable:
        name = self.reader.table()
        self.reader.done()
        return self.context.table(name)


_SHOWN: Mapping[str, Callable[[_Show], Answer]] = {
    "DATABASES": _Show.databases,
    "SCHEMAS": _Show.databases,
    "TABLES": _Show.tables,
    "VIEWS": _Show.views,
    "COLUMNS": _Show.columns,
    "PARTITIONS": _Show.partitions,
    "CREATE": _Show.create,
    "TBLPROPERTIES": _Show.tblproperties,
}


def show(reader: Reader, context: Context) -> Answer:
    """Answer a SHOW, of which the first word is read; raises `QueryError`."""
    started = time.perf_counter()
    what = reader.next
    if what is None:
        reader.fail("what to show is missing", f"Known: {', '.join(_SHOWN)}")
    if what.keyword in _OTHER:
        raise QueryError(f"SHOW {what.keyword} is not covered yet", remedy=_OTHER[what.keyword])
    if what.keyword not in _SHOWN:
        reader.fail("this cannot be shown", did_you_mean(what.text.upper(), _SHOWN))
    reader.at += 1
    return _SHOWN[what.keyword](_Show(reader, context, started))


def column_names(table: CatalogTable) -> list[str]:
    """The columns of a table and, behind them, the keys that are no columns of it."""
    return list(dict.fromkeys(one.name for one in (*table.columns, *table.partition_by)))
