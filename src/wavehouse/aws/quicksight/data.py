"""A data set as QuickSight reads it: a table as it is, or a query; and its calculated fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from wavehouse.aws.quicksight.expressions import PARAMETER, NotSayableError, expression
from wavehouse.aws.quicksight.kinds import Columns, kind_of, kinds_of_query
from wavehouse.aws.quicksight.parameters import parameter_name
from wavehouse.core.sql_text import identifier
from wavehouse.core.table_name import TableName
from wavehouse.dashboards.data_sets import with_parameters
from wavehouse.dashboards.definition import Dashboard, DataSet
from wavehouse.dashboards.literals import parameter


@dataclass(frozen=True)
class Data:
    """`columns` come from Athena, each with its kind, `calculated` are expressions of QuickSight.

    It is of `table`, or of `sql`, which may have `parameters` (ids of controls) in it.
    """

    columns: Mapping[str, str]
    table: TableName | None = None
    sql: str | None = None
    calculated: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    parameters: tuple[str, ...] = ()

    def kind(self, name: str) -> str | None:
        """The kind of a field; None where it has none of that name."""
        if name in self.calculated:
            return self.calculated[name][1]
        return self.columns.get(name)


@dataclass(frozen=True)
class Missing:
    """A data set that is not there on AWS, and why."""

    why: str


def data_of(dashboard: Dashboard, name: str, columns: Columns) -> Data | Missing:
    """A data set of a dashboard; `columns` are those of the tables that there are."""
    return _Maker(dashboard, name, columns).made()


class _Maker:
    def __init__(self, dashboard: Dashboard, name: str, columns: Columns) -> None:
        self.dashboard = dashboard
        self.data: DataSet = dashboard.data[name]
        self.columns = columns
        self.parameters: set[str] = set()

    def made(self) -> Data | Missing:
        if self.data.records is not None:
            return Missing(f"is of Wavehouse's own records of '{self.data.records}', which AWS has not")
        table = TableName.parse(self.data.table) if self.data.table else None
        if table is not None and table not in self.columns:
            return Missing(f"is of the table {table}, which no flow of the project makes")
        try:
            found = self._columns(table)
            calculated, rest = self._fields(found)
        except LookupError as error:
            return Missing(f"is of a query whose columns cannot be told ({error})")
        unknown = [one for one, kind in found.items() if kind is None]
        if table is None and unknown:
            return Missing(f"is of a query whose column '{unknown[0]}' is of no kind that QuickSight has")
        known = {one: kind for one, kind in found.items() if kind is not None}
        if table is not None and not rest and self.data.where is None:
            return Data(known, table=table, calculated=calculated)
        shown = [identifier(one) for one in known]
        shown += [f"({self._sql(self.data.fields[one])}) AS {identifier(one)}" for one in rest]
        sql = f"SELECT {', '.join(shown)}\nFROM {self._source(self._sql)}"
        if self.data.where is not None:
            sql += f"\nWHERE ({self._sql(self.data.where)})"
        elif table is None and not rest:
            sql = self._query(self._sql)
        return Data(known | rest, sql=sql, calculated=calculated, parameters=tuple(sorted(self.parameters)))

    def _columns(self, table: TableName | None) -> dict[str, str | None]:
        if table is not None:
            return {one.name: kind_of(one.type) for one in self.columns[table]}
        return kinds_of_query(self._query(self._with_defaults), self.columns)

    def _fields(self, found: Mapping[str, str | None]) -> tuple[dict[str, tuple[str, str]], dict[str, str]]:
        """Those that QuickSight can calculate, and the kinds of those that Athena must."""
        known = {one: kind for one, kind in found.items() if kind is not None}
        calculated: dict[str, tuple[str, str]] = {}
        rest: dict[str, str] = {}
        for name, text in self.data.fields.items():
            given = self._with_defaults(text)
            kind = kinds_of_query(
                f"SELECT ({given}) AS x FROM {self._source(self._with_defaults)}", self.columns
            )["x"]
            if kind is None:
                raise LookupError(f"the field '{name}'")
            try:
                said = expression(with_parameters(text, _as_column), known, parameter_name)
                calculated[name] = (said, kind)
            except NotSayableError:
                rest[name] = kind
        return calculated, rest

    def _source(self, written: Callable[[str], str]) -> str:
        if self.data.table is not None:
            table = TableName.parse(self.data.table)
            return f"{identifier(table.database)}.{identifier(table.table)}"
        return f"(\n{self._query(written)}\n) AS source"

    def _query(self, written: Callable[[str], str]) -> str:
        return written(str(self.data.sql)).strip().removesuffix(";")

    def _sql(self, text: str) -> str:
        """A text of SQL with parameters as a data set of QuickSight has them."""

        def named(name: str) -> str:
            self.parameters.add(name)
            return f"<<${parameter_name(name)}>>"

        return with_parameters(text, named)

    def _with_defaults(self, text: str) -> str:
        def value(name: str) -> str:
            default = self.dashboard.control(name).default
            return parameter(default if not isinstance(default, tuple) else None)

        return with_parameters(text, value)


def _as_column(name: str) -> str:
    return identifier(f"{PARAMETER}{name}")
