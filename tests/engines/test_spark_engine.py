"""What the Spark engine gives back, held against DuckDB's answer to the same statement."""

from __future__ import annotations

import venv
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlglot
from pyspark import SparkContext
from sqlglot import exp
from tests.spark_session import spark_engine

from wavehouse.core.columns import Column
from wavehouse.core.errors import DefinitionError, OutsideError
from wavehouse.core.sql_text import literal
from wavehouse.core.table_head import ExternalFile, ExternalScan
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.engines.engine import CsvFormat, CsvScan, Engine, FieldIds, FileForm, MisfitError

# Sockets over which rows came are closed when Python finds the time.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

_NO_IDS = FieldIds({})


@pytest.fixture
def spark(tmp_path: Path) -> Iterator[Engine]:
    """A Spark engine."""
    made = spark_engine(tmp_path / "spark scratch")
    yield made
    made.close()


def test_statements_mean_what_they_mean_to_duckdb(spark: Engine, calculator: DuckDBEngine) -> None:
    """Words of our own statements that the two have in common and mean differently, or have not in common."""
    moment = "TIMESTAMP '2024-02-29 12:34:56.789'"
    asked = [
        "hash(NULL::INTEGER, 1) = hash(1, NULL::INTEGER)",
        "(SELECT last(x ORDER BY y) FILTER (WHERE y < 3) FROM (VALUES (1, 1), (NULL, 2), (3, 3)) AS t(x, y))",
        f"date_trunc('minute', {moment})",
        f"date_diff('second', {moment}, TIMESTAMP '2024-02-29 12:35:01.1')",
        "((TIMESTAMP '2024-07-01 12:00:00' AT TIME ZONE 'UTC') AT TIME ZONE 'Europe/Paris')",
        "list_contains(string_split('a,b.c', ','), 'b.c')",
        "[1, 2, 3][2]",
        "TRY_CAST(trunc(1e30) AS BIGINT)",
        "TRY_CAST(trunc(-2.7::DOUBLE) AS INTEGER)",
        "7 // 2",
        "7 / 2e0",
        "'it''s \\d' || '\\n'",
        "(1, 2) < (1, 3)",
        "split_part('a-b', '-', 2)",
        "NULL IS NOT DISTINCT FROM NULL",
        "(SELECT count(*) FILTER (WHERE x > 1) FROM (VALUES (1), (2), (3)) AS t(x))",
        "(SELECT round(ln(sum(n)) - sum(n * ln(n)) / sum(n), 9) FROM (VALUES (1), (2)) AS t(n))",
    ]
    sql = f"SELECT {', '.join(asked)}"
    (mine,), (theirs,) = spark.rows(sql), calculator.rows(sql)
    assert dict(zip(asked, mine, strict=True)) == dict(zip(asked, theirs, strict=True))


def test_a_timestamp_of_a_users_query_is_one_without_a_zone(spark: Engine) -> None:
    query = sqlglot.parse_one("SELECT CAST('2024-01-01' AS TIMESTAMP) AS at", dialect="spark")
    assert isinstance(query, exp.Query)
    by_number = spark.spark_query(query)
    assert by_number is not None
    sql = by_number.sql("duckdb")
    assert spark.columns(sql) == spark.columns(spark.as_columns(sql)) == (Column("at", "timestamp"),)


def test_patterns_match_what_re2_matches(spark: Engine, calculator: DuckDBEngine) -> None:
    patterns = [
        "abc$", "a.c", r"a\sc", r"a\Sc", r"[\s]+", r"[^\s]+", "[[:alpha:]]+", "[[:space:]]*", "[a[b]+",
        "[]a]+", r"\Ba.*", r"\bä", r"(?i)ÄB", "(?s).*", "(?U)a+", "(?P<name>a)c?", r"\p{Z}+", r"\p{Greek}+",
        r"\P{L}+", r"\Qa.c\E",
        "a&&b", "[a&&b]+", r"\x{e4}b", r"\pL+", "(?m)^a$\n^b$", r"[\w-]+", "", r"a|b\z",
    ]  # fmt: skip
    texts = [
        "", "abc", "abc\n", "a\nc", "a\x0bc", "a c", "a\xa0c", "\u2028", "a\u2028c", "äb", "ÄB", "ab", "a",
        "b", "[ab", "]a", "a.c", "αβ", "a&&b", "a&b", "a\nb", " ", "1", "a-b", "a\x85c", "\t\n",
    ]  # fmt: skip
    found = {}
    for engine in (spark, calculator):
        rows = ", ".join(f"({literal(text)})" for text in texts)
        tests = ", ".join(engine.matches("t", pattern) for pattern in patterns)
        found[engine] = engine.rows(f"SELECT {tests} FROM (VALUES {rows}) AS x(t)")
    for text, mine, theirs in zip(texts, found[spark], found[calculator], strict=True):
        differ = [p for p, a, b in zip(patterns, mine, theirs, strict=True) if a != b]
        assert differ == [], repr(text)


def test_texts_are_cast_by_sparks_own_rules(spark: Engine, calculator: DuckDBEngine) -> None:
    """ANSI or not: the session says so itself."""
    texts = [
        " 1",
        "1.9",
        "1e3",
        "",
        "true",
        "Y",
        "2024-02-30",
        "2024-2-3",
        "2024-02-03 10:00:00+02:00",
        "inf",
    ]
    rows = ", ".join(f"({literal(text)})" for text in texts)
    found = []
    for engine in (spark, calculator):
        casts = [
            engine.spark_cast("t", type_)
            for type_ in ("int", "bigint", "double", "boolean", "date", "timestamp", "decimal(10,2)")
        ]
        found.append(engine.rows(f"SELECT {', '.join(casts)} FROM (VALUES {rows}) AS x(t)"))
    assert found[0] == found[1]


def test_files_of_a_table_have_their_partition_column_and_no_file_is_empty(
    spark: Engine, calculator: DuckDBEngine, tmp_path: Path
) -> None:
    values = "(2010, 'b'), (2010, 'a'), (NULL, 'c'), (2020, '')"
    files = spark.write_parquet(
        f"SELECT p, t FROM (VALUES {values}) AS x(p, t) ORDER BY p, t",
        str(tmp_path / "out [1] +%"),
        field_ids=_NO_IDS,
        partition_by="p",
    )
    found = {file.location: calculator.rows(f"FROM {calculator.parquet([file.location])}") for file in files}
    assert [(2010, "a"), (2010, "b")] in found.values()
    assert [(2020, "")] in found.values()
    assert [(None, "c")] in found.values()
    assert sorted(one.rows for one in files) == [1, 1, 2]
    assert not [path for path in tmp_path.rglob("*") if path.name.startswith((".", "_SUCCESS"))]
    assert spark.write_parquet("SELECT 1 AS a WHERE false", str(tmp_path / "none"), field_ids=_NO_IDS) == []
    places = spark.parquet([one.location for one in files], with_position=True)
    named = {location for (location,) in spark.rows(f"SELECT DISTINCT filename FROM {places}")}
    assert named == {one.location for one in files}
    ((last,),) = spark.rows(f"SELECT max(file_row_number) FROM {places}")
    assert last == 1


def test_a_partition_that_is_too_much_for_one_task_is_written_by_several(
    spark: Engine, calculator: DuckDBEngine, tmp_path: Path
) -> None:
    from wavehouse.engines.spark_engine import SparkEngine

    assert isinstance(spark, SparkEngine)
    settings = spark._session.conf
    size = "spark.sql.adaptive.advisoryPartitionSizeInBytes"
    before = settings.get(size)
    assert before is not None
    settings.set(size, "200k")
    # (What several tasks have made, several can write.)
    parts = " UNION ALL ".join(
        f"SELECT unnest(range({at}, {at + 20_000})) AS id" for at in range(0, 100_000, 20_000)
    )
    try:
        files = spark.write_parquet(
            "SELECT CASE WHEN id % 50 = 0 THEN 1960 ELSE 2010 END AS p, md5(CAST(id AS VARCHAR)) AS t "
            f"FROM ({parts}) ORDER BY p, t",
            str(tmp_path / "out"),
            field_ids=_NO_IDS,
            partition_by="p",
        )
    finally:
        settings.set(size, before)
    of: dict[int, int] = {}
    for file in files:
        found = calculator.rows(f"SELECT p, t FROM {calculator.parquet([file.location])}")
        assert found == sorted(found), "the rows of a file are in order"
        assert len({p for p, _ in found}) == 1
        of[found[0][0]] = of.get(found[0][0], 0) + 1
    assert sum(file.rows for file in files) == 100_000
    assert of[2010] > 3
    assert of[1960] <= of[2010]


def test_times_keep_whether_they_have_a_zone(spark: Engine, tmp_path: Path) -> None:
    sql = "SELECT TIMESTAMP '2024-01-02 03:04:05.678901' AS a, CAST('2024-01-02' AS DATE) AS b"
    assert spark.columns(sql) == (Column("a", "timestamp"), Column("b", "date"))
    (file,) = spark.write_parquet(sql, str(tmp_path / "out"), field_ids=_NO_IDS)
    assert spark.parquet_columns(file.location) == (Column("a", "timestamp"), Column("b", "date"))


def test_more_rows_than_may_pass_through_the_driver(spark: Engine) -> None:
    sql = (
        "SELECT md5(CAST(id AS VARCHAR)) || md5(CAST(id + 1 AS VARCHAR)) AS text FROM range(400000) AS t(id)"
    )
    numbers = spark.rows(sql.replace("range(400000) AS t(id)", "(SELECT unnest(range(0, 400000)) AS id)"))
    assert len(set(numbers)) == 400_000


def test_a_table_stays_as_it_was_when_its_files_go(spark: Engine, tmp_path: Path) -> None:
    (file,) = spark.write_parquet("SELECT 1 AS a", str(tmp_path / "out"), field_ids=_NO_IDS)
    spark.execute(f'CREATE OR REPLACE TEMP TABLE "a b" AS SELECT a FROM {spark.parquet([file.location])}')
    spark.execute('INSERT INTO "a b" SELECT a + 1 FROM "a b"')
    Path(file.location).unlink()
    assert sorted(spark.rows('SELECT a FROM "a b"')) == [(1,), (2,)]


def test_a_csv_file_is_parsed_as_duckdb_parses_it(
    spark: Engine, engine: DuckDBEngine, tmp_path: Path
) -> None:
    path = tmp_path / "it's.csv"
    path.write_bytes(b'a,b\n1,x\n2\n"3","y\nz"\n4,x,y\n5,\xff\n')
    found = []
    for one, name in ((spark, "s"), (engine, "d")):
        scan = CsvScan(path, ["c0", "c1"], CsvFormat())
        sql = f"SELECT {one.parsed('c0', 'int')} AS a, c1 AS b FROM {one.csv(scan)}"
        (file,) = one.write_parquet(sql, str(tmp_path / name), field_ids=FieldIds({"a": 1, "b": 2}))
        assert file.rows == 2
        rejects = one.csv_rejects()
        assert one.csv_rejects() == []
        found.append((engine.rows(f"SELECT * FROM {engine.parquet([file.location])}"), rejects))
    assert found[0] == found[1]


def test_a_value_that_does_not_fit_is_told_as_such(spark: Engine, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a\n1\nx\n", encoding="utf-8")
    value = f"coalesce({spark.parsed('c0', 'int')}, {spark.misfit('int')})"
    sql = f"SELECT {value} AS a FROM {spark.csv(CsvScan(path, ['c0'], CsvFormat()))}"
    with pytest.raises(MisfitError):
        spark.write_parquet(sql, str(tmp_path / "out"), field_ids=FieldIds({"a": 1}))


def test_a_python_of_tasks_that_lacks_what_they_need_is_told_as_such(
    spark: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    venv.create(tmp_path / "bare", symlinks=True)
    path = tmp_path / "a.csv"
    path.write_text("a\n1\n", encoding="utf-8")
    sql = f"SELECT c0 AS a FROM {spark.csv(CsvScan(path, ['c0'], CsvFormat()))}"
    context = SparkContext.getOrCreate()
    for python, said in (
        (tmp_path / "bare" / "bin" / "python", "has no pyarrow"),
        (tmp_path / "nowhere", f"cannot be run ({tmp_path}/nowhere)"),
    ):
        monkeypatch.setattr(context, "pythonExec", str(python))
        with pytest.raises(OutsideError) as refused:
            spark.write_parquet(sql, str(tmp_path / f"out of {python.name}"), field_ids=_NO_IDS)
        assert f"the Python of Spark's tasks {said}" in str(refused.value)
        assert "spark.pyspark.python" in refused.value.remedy


def test_a_column_that_is_not_there_is_named(spark: Engine) -> None:
    with pytest.raises(DefinitionError, match=r"there is no column 'b'\. Did you mean 'ba'"):
        spark.columns("SELECT b FROM (SELECT 1 AS ba)")


@pytest.mark.parametrize(
    ("form", "read"),
    [
        (FileForm("parquet", "snappy"), "read_parquet('{}', hive_partitioning = true)"),
        (FileForm("csv", "gzip"), "read_csv('{}', hive_partitioning = true)"),
        (FileForm("json"), "read_json('{}', hive_partitioning = true)"),
    ],
)
def test_files_for_other_programs(
    spark: Engine, calculator: DuckDBEngine, tmp_path: Path, form: FileForm, read: str
) -> None:
    rows = "(1, 'a \"b\", c', 0.5e0), (2, NULL, NULL), (2, 'ä', 1e10)"
    files = spark.write_files(
        f"SELECT k, t, d FROM (VALUES {rows}) AS x(k, t, d) ORDER BY t", tmp_path, form, ["k"]
    )
    assert [file.rows for file in files] == [3, 0]
    assert sum(file.size for file in files) == sum(
        path.stat().st_size for path in tmp_path.rglob("part*") if path.is_file()
    )
    from_ = read.format(f"{tmp_path}/k=*/part-*")
    found = calculator.rows(f"SELECT k::INT, t, d::DOUBLE FROM {from_} ORDER BY ALL")
    assert found == [(1, 'a "b", c', 0.5), (2, "ä", 1e10), (2, None, None)]


def test_external_tables_are_what_they_are_to_duckdb(
    spark: Engine, engine: DuckDBEngine, tmp_path: Path
) -> None:
    """Keys of folders, columns that a file lacks, texts that are no value, names of another case."""
    columns = (Column("n", "int"), Column("t", "string"), Column("l", "array<string>"))
    texts = {"csv": 'n,t\n1,a\nx,"b\nc"\n3\n', "json": '{"N": 1, "t": "a", "l": ["x"]}\n{"t": "b"}\n'}
    for form in ("csv", "json", "parquet"):
        files = []
        for at, key in enumerate((None, "2")):
            file = tmp_path / form / f"k={key}" / f"it's {at}"
            file.parent.mkdir(parents=True)
            if form == "parquet":
                engine.execute(f"COPY (SELECT {at} AS n, 'ä' AS t) TO {literal(str(file))} (FORMAT parquet)")
            else:
                file.write_text(texts[form], encoding="utf-8")
            files.append(ExternalFile(str(file), file.stat().st_size, (key,)))
        mine = columns[: 2 if form == "csv" else 3]
        for some in (files, files[:1], []):
            scan = ExternalScan(form, mine, (Column("k", "int"),), some)
            found = [
                sorted(one.rows(f"SELECT * FROM {one.external(scan, path='place')}"), key=repr)
                for one in (spark, engine)
            ]
            assert found[0] == found[1], form
            assert bool(found[0]) == bool(some)
    scan = ExternalScan("csv", columns, (), [ExternalFile("s3://b/k", 1)])
    with pytest.raises(OutsideError, match="does not reach buckets"):
        spark.external(scan)
