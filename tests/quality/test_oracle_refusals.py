"""Rules that must be refused before anything is evaluated: with a sentence, and the line and column of the rule."""
# ruff: noqa: E501 - a rule and why it is refused stand on one line

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.quality.oracle_data import REFERENCES, TRACKS

from wavehouse.core.errors import DefinitionError
from wavehouse.quality.dqdl.parse import parse
from wavehouse.quality.plan import compile_rules

_LINE = 3  # the rule under test stands there, behind two that are right

# The rule, and a word that the complaint must have (letters' case does not count).
REFUSED = [
    # Columns.
    ('IsComplete "nmae"', "name"),
    ('Completeness "missing" > 0.5', "missing"),
    ('Uniqueness "id" "missing" > 0.5', "missing"),
    ('IsUnique "id" "missing"', "missing"),
    ('IsPrimaryKey "missing"', "missing"),
    ('ColumnValues "missing" > 1', "missing"),
    ('ColumnLength "missing" > 1', "missing"),
    ('ColumnDataType "missing" = "Date"', "missing"),
    ('DataFreshness "missing" < 1 days', "missing"),
    ('ColumnCorrelation "popularity" "missing" > 0', "missing"),
    ('DistinctValuesCount "missing" > 1', "missing"),
    ('Entropy "missing" > 1', "missing"),
    ('UniqueValueRatio "missing" > 1', "missing"),
    # Types of columns.
    ('Mean "name" > 1', "string"),
    ('Sum "explicit" > 1', "boolean"),
    ('StandardDeviation "day" > 1', "date"),
    ('Variance "updated" > 1', "timestamp"),
    ('ColumnCorrelation "popularity" "name" > 0', "string"),
    ('DataFreshness "popularity" < 1 days', "int"),
    # Conditions.
    ('Mean "popularity" = NULL', "NULL"),
    ('RowCount in [1, NULL]', "NULL"),
    ('ColumnValues "popularity" > NULL', "NULL"),
    ('ColumnValues "popularity" between NULL and 3', "NULL"),
    ('ColumnLength "name" = NULL', "NULL"),
    ('RowCount > avrg(last(3))', "avg"),
    ('RowCount > avg(last(3), 2)', "avg"),
    ('RowCount > percentile(last(3))', "percentile"),
    ('RowCount > index(last(3))', "index"),
    ('RowCount > last(0)', "last"),
    ('RowCount > 1 / 0', "zero"),
    ('ColumnValues "name" matches "a(?=b)"', "look"),
    ('ColumnValues "name" matches "a(?<!b)c"', "look"),
    ('ColumnValues "name" matches "(a)\\1"', "back"),
    ('ColumnValues "name" matches "(a"', "(a"),
    ('ColumnValues "name" not matches "[a"', "[a"),
    ('ColumnValues "name" matches "*a"', "*"),
    ('ColumnValues "name" matches "a{2,1}"', "{2,1}"),
    ('ColumnValues "name" matches "a{1001}"', "1001"),
    ('ColumnValues "name" matches "x{2}{3}"', "{3}"),
    ('ColumnValues "name" matches "{2}"', "{2}"),
    ('ColumnValues "name" matches "(?<n>a)"', "(?<n>"),
    ('ColumnValues "name" matches "[z-a]"', "z-a"),
    ('ColumnValues "name" matches "[[:letters:]]"', "letters"),
    ('ColumnValues "name" matches "\\p{Klingon}"', "Klingon"),
    ('ColumnNamesMatchPattern "a)("', "a)("),
    ('ColumnValues "updated" > "09:00" with timeZone = "Europe/Atlantis"', "Atlantis"),
    ('ColumnDataType "name" = "Dat"', "Dat"),
    ('ColumnDataType "name" = "Decimal(4)"', "Decimal"),
    ('ColumnDataType "name" in ["Integer", "Money"]', "Money"),
    ('ColumnDataType "name" = "Date" with format = "yyyyMMdd"', "yyyyMMdd"),
    ('ColumnDataType "name" matches "Date"', "ColumnDataType"),
    # Where clauses.
    ('RowCount > 1 where "missing > 3"', "missing"),
    ('RowCount > 1 where "popularity >"', ""),
    ('RowCount > 1 where "popularity > 1; drop table primary"', ""),
    ('RowCount > 1 where "popularity > (select 1)"', ""),
    ('RowCount > 1 where "popularity in (select popularity from primary)"', ""),
    ('RowCount > 1 where "exists (select * from read_csv(\'/etc/passwd\'))"', ""),
    ('RowCount > 1 where "(select count(*) from read_text(\'/etc/passwd\')) > 0"', ""),
    ('RowCount > 1 where "getenv(\'HOME\') is not null"', ""),
    ('RowCount > 1 where "count(*) > 1"', ""),
    ('RowCount > 1 where "row_number() over (order by id) > 1"', ""),
    ('RowCount > 1 where "explode(array(1, 2)) > 1"', ""),
    ('RowCount > 1 where "true) or (true"', ""),
    ('IsComplete "id" where "place_ > 1"', ""),
    ('IsComplete "id" where "now_ is null"', ""),
    # Queries.
    ('CustomSql "select count(*) from nowhere" > 0', "nowhere"),
    ('CustomSql "select missing from primary" > 0', "missing"),
    ('CustomSql "select popularity + from primary" > 0', ""),
    ('CustomSql "drop table primary" > 0', ""),
    ('CustomSql "create table x as select 1" > 0', ""),
    ('CustomSql "insert into primary values (1)" > 0', ""),
    ('CustomSql "copy primary to \'/tmp/x.csv\'" > 0', ""),
    ('CustomSql "set memory_limit = \'1GB\'" > 0', ""),
    ('CustomSql "attach \'/tmp/x.db\'" > 0', ""),
    ('CustomSql "select 1; drop table primary" > 0', ""),
    ('CustomSql "select count(*) from read_csv(\'/etc/passwd\')" > 0', ""),
    ('CustomSql "select count(*) from \'/etc/passwd\'" > 0', ""),
    ('CustomSql "select count(*) from csv.`/etc/passwd`" > 0', ""),
    ('CustomSql "select count(*) from parquet.`s3://bucket/key`" > 0', ""),
    ('CustomSql "select count(*) from duckdb_settings()" > 0', ""),
    ('CustomSql "select count(*) from information_schema.tables" > 0', ""),
    ('CustomSql "select (select content from read_text(\'/etc/passwd\'))" > 0', ""),
    ('CustomSql "select getenv(\'HOME\')" > 0', ""),
    ('CustomSql "select count(*) from primary where popularity > (select max(x) from glob(\'/*\') t(x))" > 0', ""),
    ('CustomSql "select popularity as other from primary"', "other"),
    ('CustomSql "select count(*) from primary"', ""),
    # Other datasets.
    ('RowCountMatch "artsits" > 0.5', "artists"),
    ('SchemaMatch "nobody" = 1', "nobody"),
    ('ReferentialIntegrity "artist" "nobody.id" > 0.5', "nobody"),
    ('ReferentialIntegrity "artist" "artists.missing" > 0.5', "missing"),
    ('ReferentialIntegrity "missing" "artists.artist_id" > 0.5', "missing"),
    ('ReferentialIntegrity "artist,id" "artists.artist_id" > 0.5', ""),
    ('ReferentialIntegrity "artist" "artist_id" > 0.5', ""),
    ('DatasetMatch "nobody" "id" > 0.5', "nobody"),
    ('DatasetMatch "artists" "missing->artist_id" > 0.5', "missing"),
    ('DatasetMatch "artists" "id->missing" > 0.5', "missing"),
    ('DatasetMatch "artists" "id->artist_id" "name->missing" > 0.5', "missing"),
    ('AggregateMatch "max(popularity)" "sum(popularity)" > 0.5', "max"),
    ('AggregateMatch "sum(missing)" "sum(popularity)" > 0.5', "missing"),
    ('AggregateMatch "sum(name)" "sum(popularity)" > 0.5', "name"),
    ('AggregateMatch "sum(popularity)" "sum(nobody.id)" > 0.5', "nobody"),
    ('AggregateMatch "popularity" "sum(popularity)" > 0.5', ""),
    # Files.
    ('FileSize "s3://bucket/key" > 1 KB', "s3"),
    ('FileFreshness "s3://bucket/key" > "2024-01-01"', "s3"),
    ('FileUniqueness "s3://bucket/" = 1', "s3"),
    ('FileMatch "s3://bucket/a" "s3://bucket/b"', "s3"),
    ('FileMatch "here" in ["abc"] with hashAlgorithm = "CRC32"', "CRC32"),
    ('FileFreshness "here" = NULL', ""),
    # What is only parsed, or not even that.
    ('DetectAnomalies "RowCount"', "DetectAnomalies"),
    ('(RowCount > 1) and (DetectAnomalies "RowCount")', "DetectAnomalies"),
    ('(RowCount > 1) or (IsComplete "missing")', "missing"),
    ('RowCuont > 1', "RowCount"),
    ('AllStatistics "name" > 1', "AllStatistics"),
    ('RowCount', ""),
    ('RowCount = "many"', ""),
    ('IsComplete "id" > 0.5', ""),
    ('IsComplete', ""),
    ('Completeness "id" "name" > 0.5', ""),
    ('Mean "popularity" > 1 with threshold > 0.5', "threshold"),
    ('ColumnLength "name" > 1 with threshold > 0.5', "threshold"),
    ('DataFreshness "updated" < 1 days with threshold > 0.5', "threshold"),
    ('ColumnCount > 1 where "explicit"', "where"),
    ('ReferentialIntegrity "artist" "artists.artist_id" > 0.5 where "explicit"', "where"),
    ('CustomSql "select 1" = 1 where "explicit"', "where"),
    ('RowCount > 1 where ""', "where"),
    ('ColumnValues "name" in $unknown', "unknown"),
    ('IsComplete $unknown', "unknown"),
    ('ColumnValues "day" > "2015-02-30"', "2015-02-30"),
    ('ColumnValues "updated" > "25:00"', "25:00"),
    ('DataFreshness "updated" < 3', ""),
    ('FileSize "here" > 1 days', ""),
    ('ColumnValues "popularity" between 1', ""),
    ('ColumnValues "popularity" in []', ""),
]  # fmt: skip


def _compiled(rule: str) -> None:
    text = f'Rules = [ RowCount > 0,\n    IsComplete "id",\n        {rule} ]'
    references = {alias: table.typed for alias, table in REFERENCES.items()}
    compile_rules(parse(text), TRACKS.typed, references, base=Path())


@pytest.mark.parametrize(("rule", "word"), REFUSED, ids=[line[0] for line in REFUSED])
def test_refused_with_line_and_column(rule: str, word: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        _compiled(rule)
    said = str(caught.value)
    assert word.lower() in said.lower()
    assert re.search(rf"\b{_LINE}\b.*?\b([89]|[1-9]\d+)\b", caught.value.where), caught.value.where
