"""Which queries make each row from one row, which columns they hand on, and that rows alone say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlglot import exp

from wavehouse.core.columns import Column
from wavehouse.flow.nodes import SparkSQL
from wavehouse.flow.pass_through import PassThrough, pass_through
from wavehouse.flow.relation import Relation
from wavehouse.flow.row_expressions import FUNCTIONS, NotRowWise

if TYPE_CHECKING:
    from tests.flow.conftest import Flows, Table

_COLUMNS = ["id string", "n int", "tag string", "day date"]
_ROWS: list[tuple[Any, ...]] = [
    ("a", 1, "x", "2020-01-31"),
    ("b", 2, "x", "2021-12-01"),
    ("B", 2, "Yy,z", None),
    ("c", None, None, "1999-05-07"),
]
_NODE = """\
  n:
    SparkSQL:
      Name: N
      Inputs: [plays, songs]
      SqlAliases: [{From: plays, Alias: t}, {From: songs, Alias: u}]
      SqlQuery: |
"""


def _nodes(query: str) -> str:
    return _NODE + "".join(f"        {line}\n" for line in query.splitlines())


def _tables(flows: Flows, rows: list[tuple[Any, ...]] | None = None) -> dict[str, Table]:
    return {
        "plays": flows.table(_COLUMNS, _ROWS if rows is None else rows, "id"),
        "songs": flows.table(["id string", "title string"], [("a", "A"), ("z", "Z")], "id"),
    }


def _passed(flows: Flows, query: str) -> PassThrough:
    program = flows.compile(_nodes(query), _tables(flows))
    node = program.graph.nodes["n"]
    assert isinstance(node, SparkSQL)
    inputs = {input_: program.relations[input_] for input_ in node.Inputs}
    return pass_through(node, inputs, program.relations["n"].names)


_ALL = {"id": "id", "n": "n", "tag": "tag", "day": "day"}
_ROW_WISE = [
    ("SELECT * FROM t", _ALL),
    ("SELECT * FROM t WHERE n > 1 AND tag LIKE 'x%'", _ALL),
    ("SELECT * FROM t ORDER BY n DESC, lower(tag)", _ALL),
    ("(SELECT * FROM t)", _ALL),
    ("SELECT id, n AS times FROM t", {"id": "id", "times": "n"}),
    ("SELECT id, id AS other FROM t", {"id": "id", "other": "id"}),
    ("SELECT n AS id, id AS n FROM t", {"n": "id", "id": "n"}),
    ("SELECT upper(id) AS tag, tag AS x, n FROM t ORDER BY x", {"x": "tag", "n": "n"}),
    # Letters' case does not count.
    ("SELECT ID, T.N, `Tag` AS TAG FROM t", {"id": "id", "n": "n", "TAG": "tag"}),
    ("SELECT a.id, a.n AS x FROM t a", {"id": "id", "x": "n"}),
    ("SELECT a.* FROM t AS a", _ALL),
    ("SELECT `a`.*, upper(id) AS big FROM t AS A", _ALL),
    # No column as it is any more.
    ("SELECT CAST(n AS INT) AS n, CAST(id AS STRING) AS id, tag FROM t", {"tag": "tag"}),
    ("SELECT coalesce(id, '') AS id, n + 0 AS n, 'x' AS tag FROM t", {}),
    ("SELECT id, upper(tag) FROM t", {"id": "id"}),
    # Through queries in the FROM.
    ("SELECT x AS y, d.id FROM (SELECT id, n AS x FROM t WHERE n = 2) d", {"y": "n", "id": "id"}),
    ("SELECT id FROM (SELECT upper(id) AS id, n FROM t)", {}),
    ("SELECT * FROM (SELECT id AS n, n AS id FROM (SELECT * FROM t))", {"n": "id", "id": "n"}),
    ("SELECT tag FROM ((SELECT * FROM t))", {"tag": "tag"}),
    ("WITH a AS (SELECT id AS k, n FROM t), b AS (SELECT K FROM A) SELECT k AS id FROM b", {"id": "id"}),
    ("WITH t AS (SELECT n AS id, id AS n FROM t) SELECT * FROM t", {"id": "n", "n": "id"}),
    ("WITH v AS (SELECT * FROM u) SELECT id FROM t", {"id": "id"}),
    # A parameter of a lambda is no column.
    (
        "SELECT id, filter(array(id, tag), n -> n IS NOT NULL) AS both, "
        "transform(split(tag, ','), part -> concat(part, id)) AS parts FROM t",
        {"id": "id"},
    ),
    ("SELECT id, named_struct('x', n).x AS n FROM t", {"id": "id"}),
    ("SELECT id, s.x AS x FROM (SELECT id, named_struct('x', n) AS s FROM t)", {"id": "id"}),
]


@pytest.mark.parametrize(("query", "columns"), _ROW_WISE)
def test_row_wise(flows: Flows, query: str, columns: dict[str, str]) -> None:
    passed = _passed(flows, query)
    assert passed == PassThrough("plays", columns)

    # Rows together and rows one by one give the same, and what passes through is as it was.
    together = flows.run(_nodes(query), _tables(flows))
    alone = []
    for row in _ROWS:
        (before,) = flows.run("", _tables(flows, [row]), "plays")
        after = flows.run(_nodes(query), _tables(flows, [row]))
        assert len(after) <= 1
        alone += after
        assert all(out[name] == before[column] for out in after for name, column in columns.items())
    assert together
    assert sorted(map(repr, together)) == sorted(map(repr, alone))


_NOT_ROW_WISE = [
    ("SELECT t.id FROM t JOIN u ON t.id = u.id", "a join"),
    ("SELECT t.id FROM t, u", "a join"),
    ("SELECT id FROM (SELECT t.* FROM t LEFT SEMI JOIN u ON t.id = u.id)", "a join"),
    ("SELECT count(*) AS n FROM t", "an aggregate"),
    ("SELECT every(tag = 'x') AS x FROM t", "the function 'every', which is not known here"),
    ("SELECT collect_list(id) AS ids FROM t", "an aggregate"),
    ("SELECT 1 AS one FROM t ORDER BY max(t.n)", "an aggregate"),
    ("SELECT tag FROM t GROUP BY tag", "GROUP BY"),
    ("SELECT DISTINCT id FROM t", "DISTINCT"),
    ("SELECT id, row_number() OVER (ORDER BY n) AS at FROM t", "a window"),
    ("SELECT id FROM t QUALIFY row_number() OVER (ORDER BY n) = 1", "QUALIFY"),
    ("SELECT id FROM t LIMIT 1", "LIMIT"),
    ("SELECT id FROM t ORDER BY n LIMIT 1", "LIMIT"),
    ("SELECT id FROM t ORDER BY n OFFSET 1", "OFFSET"),
    ("SELECT id FROM (SELECT * FROM t LIMIT 1)", "LIMIT"),
    ("(SELECT id FROM t) LIMIT 1", "LIMIT"),
    ("SELECT id FROM t TABLESAMPLE (50 PERCENT)", "SAMPLE"),
    ("SELECT id FROM t UNION ALL SELECT id FROM u", "a set operation"),
    ("SELECT id FROM (SELECT id FROM t UNION ALL SELECT id FROM t)", "a set operation"),
    ("SELECT id FROM t WHERE id IN (SELECT id FROM u)", "a subquery"),
    ("SELECT id FROM t WHERE EXISTS (SELECT 1 FROM u)", "a subquery"),
    ("SELECT id, (SELECT max(title) FROM u) AS title FROM t", "a subquery"),
    ("SELECT explode(array(id, tag)) AS x FROM t", "a function that makes rows"),
    ("SELECT 1 AS one", "rows that come from no input"),
    # Chance, time and place.
    ("SELECT id, rand() AS x FROM t", "'RAND()', which may hang on more than one row"),
    ("SELECT id FROM t WHERE rand() < 0.5", "'RAND()', which may hang on more than one row"),
    ("SELECT id, current_date() AS x FROM t", "'CURRENT_DATE', which may hang on more than one row"),
    (
        "SELECT id, current_timestamp AS x FROM t",
        "'CURRENT_TIMESTAMP()', which may hang on more than one row",
    ),
    ("SELECT id, uuid() AS x FROM t", "'UUID()', which may hang on more than one row"),
    ("SELECT id, now() AS x FROM t", "the function 'now', which is not known here"),
    ("SELECT id FROM (SELECT * FROM t WHERE day < now())", "the function 'now', which is not known here"),
    # An engine takes a name that is no column for a function, and finds names that it made up itself.
    ("SELECT id, localtimestamp AS x FROM t", "'localtimestamp', which is no column of its input"),
    ("SELECT id, n AS m, m + 1 AS x FROM t", "'m', which is no column of its input"),
    ("SELECT `upper(id)` AS id FROM (SELECT upper(id) FROM t)", "a column without a name in a subquery"),
    ("SELECT n FROM (SELECT *, upper(id) AS id FROM t)", "two columns of one name"),
    ("SELECT id_1 AS id FROM (SELECT id, upper(id) AS ID FROM t)", "two columns of one name"),
    ("SELECT k AS id FROM t AS t(k, n, tag, day)", "names for the columns of a table"),
    ("SELECT k AS id FROM (SELECT upper(id), id AS n FROM t) AS t(k, n)", "names for the columns of a table"),
    ("WITH v(k) AS (SELECT upper(id) AS id FROM t) SELECT k FROM v", "names for the columns of a table"),
    ("SELECT * EXCEPT (n) FROM t", "EXCEPT"),
    # In the program the input itself is called plays.
    ("WITH Plays AS (SELECT n AS id FROM t) SELECT id FROM t", "'Plays' in its WITH, which is a node too"),
    ("WITH RECURSIVE v AS (SELECT id FROM t) SELECT id FROM v", "RECURSIVE"),
]


@pytest.mark.parametrize(("query", "reason"), _NOT_ROW_WISE)
def test_not_row_wise(flows: Flows, query: str, reason: str) -> None:
    with pytest.raises(NotRowWise) as caught:
        _passed(flows, query)
    assert reason in caught.value.reason
    # Nothing is known of its rows, then.
    assert flows.compile(_nodes(query), _tables(flows)).relations["n"].unique == frozenset()


_FOR_OTHER_ENGINES = [
    # What DuckDB does not have, or not in a table.
    ("SELECT id, uuid() AS x FROM t", "'UUID()'"),
    ("SELECT id, unix_timestamp() AS x FROM t", "'CURRENT_TIMESTAMP()'"),
    ("SELECT id, spark_partition_id() AS x FROM t", "'spark_partition_id'"),
    ("SELECT struct(t.*) AS s FROM t", "'t.*', which is no column of its input"),
    ("SELECT struct(*) AS s FROM t", "'*', which may hang on more than one row"),
    ("SELECT n.* FROM t", "the fields of a column"),
    ("SELECT one FROM VALUES (1) AS v(one)", "names for the columns of a table"),
    ("SELECT one FROM VALUES (1)", "rows that come from no input"),
    ("SELECT range AS n FROM range(3)", "rows that come from no input"),
    ("SELECT id FROM read_parquet('x')", "rows that come from no input"),
    ("SELECT id, monotonically_increasing_id() AS x FROM t", "'monotonically_increasing_id'"),
    ("SELECT id, input_file_name() AS x FROM t", "'input_file_name'"),
    ("SELECT id, shuffle(array(id)) AS x FROM t", "'SHUFFLE(ARRAY(id))'"),
    ("SELECT id, x FROM t LATERAL VIEW explode(array(id)) v AS x", "a LATERAL VIEW"),
    ("SELECT id, posexplode(array(id)) FROM t", "a function that makes rows"),
    ("SELECT * FROM t PIVOT (sum(n) FOR tag IN ('x'))", "a PIVOT"),
    ("SELECT id FROM t VERSION AS OF 3", "VERSION"),
    ("SELECT id FROM other.t", "DB"),
    ("SELECT id FROM v", "rows that come from no input"),
    ("SELECT t.id FROM t AS a", "'t.id', which is no column of its input"),
    ("SELECT filter(array(id), X -> x IS NOT NULL) AS v FROM t", "'x', which is no column of its input"),
    ("SELECT columns(*) FROM t", "'COLUMNS(*)'"),
]


@pytest.mark.parametrize(("query", "reason"), _FOR_OTHER_ENGINES)
def test_not_row_wise_for_other_engines(query: str, reason: str) -> None:
    with pytest.raises(NotRowWise) as caught:
        _passed_by(query, "id")
    assert reason in caught.value.reason


def _passed_by(query: str, *names: str) -> PassThrough:
    """What a query hands on whose columns an engine calls by these names."""
    node = SparkSQL.model_validate(
        {"Name": "N", "Inputs": ["plays"], "SqlAliases": [{"From": "plays", "Alias": "t"}], "SqlQuery": query}
    )
    relation = Relation((Column("Id", "string"), Column("n", "int"), Column("tag", "string")))
    return pass_through(node, {"plays": relation}, names)


@pytest.mark.parametrize(
    ("query", "names", "columns"),
    [
        ("SELECT ID, N FROM t", ["Id", "n"], {"Id": "Id", "n": "n"}),
        (
            "SELECT iD AS k, * FROM t",
            ["k", "Id", "n", "tag"],
            {"k": "Id", "Id": "Id", "n": "n", "tag": "tag"},
        ),
        # An engine that calls a column otherwise may mean another.
        ("SELECT id, n FROM t", ["Id", "n_1"], {"Id": "Id"}),
        # A field of a column is not the column, even where both go by the name of a column.
        ("SELECT n.tag AS a, t.n.tag AS b, t.tag AS c FROM t", ["a", "b", "c"], {"c": "tag"}),
    ],
)
def test_names_are_those_of_the_engine(query: str, names: list[str], columns: dict[str, str]) -> None:
    assert _passed_by(query, *names) == PassThrough("plays", columns)


@pytest.mark.parametrize(
    "value",
    [
        "CASE WHEN n = 1 THEN id WHEN tag IS NULL THEN 'none' ELSE tag END",
        "if(n BETWEEN 1 AND 2, coalesce(tag, id), nullif(id, 'c'))",
        "n IN (1, 3) OR NOT (id <=> tag) AND n % 2 = 0",
        "round(sqrt(abs(-n)) / 3, 2) + pow(n, 2) - floor(n / 2)",
        "greatest(n, 1) + least(n, 2) + (n DIV 2) + (n | 4)",
        "concat_ws('-', upper(id), trim(tag), lpad(id, 3, '0'), substring(tag, 1, 1))",
        "regexp_replace(regexp_extract(tag, '(.)(.)', 2), 'y', 'q') || replace(id, 'a', 'e')",
        "md5(concat(id, tag))",
        "id RLIKE '^[a-b]$'",
        "tag LIKE '%y' OR startswith(tag, 'x') OR length(tag) > instr(tag, 'z')",
        "element_at(split(tag, ','), 1)",
        "array_contains(array('x', 'y'), tag) AND size(array_distinct(array(id, tag))) = 2",
        "sort_array(array(tag, id))",
        "array_join(transform(array(id, tag), v -> lower(v)), '/')",
        "year(day) * 100 + month(day) + dayofweek(day)",
        "date_add(day, n)",
        "datediff(day, DATE '2000-01-01')",
        "date_trunc('MONTH', day)",
        "last_day(day) - INTERVAL 1 DAY",
        "extract(YEAR FROM day)",
        "date_format(day, 'yyyy-MM')",
        "to_date(concat('2020-01-0', CAST(n AS STRING)))",
        "make_date(2020, n, 1)",
        "get_json_object(concat('{\"a\": [\"', id, '\"]}'), '$.a[0]')",
        "bin(n)",
        "weekday(day)",
        "CAST(json_array_length(concat('[', n, ']')) AS INT)",
    ],
)
def test_expressions_on_one_row(flows: Flows, value: str) -> None:
    """They are known, and whether the engine runs them over all rows or over one says nothing else."""
    test_row_wise(flows, f"SELECT id, {value} AS made FROM t WHERE id <> 'B'", {"id": "id"})


def test_the_known_functions_are_functions_of_the_parser() -> None:
    for name in FUNCTIONS:
        kind = getattr(exp, name)
        assert issubclass(kind, exp.Func)
        assert not issubclass(kind, exp.AggFunc | exp.UDTF)


@pytest.mark.parametrize(
    ("key", "query", "unique"),
    [
        (["id"], "SELECT * FROM t", {"id"}),
        (["id"], "SELECT id AS key, n FROM t WHERE n = 1", {"key"}),
        (["id"], "SELECT n FROM t", set()),
        (["id"], "SELECT upper(id) AS id FROM t", set()),
        (["id", "n"], "SELECT N AS id, ID AS Other, tag FROM t", {"id", "Other"}),
        (["id", "n"], "SELECT id, tag FROM t", set()),
        ([], "SELECT * FROM t", set()),
        # Of the two inputs, that which is read.
        (["n"], "SELECT title, id AS song FROM u", {"song"}),
    ],
)
def test_what_tells_rows_apart_passes_through(
    flows: Flows, key: list[str], query: str, unique: set[str]
) -> None:
    tables = _tables(flows)
    tables["plays"].key = frozenset(key)
    assert flows.compile(_nodes(query), tables).relations["n"].unique == unique
