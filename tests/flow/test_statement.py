"""A flow as one statement: in DuckDB's dialect it runs, in the others it is checked, or refused by name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlglot

from wavehouse.core.errors import DefinitionError
from wavehouse.core.sql_text import identifier
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.flow.binding import Bind, contract_rows
from wavehouse.flow.flows import read_flows
from wavehouse.flow.nodes import FileSource
from wavehouse.flow.program import compile_target
from wavehouse.flow.statement import DIALECTS, Dialect, statement
from wavehouse.pipeline.flow_sources import LakeRows, columns_alone
from wavehouse.project.contracts import read_contracts
from wavehouse.project.project import Project

if TYPE_CHECKING:
    from tests.conftest import Wavehouse
    from tests.flow.conftest import Flows, Table

_NODES = """\
  typed:
    ApplyMapping:
      Name: M
      Inputs: [plays]
      Mapping:
        - {FromPath: [id], FromType: string, ToKey: id, ToType: int}
        - {FromPath: [at], FromType: string, ToKey: at, ToType: date}
        - {FromPath: [ms], FromType: double, ToKey: ms, ToType: bigint}
        - {FromPath: [song], FromType: int, ToKey: song, ToType: int}
  some:
    Filter:
      Name: F
      Inputs: [typed]
      LogicalOperator: OR
      Filters:
        - {Operation: GT, Values: [{Type: COLUMNEXTRACTED, Value: [ms]}, {Type: CONSTANT, Value: ["10"]}]}
        - {Operation: ISNULL, Negated: true, Values: [{Type: COLUMNEXTRACTED, Value: [at]}]}
  split:
    SplitFields: {Name: S, Inputs: [songs], Paths: [[song], [title]]}
  titles:
    SelectFromCollection: {Name: C, Inputs: [split], Index: 0}
  once:
    DropDuplicates: {Name: D, Inputs: [titles], Columns: [[song]]}
  joined:
    Join:
      Name: J
      Inputs: [some, once]
      JoinType: left
      Columns: [{From: some, Keys: [[song]]}, {From: once, Keys: [[song]]}]
  known:
    Join:
      Name: K
      Inputs: [joined, titles]
      JoinType: leftsemi
      Columns: [{From: joined, Keys: [[song]]}, {From: titles, Keys: [[song]]}]
  asked:
    SparkSQL:
      Name: Q
      Inputs: [known]
      SqlAliases: [{From: known, Alias: k}]
      SqlQuery: |
        SELECT id, ms, year(at) AS year, `.song`,
               CAST(substring(concat(title, '-01-01'), 1, 10) AS DATE) AS since
        FROM (SELECT * FROM k WHERE title IS NOT NULL)
  filled:
    FillMissingValues: {Name: L, Inputs: [asked], ImputedPath: ms}
  both:
    Union: {Name: U, Inputs: [filled, filled], UnionType: DISTINCT}
  n:
    Aggregate:
      Name: A
      Inputs: [both]
      Groups: [[year]]
      Aggs: [{Column: [ms_filled], AggFunc: skewness}, {Column: [id], AggFunc: sumDistinct},
             {Column: [since], AggFunc: max}, {Column: [ms], AggFunc: avg}]
"""


@pytest.fixture
def sources(flows: Flows) -> dict[str, Table]:
    """Plays and songs, as text and typed."""
    plays = [
        ("1", "2020-01-01", 12.7, 1), (" 2 ", "2021-5-3", None, 1), ("3.9", "2020", 3, 2), ("x", None, 11, 2),
        ("5", "2020-02-02", 100, 3), ("6", None, 1, 1), ("7", "2020-03", 55.5, 1),
    ]  # fmt: skip
    songs = [(1, "1999", "a"), (2, "2001", "b"), (2, "2001", "c"), (4, "2002", "d")]
    return {
        "plays": flows.table(["id string", "at string", "ms double", "song int"], plays),
        "songs": flows.table(["song int", "title string", "more string"], songs),
    }


@pytest.fixture
def own_engine(tmp_path: Path) -> Iterator[DuckDBEngine]:
    """An engine that may have tables."""
    engine = DuckDBEngine(memory=300_000_000, scratch=tmp_path / "scratch", threads=1)
    yield engine
    engine.close()


def test_it_runs_and_gives_what_a_run_gives(
    flows: Flows, sources: dict[str, Table], own_engine: DuckDBEngine
) -> None:
    program = flows.compile(_NODES, sources)
    own_engine.execute("CREATE SCHEMA staging")
    for name, table in sources.items():
        own_engine.execute(f"CREATE TABLE staging.{identifier(name)} AS SELECT * FROM {table.bound().scan}")
    text = statement(program, "duckdb", flows.engine, _no_files)
    assert own_engine.columns(text) == program.columns
    rows = sorted(own_engine.rows(text), key=repr)
    assert rows == sorted(flows.engine.rows(program.sql), key=repr)
    assert len(rows) > 1


_WITH = """\
  few:
    SparkSQL:
      Name: Q
      Inputs: [plays]
      SqlAliases: [{From: plays, Alias: t}]
      SqlQuery: |
        WITH r AS (SELECT song, ms FROM t), plays AS (SELECT id FROM t WHERE id = 'x'), u AS (SELECT * FROM t)
        SELECT r.* FROM r, plays JOIN u ON u.id = plays.id
  per:
    Aggregate: {Name: A, Inputs: [few], Groups: [[song]], Aggs: [{Column: [ms], AggFunc: sum}]}
  n:
    SparkSQL:
      Name: Q
      Inputs: [per]
      SqlAliases: [{From: per, Alias: t}]
      SqlQuery: WITH R AS (SELECT song FROM t) SELECT r.song FROM r
"""


@pytest.mark.parametrize("dialect", DIALECTS)
def test_queries_with_tables_of_their_own(
    flows: Flows, sources: dict[str, Table], own_engine: DuckDBEngine, dialect: Dialect
) -> None:
    """Each node reads its own `r`, and what it calls like a node is that no more."""
    program = flows.compile(_WITH, sources)
    looked = compile_target(program.graph, "n", _bind(sources), flows.engine)
    assert (
        sorted(flows.engine.rows(looked.sql)) == sorted(flows.engine.rows(program.sql)) == [(1,), (2,), (3,)]
    )
    text = statement(looked, dialect, flows.engine, _no_files)
    names = [cte.alias.casefold() for cte in sqlglot.parse_one(text, read=dialect).find_all(sqlglot.exp.CTE)]
    assert len(names) == len(set(names))
    if dialect == "duckdb":
        own_engine.execute("CREATE SCHEMA staging")
        own_engine.execute(f"CREATE TABLE staging.plays AS SELECT * FROM {sources['plays'].bound().scan}")
        assert sorted(own_engine.rows(text)) == [(1,), (2,), (3,)]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_kind_can_be_said(flows: Flows, sources: dict[str, Table], dialect: Dialect) -> None:
    text = statement(flows.compile(_NODES, sources), dialect, flows.engine, _no_files)
    parsed = sqlglot.parse_one(text, read=dialect)
    names = [cte.alias for cte in parsed.find_all(sqlglot.exp.CTE)]
    assert {"plays", "typed", "some", "titles", "n"} <= set(names)
    assert "MATERIALIZED" not in text


def _no_files(_: FileSource) -> list[str]:
    raise AssertionError


def _bind(sources: dict[str, Table]) -> Bind:
    return contract_rows({name: table.bound() for name, table in sources.items()})


def _said(flows: Flows, sources: dict[str, Table], query: str, dialect: Dialect) -> str:
    nodes = (
        "  n:\n    SparkSQL:\n      Name: Q\n      Inputs: [plays]\n"
        "      SqlAliases: [{From: plays, Alias: t}]\n"
        f"      SqlQuery: |\n        {query}\n"
    )
    program = flows.compile(nodes, sources)
    text = statement(program, dialect, flows.engine, _no_files)
    sqlglot.parse_one(text, read=dialect)
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT 7 / song AS x FROM t", "TRY_CAST(7 AS DOUBLE) / NULLIF(song, 0) AS x"),
        ("SELECT array(id, at)[1] AS x FROM t", "ELEMENT_AT(ARRAY[id, at], 2) AS x"),
        ("SELECT element_at(array(id), 1) AS x FROM t", "ELEMENT_AT(ARRAY[id], 1) AS x"),
        (
            "SELECT filter(array(id, at), v -> v IS NOT NULL) AS x FROM t",
            "FILTER(ARRAY[id, at], v -> NOT v IS",
        ),
        ("SELECT CAST(ms AS INT) AS x FROM t", "TRY_CAST(TRUNCATE(ms) AS INTEGER) AS x"),
        ("SELECT CAST(song + 1 AS INT) * 2 AS x FROM t", "CAST(song + 1 AS INTEGER) * 2 AS x"),
        (
            "SELECT CAST(id AS INT) AS x FROM t",
            "TRY_CAST(REGEXP_EXTRACT(TRIM(id), '^([+-]?[0-9]+)(\\.[0-9]*)?$', 1) AS INTEGER) AS x",
        ),
        (
            "WITH u AS (SELECT * FROM t) SELECT CAST(ms AS BIGINT) AS x FROM u",
            "TRY_CAST(TRUNCATE(ms) AS BIGINT)",
        ),
        ("SELECT count(*) AS x, sum(song) AS y, avg(ms) AS z FROM t", "SUM(song) AS y"),
    ],
)
def test_what_athena_says_otherwise(flows: Flows, sources: dict[str, Table], query: str, said: str) -> None:
    assert said in _said(flows, sources, query, "athena")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT trim(id) AS x FROM t", "'TRIM(id)' cannot be said in Athena's SQL"),
        ("SELECT song DIV 2 AS x FROM t", "'song DIV 2'"),
        ("SELECT song % song AS x FROM t", "where a remainder by 0 is an error"),
        ("SELECT substring(id, song, 2) AS x FROM t", "where the first place is 1"),
        ("SELECT concat(id, ms) AS x FROM t", "where other values than texts are written differently"),
        ("SELECT CAST(ms AS STRING) AS x FROM t", "a cast from double to string"),
        ("SELECT CAST(at AS TIMESTAMP) AS x FROM t", "a cast from string to timestamp"),
        ("SELECT CAST(greatest(song, 1) AS INT) AS x FROM t", "GREATEST(song, 1)"),
        ("SELECT year(at) AS x FROM t", "where the day must be a date"),
        ("SELECT first(id) AS x FROM t", "'FIRST(id)'"),
        ("SELECT size(array(id)) AS x FROM t", "'SIZE(ARRAY(id))'"),
        ("SELECT regexp_extract(id, '(a)', 1) AS x FROM t", "'REGEXP_EXTRACT("),
        ("SELECT id FROM t WHERE id RLIKE at", "where a pattern that is no constant cannot be looked at"),
        ("SELECT id FROM t LATERAL VIEW explode(array(1)) e AS y", ""),
        ("SELECT id FROM t WHERE id LIKE '_\\\\_'", "where a backslash is a sign like others"),
        ("SELECT song, count(*) AS n FROM t GROUP BY ROLLUP(song)", "'ROLLUP (song)'"),
        ("SELECT sum(song) FILTER (WHERE id = '1') AS x FROM t", "FILTER("),
    ],
)
def test_what_athena_cannot_say_is_refused_by_name(
    flows: Flows, sources: dict[str, Table], query: str, said: str
) -> None:
    with pytest.raises(DefinitionError) as caught:
        _said(flows, sources, query, "athena")
    assert said in str(caught.value)
    assert str(caught.value).startswith(f"{flows.path}:7: node 'n': ")


def test_spark_casts_texts_as_it_does_and_numbers_only_where_they_fit(
    flows: Flows, sources: dict[str, Table]
) -> None:
    text = " ".join(
        statement(flows.compile(_NODES, sources, "typed"), "spark", flows.engine, _no_files).split()
    )
    assert "CAST(`id` AS INT) AS `id`, CAST(`at` AS DATE) AS `at`, TRY_CAST(`ms` AS BIGINT) AS `ms`" in text


def test_columns_that_hang_on_rows_are_told(flows: Flows, sources: dict[str, Table]) -> None:
    program = flows.compile("  n:\n    DropNullFields: {Name: N, Inputs: [plays]}\n", sources)
    first, *_ = statement(program, "spark", flows.engine, _no_files).splitlines()
    assert first == "-- Which columns 'n' drops depends on the rows: here none."


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_shipped_flow_can_be_said_in_every_dialect(flows: Flows, dialect: Dialect) -> None:
    project = Project.at(Path(__file__).parents[2] / "spotify")
    contracts = {name: one for name, one in read_contracts(project).items() if one.role == "table"}
    graphs = read_flows(project)
    bind = columns_alone(LakeRows(flows.engine, contracts, None))
    program = compile_target(graphs["tracks"], "spotify_tracks", bind, flows.engine)
    parsed = sqlglot.parse_one(statement(program, dialect, flows.engine, _no_files), read=dialect)
    tables: set[Any] = {table.name for table in parsed.find_all(sqlglot.exp.Table) if table.db == "staging"}
    assert tables == {"albums", "artists", "tracks", "features"}


def test_on_the_command_line(wavehouse: Wavehouse) -> None:
    answer = wavehouse("flow", "sql", "--dialect", "athena", "--json").json
    assert (answer["dialect"], answer["target"]) == ("athena", "spotify_tracks")
    assert {"name": "release_decade", "type": "int"} in answer["columns"]
    shown = wavehouse("flow", "sql", "--node", "albums_csv", "--dialect", "spark")
    assert shown.stdout.startswith("SELECT\n")
    assert "FROM `staging`.`albums`" in shown.stdout
    for args, said in [
        (("--node", "albums_scv"), "Did you mean 'albums_csv'?"),
        (("--dialect", "athna"), "'athna' is not a dialect. Did you mean 'athena'?"),
        (("--node", "albums_csv", "--target", "spotify_tracks"), "there is a --target and a --node"),
    ]:
        failed = wavehouse("flow", "sql", *args)
        assert failed.code == 2
        assert said in failed.stderr
