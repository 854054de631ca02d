"""Data sets as relations in Athena SQL, with the types of their fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar

from wavehouse.core.errors import DefinitionError, QueryError
from wavehouse.core.sql_text import identifier
from wavehouse.core.suggestions import did_you_mean
from wavehouse.core.table_name import TableName
from wavehouse.dashboards.definition import Dashboard, DataSet
from wavehouse.dashboards.literals import parameter
from wavehouse.dashboards.view import Range, View
from wavehouse.query.parse import parse

# The database of what Wavehouse keeps about itself: no lake can have one of that name.
RECORDS_DATABASE = "wavehouse records"

# A parameter, or what may hold a `$` that is none: a text, a quoted name, a comment.
_PARAMETER = re.compile(
    r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/|\$(?P<name>[a-z][a-z0-9_]*)", re.DOTALL
)

Types = Mapping[str, str]
T = TypeVar("T")


@dataclass
class DataSets:
    """The data sets of a dashboard in one view.

    `types_of` tells the columns of a query in Athena SQL and their Trino types without running it; raises
    `QueryError` for one that cannot be run.
    """

    dashboard: Dashboard
    view: View
    types_of: Callable[[str], Types]
    _known: dict[str, Types] = field(default_factory=dict)

    def types(self, name: str) -> Types:
        """The fields of a data set with their types, calculated ones as well."""
        if name not in self._known:
            data = self.dashboard.data[name]
            place = self.dashboard.where(["data", name])
            columns = dict(self._told(f"SELECT * FROM {self._source(data)}", place))
            if data.fields:
                calculated = ", ".join(
                    f"{self._calculated(name, one)} AS {identifier(one)}" for one in data.fields
                )
                try:
                    columns |= self.types_of(f"SELECT {calculated} FROM {self._source(data)}")
                except QueryError:
                    self._find_the_wrong_one(name, data)
                    raise
            self._known[name] = columns
        return self._known[name]

    def type(self, name: str, one: str, place: str) -> str:
        """The type of a field; raises `DefinitionError` where the data set has none of that name."""
        types = self.types(name)
        if one not in types:
            raise DefinitionError(
                f"the data set '{name}' has no field '{one}'", where=place, remedy=did_you_mean(one, types)
            )
        return types[one]

    def relation(self, name: str, fields: Iterable[str]) -> str:
        """A data set with these fields of it, as it stands in FROM."""
        data = self.dashboard.data[name]
        source = self._source(data)
        used = sorted(set(fields))
        condition = f" WHERE {self._condition(name, data.where)}" if data.where else ""
        if not condition and not set(used) & data.fields.keys():
            return source
        columns = ", ".join(
            f"{self._calculated(name, one)} AS {identifier(one)}" if one in data.fields else identifier(one)
            for one in used
        )
        return f"(SELECT {columns or '1 AS x'} FROM {source}{condition}) AS data"

    def parameters(self, text: str, place: str) -> str:
        """A text of SQL with the values of its parameters."""

        def value(name: str) -> str:
            known = {control.id: control for control in self.dashboard.controls if control.is_parameter}
            if name not in known:
                raise DefinitionError(
                    f"there is no parameter '${name}'", where=place, remedy=did_you_mean(name, known)
                )
            given = self.view.value(known[name])
            assert not isinstance(given, Range)  # noqa: S101 (a range is a filter)
            return parameter(given[0] if isinstance(given, tuple) else given)

        return with_parameters(text, value)

    def _source(self, data: DataSet) -> str:
        if data.table is not None:
            table = TableName.parse(data.table)
            return f"{identifier(table.database)}.{identifier(table.table)}"
        if data.records is not None:
            return f"{identifier(RECORDS_DATABASE)}.{identifier(data.records)}"
        name = next(key for key, one in self.dashboard.data.items() if one is data)
        place = self.dashboard.where(["data", name, "sql"])
        query = self.parameters(str(data.sql), place).strip().removesuffix(";")
        # Alone it is a query: its brackets are closed, and it is one.
        _told_at(place, lambda: _check_query(query))
        return f"({query}\n) AS source"

    def _calculated(self, name: str, one: str) -> str:
        place = self.dashboard.where(["data", name, "fields", one])
        return self._expression(self.dashboard.data[name].fields[one], place)

    def _condition(self, name: str, text: str) -> str:
        return self._expression(text, self.dashboard.where(["data", name, "where"]))

    def _expression(self, text: str, place: str) -> str:
        """An expression in brackets; raises `DefinitionError` for what is more than one, or less."""
        made = f"({self.parameters(text, place)}\n)"
        if not _told_at(place, lambda: _is_one_expression(made)):
            raise DefinitionError(
                "this is not one expression", where=place, remedy="Write one, such as duration_ms / 60000.0"
            )
        return made

    def _told(self, sql: str, place: str) -> Types:
        return _told_at(place, lambda: self.types_of(sql))

    def _find_the_wrong_one(self, name: str, data: DataSet) -> None:
        for one in data.fields:
            place = self.dashboard.where(["data", name, "fields", one])
            self._told(f"SELECT {self._calculated(name, one)} AS x FROM {self._source(data)}", place)


def with_parameters(text: str, value: Callable[[str], str]) -> str:
    """A text of SQL in which each parameter, `$name`, is what `value` gives for its name."""
    return _PARAMETER.sub(lambda found: found[0] if found["name"] is None else value(found["name"]), text)


# (Each visual of each reader asks, mostly for the same texts.)
@lru_cache(maxsize=2_000)
def _is_one_expression(text: str) -> bool:
    tree = parse(f"SELECT {text} AS x")
    parts = [key for key, value in tree.args.items() if value]
    return parts == ["expressions"] and len(tree.expressions) == 1


@lru_cache(maxsize=500)
def _check_query(text: str) -> None:
    parse(text)


def _told_at(place: str, work: Callable[[], T]) -> T:
    try:
        return work()
    except QueryError as error:
        said = f"{error.where}: {error.what}" if error.where else error.what
        raise DefinitionError(said, where=place, remedy=error.remedy) from None
