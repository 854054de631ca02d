"""What is not on the tested lists is refused by name; only queries on the lake's tables get through."""
# ruff: noqa: E501 - a query and what it must give stand on one line

from __future__ import annotations

import pytest

from wavehouse.core.errors import QueryError
from wavehouse.core.table_head import TableSource
from wavehouse.engines.engine import Engine
from wavehouse.query.translate import translate

T = "from spotify.tracks"
N = "from staging.numbers"
REFUSED = [
    # Statements.
    ("", "the query is empty"),
    (" -- only a comment\n;", "the query is empty"),
    ("select 1; select 2", "one statement at a time"),
    ("select 1; drop table spotify.tracks", "one statement at a time"),
    ("delete from spotify.tracks", "DELETE is not covered yet"),
    ("insert into spotify.tracks values (1)", "INSERT is not covered yet"),
    ("update spotify.tracks set key = 1", "UPDATE is not covered yet"),
    ("merge into spotify.tracks t using x on true when matched then delete", "MERGE is not covered yet"),
    ("create table x as select 1", "CREATE is not covered yet"),
    ("drop table spotify.tracks", "DROP is not covered yet"),
    ("explain select 1", "EXPLAIN is not covered yet"),
    ("show tables", "`wavehouse tables` lists the tables"),
    ("table spotify.tracks", "TABLE is not covered yet"),
    ("with x as (delete from spotify.tracks returning *) select * from x", "DELETE is not covered yet"),
    ("with x as (insert into spotify.tracks values (1) returning *) select * from x", "INSERT is not covered"),
    ("select 1 into x", "SELECT … INTO"),
    ("prepare p as select 1", "PREPARE is not covered yet"),
    ("from spotify.tracks", "FROM is not covered yet"),
    # Ways out of the lake.
    ("copy spotify.tracks to 'x.parquet'", "COPY is not covered yet"),
    ("copy (select 1) to 'x.parquet'", "COPY is not covered yet"),
    ("(copy (select 1) to 'x.parquet')", "COPY is not covered yet"),
    ("attach 'x.db'", "ATTACH is not covered yet"),
    ("pragma database_list", "PRAGMA is not covered yet"),
    ("set memory_limit = '1TB'", "SET is not covered yet"),
    ("install httpfs", "INSTALL is not covered yet"),
    ("load httpfs", "LOAD is not covered yet"),
    ("call pragma_version()", "CALL is not covered yet"),
    ("export database 'x.parquet'", "EXPORT is not covered yet"),
    ("select * from read_csv('/etc/passwd')", "the table function 'read_csv'"),
    ("select * from read_text('/etc/passwd')", "the table function 'read_text'"),
    ("select * from glob('/*')", "the table function 'glob'"),
    ("select * from duckdb_settings()", "the table function 'duckdb_settings'"),
    ("select * from query_table('x')", "the table function 'query_table'"),
    ("select * from query('select 1')", "the table function 'query'"),
    ("select * from iceberg_scan('x.parquet')", "the table function 'iceberg_scan'"),
    ("select * from table(f())", "the table function 'table'"),
    ("select * from '/etc/passwd'", "a name stands in double quotes"),
    ("select * from \"/etc/passwd\"", "no table '/etc/passwd'"),
    ("select * from \"a\".\"/etc/x.parquet\"", "no table 'a./etc/x.parquet'"),
    ("select * from \"..\".\"spotify\"", "no table '...spotify'"),
    ("select * from information_schema.tables", "no table 'information_schema.tables'"),
    ("select * from duckdb_settings", "no table 'duckdb_settings'"),
    ("select * from sqlite.main.sqlite_master", "no catalog 'sqlite'"),
    ("select getenv('HOME')", "the function 'getenv' is not covered yet"),
    ("select current_setting('memory_limit')", "the function 'current_setting'"),
    ("select read_text('/etc/passwd')", "the function 'read_text'"),
    ("select error('x')", "the function 'error'"),
    ("select \"getenv\"('HOME')", "the function 'getenv'"),
    ("select a from (select 1 a) t where exists (select * from read_csv('x'))", "'read_csv'"),
    # Names.
    (f"select track_nam {T}", "Did you mean 'track_name'?"),
    (f"select t.track_nam {T} t", "Did you mean 'track_name'?"),
    (f"select tracks.key {T} t", "no table 'tracks' in FROM"),
    (f'select key {T} where track_id = "t1"', "a string stands in single quotes"),
    ("select * from spotify.track", "Did you mean 'spotify.tracks'?"),
    ("select * from spotfy.tracks", "Did you mean 'spotify.tracks'?"),
    ("select * from tracks", "Write database.table"),
    (f"select key {T} a, spotify.tracks b", "the column 'key' is ambiguous"),
    (f"select count(*) {T} where no = 1", "no column 'no'"),
    (f"select count(*) {T} t join staging.artists a on a.artist_id = t.artist", "Did you mean"),
    (f"select count(*) {T} t join staging.artists a using (name)", "no column 'name' on both sides of USING"),
    (f"select t.artist_id {T} t join staging.artists a using (artist_id)", "no column 't.artist_id'"),
    (f"select key as k {T} where k = 1", "no column 'k'"),
    (f"select key as k {T} group by k", "no column 'k'"),
    ("select x from (select 1 as y)", "no column 'x'"),
    ("select _col0 from (select 1)", "no column '_col0'"),
    (f"select x.* {T} t", "no table 'x' in FROM"),
    (f"select t.key {T} t, staging.artists a join staging.artists b on t.key = 1", "no table 't' in FROM"),
    ("with a as (select 1), a as (select 2) select * from a", "WITH defines 'a' twice"),
    ("with a as (select * from b), b as (select 1) select * from a", "no table 'b'"),
    # Functions.
    ("select lenght('x')", "Did you mean 'length'?"),
    ("select upper(1)", "upper(integer) is not covered yet. Covered: upper(varchar)"),
    ("select replace('abc', '', 'x')", "replace(varchar, varchar, varchar) is not covered yet"),
    ("select element_at(array[1], 'a')", "element_at(array(integer), varchar) is not covered yet"),
    (f"select rank() {T}", "rank() needs OVER"),
    (f"select upper(track_id) over () {T}", "upper() with OVER is not covered yet"),
    (f"select lag(key) over (order by key rows 1 preceding) {T}", "a frame for lag()"),
    ("select transform(array[1], x -> (select x))", "is not covered yet"),
    # Operators and types.
    (f"select key {T} where release_date > '2020-01-01'", "write DATE '2020-12-31'"),
    ("select 1 = 'a'", "mixes integer and varchar"),
    ("select 'a' || 1", "|| needs varchar, not integer"),
    ("select date '2020-01-01' + 1", "'+' of date and integer"),
    ("select array[1] < array[1]", "< of array(integer) is not covered yet"),
    (f"select genres {T} order by genres", "ORDER BY an array"),
    ("select (1, 2) < (1, 3)", "< of row(integer,integer) is not covered yet"),
    ("select 'a' 'b'", "two strings side by side"),
    ("select true is true", "IS with anything but NULL"),
    (f"select key {T} where track_id ilike 'T1'", "Athena has no ILIKE"),
    ("select 'a' like 'a!b' escape '!'", "must stand before %, _ or itself"),
    ("select 1 where 1", "WHERE needs a condition"),
    ("select case when 1 then 2 end", "WHEN needs a condition"),
    ("select case when true then 1 else 'a' end", "CASE mixes integer and varchar"),
    ("select coalesce(1, 'a')", "coalesce(integer, varchar) is not covered yet"),
    ("select 9223372036854775808", "too large for a bigint"),
    ("select 1e", "'1e' is not a number"),
    ("select 1e0.5", "'1e0.5' is not a number"),
    ("select cast(1 as decimal(a, 2))", "the type decimal(a, 2) is not covered yet"),
    ("select cast(1 as decimal(39, 2))", "there is no decimal(39,2)"),
    ("select cast(1 as decimal(2, 3))", "there is no decimal(2,3)"),
    ("select array '1'", "the type array is not covered yet"),
    ("select timestamp (x) '2020-02-03 05:00:00.1'", "before a constant stands the name of a type"),
    ("select 'a' like 'a' escape '🤦'", "one constant ASCII character"),
    ("select 'a' like 'a' escape ''", "one constant ASCII character"),
    (f"select sum(key) over (order by key rows 1) {T}", "a frame without PRECEDING or FOLLOWING"),
    (f"select sum(key) over (order by key rows mode preceding) {T}", "a frame with anything but constants"),
    ("select 1 union select 2 order by 'a'", "a constant in ORDER BY"),
    ("values ()", "the rows of VALUES differ in length or are empty"),
    ("select ?", "a parameter"),
    # Casts.
    ("select cast('a' as string)", "Use varchar"),
    ("select '1'::integer", "Athena has no '::'"),
    ("select date '2020-02-30'", "'2020-02-30' is not a date"),
    ("select date '2020-2-3'", "'2020-2-3' is not a date"),
    ("select timestamp '2020-02-03 25:00:00'", "is not a timestamp"),
    # Clauses.
    (f"select key, count(*) {T}", "the column 'key' is neither in GROUP BY nor inside of an aggregate"),
    (f"select artist_id, key {T} group by 1", "the column 'key' is neither in GROUP BY"),
    (f"select artist_id {T} group by 1 order by key", "the column 'key' is neither in GROUP BY"),
    ("select x, count(*) from (values 1) t(x)", "line 1, column 8: the column 'x' is neither in GROUP BY"),
    ("select count(*), 1 + x from (values 1) t(x)", "line 1, column 22: the column 'x' is neither"),
    ("select count(*) from (values 1) t(x) order by x", "line 1, column 47: the column 'x' is neither"),
    ("select max(y) from (select x, count(*) from (values 1) as t(x))", "line 1, column 28: the column 'x'"),
    ("select count(*) from (values 1) t(x) having x > 1", "line 1, column 45: the column 'x' is neither"),
    (f"select key {T} where rank() over (order by key) = 1", "cannot stand in WHERE. Use a subquery"),
    (f"select key {T} where count(*) > 1", "an aggregate cannot stand in WHERE"),
    (f"select key {T} group by count(*)", "an aggregate cannot stand in GROUP BY"),
    (f"select sum(count(*)) {T}", "an aggregate cannot stand in sum()"),
    (f"select key {T} where rank() over (order by key) = 1", "a window function cannot stand in WHERE"),
    (f"select count(*) {T} group by 2", "GROUP BY 2: the query has 1 columns"),
    (f"select key {T} order by (3)", "ORDER BY 3: the query has 1 columns"),
    (f"select key, mode {T} order by round(2)", "a constant in ORDER BY is not covered yet"),
    (f"select key, mode {T} order by -1", "a constant in ORDER BY is not covered yet"),
    (f"select count(*) {T} group by floor(1)", "a constant in GROUP BY is not covered yet"),
    (f"select key {T} order by 3", "ORDER BY 3: the query has 1 columns"),
    (f"select distinct key {T} order by mode", "must stand in the SELECT list"),
    (f"select sum(key) as key {T} group by mode order by sum(key)", "ORDER BY cannot use a name of the SELECT list"),
    (f"select key {T} group by all", "GROUP BY ALL is not covered yet"),
    (f"select key {T} group by distinct key", "GROUP BY DISTINCT is not covered yet"),
    (f"select distinct on (key) mode {T}", "DISTINCT ON is not covered yet"),
    (f"select key {T} limit 5 offset 2", "OFFSET stands before LIMIT in Athena"),
    (f"select key {T} limit 1 + 1", "LIMIT of anything but a whole number"),
    (f"select * except (key) {T}", "Name the columns"),
    (f"select key {T} tablesample bernoulli (10)", "TABLESAMPLE is not covered yet"),
    (f"select key {T} natural join staging.artists", "Use JOIN … USING"),
    (f"select key {T} join staging.artists", "a JOIN without ON or USING"),
    (f"select key {T} left join staging.artists", "a JOIN without ON or USING"),
    (f"select key {T} semi join staging.artists using (artist_id)", "SEMI JOIN is not covered yet"),
    ("with a as materialized (select 1) select * from a", "MATERIALIZED is not covered yet"),
    ("select 1 union by name select 1", "BY NAME in UNION is not covered yet"),
    ("select 1 union select 1, 2", "UNION of 1 and 2 columns"),
    ("select 1 union select 'a'", "UNION mixes integer and varchar"),
    ("values (1), (1, 2)", "the rows of VALUES differ in length"),
    (f"select key {T} cross join unnest(genres, genres) as u(a)", "UNNEST gives 2 columns, not 1"),
    (f"select key {T} cross join unnest(key) as u(a)", "UNNEST needs an array or a map, not integer"),
    ("select * from (values 1) t(a, b)", "the alias names 2 columns of 1"),
    ("select key in (select key, mode from spotify.tracks) from spotify.tracks", "IN must have one column, not 2"),
    (f"select (select max(t.key) from staging.artists) {T} t", "a column of the outer query in max()"),
    # What the parser reads and Athena does not.
    (f"select key, {T}", "a comma too many"),
    (f"select key {T} where key == 1", "Athena has no '=='"),
    (f"select key {T} where key <=> 1", "IS NOT DISTINCT FROM"),
    ("select 1_000", "neither a number nor a name"),
    ("select 1 as 'x'", "a name stands in double quotes"),
    ("select * from (from spotify.tracks)", "SELECT is missing before FROM"),
    (f"select key {T} where key in ()", "IN () is empty"),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "message"), REFUSED, ids=[sql or "nothing" for sql, _ in REFUSED])
def test_it_is_refused_by_name(sql: str, message: str, tables: TableSource, engine: Engine) -> None:
    with pytest.raises(QueryError) as refusal:
        translate(sql, tables, engine)
    assert message in str(refusal.value)


def test_a_query_longer_than_athena_takes_is_refused(tables: TableSource, engine: Engine) -> None:
    longest = "select '" + "x" * (262_144 - len("select ''")) + "'"
    assert translate(longest, tables, engine).columns[0].type == "varchar"
    with pytest.raises(QueryError, match="262,145 bytes long; Athena takes 262,144"):
        translate(longest + " ", tables, engine)


@pytest.mark.parametrize(
    "sql",
    [
        "select " + "(" * 2000 + "1" + ")" * 2000,
        "select " + "not " * 2000 + "true",
        "select 1" + " + 1" * 5000,
        "select " + "case when true then " * 1000 + "1" + " end" * 1000,
    ],
    ids=["brackets", "not", "plus", "case"],
)
def test_a_query_nested_too_deeply_is_refused(sql: str, tables: TableSource, engine: Engine) -> None:
    with pytest.raises(QueryError, match="nested too deeply"):
        translate(sql, tables, engine)


def test_a_long_chain_of_or_is_not_deep(tables: TableSource, engine: Engine) -> None:
    sql = "select count(*) from spotify.tracks where " + " or ".join(f"key = {n}" for n in range(2000))
    assert engine.rows(translate(sql, tables, engine).sql) == [(4,)]


def test_thousands_of_columns_of_one_name_are_told_apart(tables: TableSource, engine: Engine) -> None:
    """Each by a look at a table: by a look at all others it would take hours."""
    translation = translate(f"select {'x, ' * 11_999} x from (values 1) t(x)", tables, engine)
    assert {column.name for column in translation.columns} == {"x"}
    assert translation.sql.count(' AS "x_11999"') == 1


def test_text_of_the_query_stays_text(tables: TableSource, engine: Engine) -> None:
    """Names and strings that try to end their quotes come back as they were."""
    evil = "x'\"; select getenv('HOME') --"
    string, name = evil.replace("'", "''"), evil.replace('"', '""')
    translation = translate(f'select \'{string}\' as "{name}" from (values 1) as "{name}"', tables, engine)
    assert engine.rows(translation.sql) == [(evil,)]
    assert translation.columns[0].name == evil
