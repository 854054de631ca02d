"""Flows as text, compiled over small tables that stand in the SQL itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from wavehouse.core.columns import Column
from wavehouse.core.sql_text import column_list, identifier
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.engines.duckdb_types import duckdb_type
from wavehouse.flow.accounting import Account, NodeRows
from wavehouse.flow.binding import contract_rows
from wavehouse.flow.graph import Graph, read_graph
from wavehouse.flow.program import Program, compile_target
from wavehouse.flow.relation import BoundSource, Relation
from wavehouse.project.yaml_file import read_yaml


@dataclass
class Table:
    """A source: its columns as `name type`, its rows, and what tells them apart."""

    columns: Sequence[str]
    rows: Sequence[tuple[Any, ...]]
    key: frozenset[str] = field(default_factory=frozenset)

    def bound(self) -> BoundSource:
        """As the flow reads it; rows are numbers, texts and NULL."""
        columns = tuple(Column(*column.split()) for column in self.columns)
        values = ", ".join(f"({', '.join(map(_literal, row))})" for row in self.rows)
        casts = ", ".join(f'CAST("{c.name}" AS {duckdb_type(c.type)}) AS "{c.name}"' for c in columns)
        names = column_list(column.name for column in columns)
        nulls = f"(SELECT {', '.join(['NULL'] * len(columns))} WHERE false)"
        rows = f"(VALUES {values})" if self.rows else nulls
        return BoundSource(Relation(columns, self.key), f"(SELECT {casts} FROM {rows} AS t({names}))")


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    return f"'{value}'" if isinstance(value, str) else str(value)


SOURCE = '  {0}:\n    S3CsvSource: {{Name: {0}, Paths: ["${{staging}}/{0}/"]}}\n'
TARGET = "  out:\n    S3IcebergCatalogTarget: {{Name: out, Inputs: [{0}], Database: d, Table: t}}\n"


class Flows:
    """Reads, compiles and runs flows."""

    def __init__(self, folder: Path, engine: DuckDBEngine) -> None:
        self.path = folder / "flow.yaml"
        self.engine = engine

    @staticmethod
    def table(columns: Sequence[str], rows: Sequence[tuple[Any, ...]], *key: str) -> Table:
        """A source: columns as `name type`, rows, and the columns that tell them apart."""
        return Table(columns, rows, frozenset(key))

    def graph(self, text: str) -> Graph:
        """The graph of a whole flow file."""
        self.path.write_text(text, encoding="utf-8")
        return read_graph(read_yaml(self.path))

    def compile(self, nodes: str, tables: Mapping[str, Table], last: str = "n") -> Program:
        """The program of these nodes between one source per table and a target that reads `last`."""
        text = "flow: f\nnodes:\n" + "".join(map(SOURCE.format, tables)) + nodes + TARGET.format(last)
        bound = {name: table.bound() for name, table in tables.items()}
        return compile_target(self.graph(text), "out", contract_rows(bound), self.engine)

    def run(self, nodes: str, tables: Mapping[str, Table], last: str = "n") -> list[dict[str, Any]]:
        """The rows that reach the target."""
        program = self.compile(nodes, tables, last)
        names = [column.name for column in program.columns]
        assert [c.name for c in self.engine.columns(program.sql)] == names
        return [dict(zip(names, row, strict=True)) for row in self.engine.rows(program.sql)]

    def rows_of(self, nodes: str, tables: Mapping[str, Table], last: str = "n") -> dict[str, list[Any]]:
        """The rows of every node but the target, by column."""
        program = self.compile(nodes, tables, last)
        found = {}
        for id_ in list(program.nodes)[:-1]:
            names = program.relations[id_].names
            rows = self.engine.rows(f"{program.ctes} SELECT * FROM {identifier(id_)}")
            found[id_] = [dict(zip(names, row, strict=True)) for row in rows]
        return found

    def account(
        self, nodes: str, tables: Mapping[str, Table], last: str = "n"
    ) -> tuple[dict[str, NodeRows], int | None, int]:
        """What the account says by node, how many rows it expects in the target, and how many there are."""
        program = self.compile(nodes, tables, last)
        written = self.engine.rows(f"SELECT count(*) FROM ({program.sql})")[0][0]
        account = Account(program, f"({program.sql})", written)
        nodes_ = account.nodes(self.engine)
        return {rows.node: rows for rows in nodes_}, account.expected_rows(nodes_), written


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBEngine]:
    """An engine for queries over no files and no tables: nothing stays in it."""
    made = DuckDBEngine(memory=500_000_000, scratch=tmp_path_factory.mktemp("scratch"), threads=1)
    yield made
    made.close()


@pytest.fixture
def flows(tmp_path: Path, engine: DuckDBEngine) -> Flows:
    """Flows in a folder of the test's own."""
    return Flows(tmp_path, engine)
