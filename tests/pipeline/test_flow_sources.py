"""The sources of flows, looked at without a run: what is known of them where there are no rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from wavehouse.core.errors import DefinitionError
from wavehouse.core.table_name import TableName
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.flow.graph import Graph, read_graph
from wavehouse.flow.survey import survey
from wavehouse.pipeline.flow_sources import LakeRows, made_tables
from wavehouse.project.contracts import SourceContract
from wavehouse.project.yaml_file import read_yaml

_CONTRACT = SourceContract.model_validate(
    {"source": "plays", "files": ["plays.csv"], "key": ["id"], "columns": {"id": {"type": "int"}}}
)
_FIRST = """flow: first
nodes:
  plays:
    S3CsvSource: {Name: P, Paths: ["${staging}/plays/"]}
  n:
    SparkSQL:
      {Name: N, Inputs: [plays], SqlAliases: [{From: plays, Alias: t}], SqlQuery: SELECT id AS key FROM t}
  out:
    S3IcebergCatalogTarget: {Name: O, Inputs: [n], Database: d, Table: one}
"""
_SECOND = """flow: second
nodes:
  read:
    SOURCE
  drop:
    SparkSQL:
      {Name: D, Inputs: [read], SqlAliases: [{From: read, Alias: t}], SqlQuery: SELECT key + 1 AS more FROM t}
  out:
    S3IcebergCatalogTarget: {Name: O, Inputs: [drop], Database: d, Table: two}
"""


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[DuckDBEngine]:
    """An engine over no files."""
    made = DuckDBEngine(memory=200_000_000, scratch=tmp_path / "scratch", threads=1)
    yield made
    made.close()


def _graph(folder: Path, name: str, text: str) -> Graph:
    path = folder / f"{name}.yaml"
    path.write_text(text, "utf-8")
    return read_graph(read_yaml(path))


def _second(folder: Path, source: str) -> Graph:
    return _graph(folder, "second", _SECOND.replace("SOURCE", source))


_READS_ONE = "S3CatalogIcebergSource: {Name: R, Database: d, Table: one}"


@pytest.mark.parametrize("turned", [False, True])
def test_a_flow_that_reads_what_another_makes(tmp_path: Path, engine: DuckDBEngine, turned: bool) -> None:
    graphs = [_graph(tmp_path, "first", _FIRST), _second(tmp_path, _READS_ONE)]
    rows = LakeRows(engine, {"plays": _CONTRACT}, None)
    made = made_tables(graphs[::-1] if turned else graphs, rows)
    assert {str(table): relation.names for table, relation in made.items()} == {
        "d.one": ["key"],
        "d.two": ["more"],
    }
    # What tells the rows apart goes along.
    assert made[TableName("d", "one")].unique == {"key"}


def test_without_rows_the_reason_is_kept(tmp_path: Path, engine: DuckDBEngine) -> None:
    rows = LakeRows(engine, {"plays": _CONTRACT}, None)
    survey(_graph(tmp_path, "first", _FIRST), rows, engine)
    assert rows.empty == {"plays": "the lake has no staging.plays"}


def test_files_without_a_contract_have_the_columns_that_the_node_shows(
    tmp_path: Path, engine: DuckDBEngine
) -> None:
    shown = "S3CsvSource: {Name: R, Paths: [files/], OutputSchemas: [{Columns: [{Name: key, Type: long}]}]}"
    found = survey(_second(tmp_path, shown), LakeRows(engine, {}, None), engine)
    assert [(column.name, column.type) for column in found.relations["read"].columns] == [("key", "bigint")]
    assert "out" in found.queries


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (_READS_ONE, "it reads the table d.one, which the lake does not have and no flow makes"),
        ("S3CsvSource: {Name: R, Paths: [files/]}", "its files have no contract"),
        ('S3CsvSource: {Name: R, Paths: ["${staging}/playz/"]}', "Did you mean 'plays'?"),
    ],
)
def test_what_is_not_known_is_said(tmp_path: Path, engine: DuckDBEngine, source: str, said: str) -> None:
    found = survey(_second(tmp_path, source), LakeRows(engine, {"plays": _CONTRACT}, None), engine)
    assert said in str(found.faults["read"])
    assert isinstance(found.faults["read"], DefinitionError)
    # What hangs on it is not guessed.
    assert set(found.relations) == set()
