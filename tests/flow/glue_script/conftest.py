"""Scripts that are read, put into a flow, and run over small tables."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import pytest

from wavehouse.core.errors import DefinitionError
from wavehouse.core.sql_text import identifier
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.flow.binding import Bind
from wavehouse.flow.glue_script import read_script
from wavehouse.flow.graph import Graph
from wavehouse.flow.nodes import CatalogSource, FileSource, Source
from wavehouse.flow.program import compile_target
from wavehouse.flow.relation import BoundSource

if TYPE_CHECKING:
    from tests.flow.conftest import Flows

# A table of columns and the rows in it, both in an order that does not matter.
Rows = Counter[tuple[Any, ...]]


@dataclass(frozen=True)
class Scripts:
    """Reads scripts, and runs their graphs over tables that are found by a path's or a table's name."""

    flows: Flows
    engine: DuckDBEngine

    def graph(self, text: str) -> Graph:
        """The graph of a script, by way of a flow file (JSON is YAML)."""
        return self.flows.graph(json.dumps({"flow": "f", "nodes": read_script(text, "job.py")}))

    def rows(self, graph: Graph, target: str, tables: Mapping[str, BoundSource]) -> tuple[list[str], Rows]:
        """The columns and rows that reach a target."""
        program = compile_target(graph, target, _by_name(tables), self.engine)
        return [column.name for column in program.columns], Counter(map(_row, self.engine.rows(program.sql)))

    def query(self, sql: str, tables: Mapping[str, BoundSource]) -> tuple[list[str], Rows]:
        """The columns and rows of a query over the tables."""
        ctes = ", ".join(f"{identifier(name)} AS (SELECT * FROM {one.scan})" for name, one in tables.items())
        whole = f"WITH {ctes} SELECT * FROM ({sql})"
        columns = [column.name for column in self.engine.columns(whole)]
        return columns, Counter(map(_row, self.engine.rows(whole)))


def _row(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(tuple(value) if isinstance(value, list) else value for value in row)


def _by_name(tables: Mapping[str, BoundSource]) -> Bind:
    def bind(_id: str, node: Source) -> BoundSource:
        if isinstance(node, CatalogSource):
            return tables[node.Table]
        if isinstance(node, FileSource):
            return tables[PurePosixPath(node.Paths[0]).stem]
        raise DefinitionError("no such source")

    return bind


@pytest.fixture
def scripts(flows: Flows, engine: DuckDBEngine) -> Scripts:
    """Scripts in a folder of the test's own."""
    return Scripts(flows, engine)
