"""What each kind of node makes of its rows: the node beside what comes out."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from wavehouse.core.columns import Column
from wavehouse.core.errors import DefinitionError
from wavehouse.flow.binding import contract_rows
from wavehouse.flow.program import compile_target

if TYPE_CHECKING:
    from tests.flow.conftest import Flows, Table

_ROWS = [("1", 10, "x"), ("2", 20, None), ("2", 20, None), ("3", 20, "x"), (None, None, "y")]


@pytest.fixture
def plays(flows: Flows) -> dict[str, Table]:
    """A table of plays."""
    return {"plays": flows.table(["id string", "n int", "tag string"], _ROWS)}


def _node(kind: str, body: str) -> str:
    return f"  n:\n    {kind}: {{Name: N, Inputs: [plays], {body}}}\n"


def _mapping(*mappings: str) -> str:
    return _node("ApplyMapping", "Mapping: [" + ", ".join(f"{{{mapping}}}" for mapping in mappings) + "]")


def _sorted(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return sorted((tuple(row.values()) for row in rows), key=repr)


def test_a_source_alone(flows: Flows, plays: dict[str, Table]) -> None:
    assert [tuple(row.values()) for row in flows.run("", plays, "plays")] == _ROWS


def test_apply_mapping_picks_renames_casts_and_drops(flows: Flows, plays: dict[str, Table]) -> None:
    nodes = _mapping(
        "FromPath: [n], FromType: int, ToKey: Times, ToType: long",
        "FromPath: [id], FromType: string, ToKey: number, ToType: int",
        "FromPath: [tag], FromType: string, ToKey: gone, ToType: string, Dropped: true",
        "FromPath: [n], FromType: int, ToKey: text, ToType: string",
    )
    program = flows.compile(nodes, plays)
    assert program.columns == (Column("Times", "bigint"), Column("number", "int"), Column("text", "string"))
    assert [tuple(row.values()) for row in flows.run(nodes, plays)] == [
        (10, 1, "10"),
        (20, 2, "20"),
        (20, 2, "20"),
        (20, 3, "20"),
        (None, None, None),
    ]


@pytest.mark.parametrize(
    ("value", "type_", "out"),
    [
        ("2021-02-28", "date", date(2021, 2, 28)),
        ("true", "boolean", True),
        ("1.5", "double", 1.5),
        ("9007199254740993", "bigint", 9007199254740993),
        (None, "int", None),
    ],
)
def test_apply_mapping_casts(flows: Flows, value: str | None, type_: str, out: Any) -> None:
    tables = {"plays": flows.table(["v string"], [(value,)])}
    nodes = _mapping(f"FromPath: [v], FromType: string, ToKey: v, ToType: {type_}")
    assert flows.run(nodes, tables) == [{"v": out}]


@pytest.mark.parametrize(
    ("columns", "left"),
    [
        ("[]", [("1", 10, "x"), ("2", 20, None), ("3", 20, "x"), (None, None, "y")]),
        ("[[id]]", ["1", "2", "3", None]),
        ("[[n]]", [10, 20, None]),
        ("[[n], [tag]]", [(10, "x"), (20, None), (20, "x"), (None, "y")]),
    ],
)
def test_drop_duplicates(flows: Flows, plays: dict[str, Table], columns: str, left: list[Any]) -> None:
    rows = flows.run(_node("DropDuplicates", f"Columns: {columns}"), plays)
    assert all(tuple(row.values()) in _ROWS for row in rows)
    names = re.findall(r"\w+", columns) or ["id", "n", "tag"]
    found = [tuple(row[name] for name in names) for row in rows]
    wanted = [values if isinstance(values, tuple) else (values,) for values in left]
    assert sorted(found, key=repr) == sorted(wanted, key=repr)


def test_drop_duplicates_by_less_than_the_key(flows: Flows) -> None:
    """That a source has a key does not make its rows different by other columns."""
    tables = {"plays": flows.table(["id string", "n int"], [("a", 1), ("b", 1), ("c", 2)], "id")}
    rows = flows.run(_node("DropDuplicates", "Columns: [[n]]"), tables)
    assert sorted(row["n"] for row in rows) == [1, 2]
    assert len(flows.run(_node("DropDuplicates", "Columns: [[id]]"), tables)) == 3
    assert len(flows.run(_node("DropDuplicates", ""), tables)) == 3


def test_drop_duplicates_after_a_cast_of_the_key(flows: Flows) -> None:
    tables = {"plays": flows.table(["id string"], [("1",), ("01",), ("2",)], "id")}
    nodes = (
        "  m:\n    ApplyMapping: {Name: M, Inputs: [plays], Mapping: "
        "[{FromPath: [id], FromType: string, ToKey: id, ToType: int}]}\n"
        "  n:\n    DropDuplicates: {Name: N, Inputs: [m], Columns: [[id]]}\n"
    )
    assert sorted(row["id"] for row in flows.run(nodes, tables)) == [1, 2]


def test_drop_fields(flows: Flows, plays: dict[str, Table]) -> None:
    rows = flows.run(_node("DropFields", "Paths: [[n], [id]]"), plays)
    assert [tuple(row.items()) for row in rows] == [(("tag", row[2]),) for row in _ROWS]


def test_drop_fields_takes_a_dotted_name_in_backquotes(flows: Flows) -> None:
    """As Glue Studio writes the column that a join has renamed."""
    tables = {
        "plays": flows.table(["id string", "n int"], [("a", 1)]),
        "songs": flows.table(["id string", "title string"], [("a", "A")]),
    }
    nodes = """\
  both:
    Join:
      Name: J
      Inputs: [plays, songs]
      JoinType: equijoin
      Columns: [{From: plays, Keys: [[id]]}, {From: songs, Keys: [[id]]}]
  n:
    DropFields: {Name: N, Inputs: [both], Paths: [["`.id`"]]}
"""
    assert flows.run(nodes, tables, "both") == [{"id": "a", "n": 1, ".id": "a", "title": "A"}]
    assert flows.run(nodes, tables) == [{"id": "a", "n": 1, "title": "A"}]
    assert flows.run(nodes.replace("`.id`", ".id"), tables) == [{"id": "a", "n": 1, "title": "A"}]


_SQL = """\
  n:
    SparkSQL:
      Name: N
      Inputs: [plays]
      SqlAliases: [{{From: plays, Alias: t}}]
      SqlQuery: |
        {}
"""


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("SELECT n AS times, id FROM t WHERE tag IS NOT NULL", [(10, "1"), (20, "3"), (None, None)]),
        ("SELECT count(*) AS n, max(n) AS top FROM t", [(5, 20)]),
        ("SELECT T.n AS n FROM T WHERE id = '1'", [(10,)]),
        ("SELECT t.tag AS tag, count(*) AS n FROM t GROUP BY t.tag", [("x", 2), (None, 2), ("y", 1)]),
        ("SELECT a.n AS n FROM t a JOIN t b ON a.id = b.id AND a.id = '1'", [(10,)]),
        ("SELECT id FROM (SELECT * FROM t WHERE n > 10) WHERE id > '2'", [("3",)]),
        ("WITH many AS (SELECT * FROM t WHERE n = 20) SELECT DISTINCT id FROM many", [("2",), ("3",)]),
        ("WITH plays AS (SELECT id FROM t WHERE n = 10) SELECT * FROM plays", [("1",)]),
        ("SELECT id FROM t WHERE n = 10 UNION ALL SELECT 'all'", [("1",), ("all",)]),
        ("SELECT id FROM t WHERE n IN (SELECT min(n) FROM t)", [("1",)]),
        ("SELECT CAST(7 / 2 AS STRING) AS half, 7 DIV 2 AS whole FROM t LIMIT 1", [("3.5", 3)]),
        ("SELECT 7 / 2 / 2 + (n + 1) / 4 AS x, n / 0 AS y FROM t WHERE n = 10", [(4.5, None)]),
        ("SELECT concat('a', id) AS x, size(array(1, 2)) AS s FROM t WHERE id = '1'", [("a1", 2)]),
        ("SELECT filter(array(id, tag), v -> v IS NOT NULL) AS v FROM t WHERE n = 10", [(["1", "x"],)]),
    ],
)
def test_spark_sql(flows: Flows, plays: dict[str, Table], query: str, rows: list[tuple[Any, ...]]) -> None:
    found = _sorted(flows.run(_SQL.format(query), plays))
    assert found == sorted(rows, key=repr)


def test_spark_sql_has_the_columns_of_its_query(flows: Flows, plays: dict[str, Table]) -> None:
    query = "SELECT array(id) AS ids, CAST(n AS BIGINT) AS n, current_date() AS day, n > 1 AS more FROM t"
    assert flows.compile(_SQL.format(query), plays).columns == (
        Column("ids", "array<string>"),
        Column("n", "bigint"),
        Column("day", "date"),
        Column("more", "boolean"),
    )


def test_spark_sql_over_several_inputs(flows: Flows, plays: dict[str, Table]) -> None:
    tables = {**plays, "my-songs": flows.table(["id string", "title string"], [("1", "A"), ("3", "C")])}
    nodes = """\
  n:
    SparkSQL:
      Name: N
      Inputs: [plays, my-songs]
      SqlAliases: [{From: plays, Alias: p}, {From: my-songs, Alias: s}]
      SqlQuery: SELECT s.title, p.n FROM p JOIN s ON p.id = s.id
"""
    assert _sorted(flows.run(nodes, tables)) == [("A", 10), ("C", 20)]


@pytest.mark.parametrize(
    ("node", "said"),
    [
        (
            _mapping("FromPath: [idd], FromType: string, ToKey: x, ToType: string"),
            "there is no column 'idd' here. Did you mean 'id'?",
        ),
        (
            _mapping("FromPath: [id], FromType: string, ToKey: x, ToType: strng"),
            "'strng' is not a type. Did you mean 'string'?",
        ),
        (
            _mapping(
                "FromPath: [id], FromType: string, ToKey: x, ToType: string",
                "FromPath: [n], FromType: int, ToKey: X, ToType: int",
            ),
            "gives two columns the name 'X'",
        ),
        (
            _mapping("FromPath: [id], FromType: string, ToKey: x, ToType: string, Dropped: true"),
            "leaves no column",
        ),
        (_node("DropDuplicates", "Columns: [[tga]]"), "there is no column 'tga' here. Did you mean 'tag'?"),
        (_node("DropFields", "Paths: [[tga]]"), "there is no column 'tga' here. Did you mean 'tag'?"),
        (_node("DropFields", "Paths: [[id], [n], [tag]]"), "leaves no column"),
        (_SQL.format("SELECT idd FROM t"), "there is no column 'idd'"),
        (
            _SQL.format("SELECT nofunction(id) FROM t"),
            "the query calls nofunction, and nothing here is known to mean",
        ),
        (_SQL.format("SELECT id FROM tt"), "reads 'tt', which is no alias of an input. Did you mean 't'?"),
        (_SQL.format("SELECT id FROM plays"), "reads 'plays', which is no alias of an input"),
        (_SQL.format("SELECT id FROM other.t"), "reads 'other.t', which is no alias of an input"),
        (_SQL.format("SELECT id FROM read_csv('/etc/passwd')"), ""),
        (_SQL.format("SELECT id FROM"), "not valid Spark SQL (line 1, column 14"),
        (_SQL.format("SELECT 'id FROM t"), "not valid Spark SQL (a quote is not closed)"),
        (_SQL.format("--"), "not valid Spark SQL"),
        (_SQL.format("DROP TABLE t"), "the SqlQuery is not a query. Write one SELECT"),
        (_SQL.format("SELECT id FROM t; SELECT n FROM t"), "the SqlQuery is not a query"),
        (_SQL.format("SELECT map('a', 1) AS m FROM t"), "cannot stand in a table"),
    ],
)
def test_a_wrong_node_is_told_by_line_and_name(
    flows: Flows, plays: dict[str, Table], node: str, said: str
) -> None:
    with pytest.raises(DefinitionError) as caught:
        flows.compile(node, plays)
    assert said in str(caught.value)
    assert str(caught.value).startswith(f"{flows.path}:5: node 'n'")


def test_a_source_without_a_contract(flows: Flows, plays: dict[str, Table]) -> None:
    nodes = '  more:\n    S3CsvSource: {Name: M, Paths: ["${staging}/playz/"]}\n'
    with pytest.raises(DefinitionError, match=r":5: node 'more': it reads the source 'playz'.*mean 'plays'"):
        flows.compile(nodes, plays, "more")


_TARGET = """\
flow: f
nodes:
  plays:
    S3CsvSource: {Name: P, Paths: ["${staging}/plays/"]}
  out:
    S3IcebergCatalogTarget: {Name: O, Inputs: [plays], Database: d, Table: t%s}
"""


@pytest.mark.parametrize(
    ("more", "partition", "order"),
    [
        ("", None, []),
        (", PartitionKeys: [[n]]", "n", ["n"]),
        (", AdditionalOptions: {wavehouse.sort-by: tag}", None, ["tag"]),
        (", PartitionKeys: [[n]], AdditionalOptions: {wavehouse.sort-by: id}", "n", ["n", "id"]),
    ],
)
def test_the_target_says_how_rows_lie(
    flows: Flows, plays: dict[str, Table], more: str, partition: str | None, order: list[str]
) -> None:
    graph = flows.graph(_TARGET % more)
    program = compile_target(graph, "out", contract_rows({"plays": plays["plays"].bound()}), flows.engine)
    assert program.partition_by == partition
    rows = [dict(zip(["id", "n", "tag"], row, strict=True)) for row in flows.engine.rows(program.sql)]
    assert _sorted(rows) == sorted(_ROWS, key=repr)
    found = [tuple((row[name] is None, row[name] or 0) for name in order) for row in rows]
    assert found == sorted(found)


def test_a_table_has_one_partition_column_at_most(flows: Flows, plays: dict[str, Table]) -> None:
    graph = flows.graph(_TARGET % ", PartitionKeys: [[n], [tag]]")
    with pytest.raises(DefinitionError, match=r":5: node 'out': .* at most one column"):
        compile_target(graph, "out", contract_rows({"plays": plays["plays"].bound()}), flows.engine)


@pytest.mark.parametrize("more", [", PartitionKeys: [[m]]", ", AdditionalOptions: {wavehouse.sort-by: m}"])
def test_the_target_knows_its_columns(flows: Flows, plays: dict[str, Table], more: str) -> None:
    graph = flows.graph(_TARGET % more)
    with pytest.raises(DefinitionError, match=r":5: node 'out': there is no column 'm' here"):
        compile_target(graph, "out", contract_rows({"plays": plays["plays"].bound()}), flows.engine)
