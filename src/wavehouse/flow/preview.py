"""A look at the rows of one node, without making all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wavehouse.core.columns import Column
from wavehouse.core.sql_text import identifier
from wavehouse.engines.engine import Engine, Row
from wavehouse.flow.binding import Bind
from wavehouse.flow.graph import Graph
from wavehouse.flow.nodes import Source
from wavehouse.flow.program import Program, compile_target
from wavehouse.flow.relation import BoundSource
from wavehouse.flow.sampling import driver, same_count
from wavehouse.flow.stopping import named_where_it_stops

# Of so many rows of the driving source a sample is made. It is also about what one row group is cut to.
_SAMPLE = 10_000
# Where more rows than these would have to be joined to count, the count is estimated.
_COUNTED = 2_000_000


@dataclass(frozen=True)
class Preview:
    """Rows of a node: `columns`, some rows, how many there are (`exact`, or estimated), and what is NULL.

    `nulls` counts the NULLs of each column among `seen` rows: all of the node's, or those that come from the
    first rows of a source (`sampled`, its id).
    """

    columns: tuple[Column, ...]
    rows: Sequence[Row]
    count: int
    exact: bool
    nulls: Sequence[int]
    seen: int
    sampled: str = ""


def preview(graph: Graph, id_: str, bind: Bind, engine: Engine, rows: int, sample: int = _SAMPLE) -> Preview:
    """Look at node `id_`: at most `rows` of its rows, the same ones at each look at the same data.

    A node whose rows come one by one from those of a source is made of the first `sample` rows of that; any
    other is made as a whole. Raises `DefinitionError` where it or what it comes from is broken, or stops.
    """
    with named_where_it_stops(graph, id_, engine):
        return _preview(_Looked(graph, id_, bind, engine), id_, rows, sample)


def _preview(looked: _Looked, id_: str, rows: int, sample: int) -> Preview:
    source = driver(looked.program, id_)
    total = looked.source_rows(source) if source else 0
    if source and total > sample:
        looked.cut(source, sample)
        looked.make()
        seen = looked.seen
        looked.whole(source)
        # Too few came out of the sample to show, where there may be more.
        if seen >= rows:
            count, exact = looked.count(source, total, sample)
            return looked.found(rows, count, exact=exact, sampled=source)
    looked.make()
    return looked.found(rows, looked.seen, exact=True)


class _Looked:
    """A node compiled over views, which are bound to all rows of a source or to its first."""

    def __init__(self, graph: Graph, id_: str, bind: Bind, engine: Engine) -> None:
        self._id = id_
        self._engine = engine
        self._scans: dict[str, str] = {}

        def bind_view(source: str, node: Source) -> BoundSource:
            bound = bind(source, node)
            self._scans[source] = bound.scan
            self.whole(source)
            return BoundSource(bound.relation, _view(source))

        self.program: Program = compile_target(graph, id_, bind_view, engine)

    @property
    def seen(self) -> int:
        """How many rows were made."""
        return self._number(f"SELECT count(*) FROM {_MADE}")

    def source_rows(self, source: str) -> int:
        return self._number(f"SELECT count(*) FROM {self._scans[source]}")

    def whole(self, source: str) -> None:
        self._show(source, f"SELECT * FROM {self._scans[source]}")

    def cut(self, source: str, rows: int) -> None:
        # The engine keeps the order of files and rows in them: the first are always the same.
        self._show(source, f"SELECT * FROM {self._scans[source]} LIMIT {rows}")

    def make(self) -> None:
        self._engine.execute(f"CREATE OR REPLACE TEMP TABLE {_MADE} AS {self.program.sql}")

    def count(self, source: str, total: int, sample: int) -> tuple[int, bool]:
        """How many rows the node has, and whether that is exact."""
        counted = same_count(self.program, self._id)
        if counted == source:
            return total, True
        read = sum(self.source_rows(one) for one in self.program.graph.before(counted) if one in self._scans)
        if read > _COUNTED:
            return round(self.seen * total / sample), False
        way = f"{self.program.ctes} SELECT count(*) FROM {identifier(counted)}"
        if counted == self._id:
            way = f"SELECT count(*) FROM ({self.program.sql})"
        return self._number(way), True

    def found(self, rows: int, count: int, *, exact: bool, sampled: str = "") -> Preview:
        columns = self.program.columns
        counts = ", ".join(f"count({identifier(column.name)})" for column in columns)
        ((seen, *values),) = self._engine.rows(f"SELECT count(*), {counts} FROM {_MADE}")
        # In an order of their own: a join gives them in another at each time.
        shown = self._engine.rows(f"SELECT {_as_shown(columns)} FROM {_MADE} ORDER BY ALL LIMIT {rows}")
        nulls = [seen - one for one in values]
        return Preview(columns, shown, count, exact, nulls, seen, sampled)

    def _show(self, source: str, query: str) -> None:
        self._engine.execute(f"CREATE OR REPLACE TEMP VIEW {_view(source)} AS {query}")

    def _number(self, query: str) -> int:
        return int(self._engine.rows(query)[0][0])


def _as_shown(columns: Sequence[Column]) -> str:
    """The node's columns (of a table there may be more); a moment as its text, since to hand out one needs a
    table of time zones."""
    names = [(identifier(column.name), column.type) for column in columns]
    return ", ".join(
        f"CAST({name} AS VARCHAR) AS {name}" if type_ == "timestamptz" else name for name, type_ in names
    )


_MADE = '"made to look at"'


def _view(source: str) -> str:
    return identifier(f"look at {source}")
