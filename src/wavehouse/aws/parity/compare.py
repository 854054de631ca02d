"""What is the same here and on AWS, table by table and chart by chart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from wavehouse.aws.parity.answers import Row, differences, same
from wavehouse.aws.parity.probe import figures, probe
from wavehouse.core.columns import Column
from wavehouse.core.errors import WavehouseError
from wavehouse.core.table_name import TableName

# Differences of one chart that are told.
_MOST = 5


class Side(Protocol):
    """A place that has the tables: it answers queries in Athena SQL."""

    def rows(self, sql: str) -> Sequence[Row]:
        """The rows of a query; raises `QueryError`."""

    def columns(self, table: TableName) -> Sequence[Column] | None:
        """The columns of a table; None where there is none."""


@dataclass(frozen=True)
class Compared:
    """A table or a chart: `differences` are sentences, none where both are the same."""

    kind: Literal["table", "chart"]
    name: str
    differences: tuple[str, ...]
    rows: int | None = None

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "kind": self.kind,
            "name": self.name,
            "same": not self.differences,
            "rows": self.rows,
            "differences": list(self.differences),
        }


def compare_tables(here: Side, there: Side, tables: Sequence[TableName]) -> Iterator[Compared]:
    """Each table: its columns, the number of its rows, and checksums of columns and rows."""
    for table in tables:
        yield _table(here, there, table)


def compare_charts(here: Side, there: Side, charts: Mapping[str, str]) -> Iterator[Compared]:
    """Each chart, by the query that it is drawn from: the same figures, row by row."""
    for name, sql in charts.items():
        try:
            mine, theirs = here.rows(sql), there.rows(sql)
        except WavehouseError as error:
            yield Compared("chart", name, (error.what,))
            continue
        found = [*differences(mine, theirs)]
        more = [f"and {len(found) - _MOST} more"] if len(found) > _MOST else []
        yield Compared("chart", name, (*found[:_MOST], *more), len(mine))


def _table(here: Side, there: Side, table: TableName) -> Compared:
    mine, theirs = here.columns(table), there.columns(table)
    if mine is None or theirs is None:
        missing = "here" if mine is None else "there"
        return Compared("table", str(table), (f"there is no such table {missing}",))
    told = [*_of_columns(mine, theirs)]
    both = {column.name for column in theirs}
    asked = figures([column for column in mine if column.name in both])
    try:
        (one,), (other,) = here.rows(probe(table, asked)), there.rows(probe(table, asked))
    except WavehouseError as error:
        return Compared("table", str(table), (*told, error.what))
    told += [
        f"{figure.name}: {a} here, {b} there"
        for figure, a, b in zip(asked, one, other, strict=True)
        if not same(a, b)
    ]
    return Compared("table", str(table), tuple(told), int(one[0]))


def _of_columns(here: Sequence[Column], there: Sequence[Column]) -> Iterator[str]:
    mine, theirs = ({column.name: column.type for column in side} for side in (here, there))
    for name, type_ in mine.items():
        if name not in theirs:
            yield f"the column '{name}' is not there"
        elif theirs[name] != type_:
            yield f"the column '{name}' is {type_} here, {theirs[name]} there"
    for name in theirs.keys() - mine.keys():
        yield f"the column '{name}' is there alone"
