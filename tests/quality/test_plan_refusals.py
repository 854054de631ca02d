"""Rules that can never be evaluated are refused when they are compiled, by line and column."""

from __future__ import annotations

import pytest

from wavehouse.core.columns import Column
from wavehouse.core.errors import DefinitionError
from wavehouse.quality.dqdl.parse import parse
from wavehouse.quality.plan import compile_rules

_COLUMNS = tuple(
    Column(name, type_)
    for name, type_ in (
        ("id", "string"),
        ("n", "int"),
        ("flag", "boolean"),
        ("d", "date"),
        ("list", "array<int>"),
    )
)
_REFERENCES = {"artists": (Column("id", "string"), Column("n", "int"))}


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ('IsComplete "idd"', "there is no column 'idd'. Did you mean 'id'?"),
        ('Mean "id" > 1', "the column 'id' is of type string, but Mean needs numbers"),
        ('ColumnValues "flag" > 1', "is of type boolean, but numbers are compared with numbers or texts"),
        ('ColumnValues "n" > now()', "but dates are compared with dates or texts"),
        ('ColumnValues "list" = "a"', "a list has no text"),
        ('ColumnLength "n" > 1', "but ColumnLength needs texts"),
        ('DataFreshness "flag" < 1 days', "DataFreshness needs dates or times"),
        ('IsUnique "id" "ID"', "a column is named twice"),
        (
            'RowCountMatch "artist" = 1',
            "there is no dataset 'artist' to compare with. Did you mean 'artists'?",
        ),
        ('ReferentialIntegrity "id" "artists.idd" = 1', "there is no column 'idd' in 'artists'"),
        ('ReferentialIntegrity "id,n" "artists.{id}" = 1', "2 columns cannot be looked up in 1"),
        ('AggregateMatch "max(n)" "sum(n)" = 1', "'max(n)' is no aggregate"),
        ('ColumnValues "id" matches "(?=a)b"', "look-around"),
        ('ColumnValues "id" matches "(?<!a)b"', "look-around"),
        ('ColumnValues "id" matches "a*+"', "possessive"),
        ('ColumnValues "id" matches "(a"', "'(' is not closed"),
        ('ColumnValues "id" matches "a)"', "')' is too many"),
        ('ColumnValues "id" matches "[a"', "'[' is not closed"),
        ('ColumnValues "id" matches "*a"', "nothing before '*' to repeat"),
        ('ColumnNamesMatchPattern "(?>a)"', "atomic group"),
        ("RowCount > avrg(last(3))", "there is no function 'avrg'. Did you mean 'avg'?"),
        ("RowCount > avg(last(3), 2)", "avg() takes 1 argument, not 2"),
        ("RowCount > avg(last(0))", "last() takes a whole number of runs, not 0"),
        ("RowCount > 1 / 0", "divides by zero"),
        ("RowCount = NULL", "NULL is no number to compare with here"),
        ('ColumnValues "n" > NULL', "NULL is no number to compare with here"),
        ('ColumnValues "id" matches "a{2,1}"', "'{2,1}'"),
        ('ColumnValues "id" matches "[z-a]"', "'z-a' is no range"),
        ('ColumnDataType "id" = "Datum"', "'Datum' is not a type"),
        ('ColumnDataType "id" = "Date" with format = "yy-MM"', "the tag format is 'yy-MM'"),
        ('FileSize "s3://bucket/key" > 1 KB', "'s3://bucket/key' is not reachable from here"),
        ('DetectAnomalies "RowCount"', "DetectAnomalies is not evaluated here"),
        (
            'RowCount > 1 where "n >"',
            "the where clause is not valid Spark SQL (at its end: Required keyword: 'expression' missing)",
        ),
        ('RowCount > 1 where "m > 1"', "there is no column 'm'"),
        ('RowCount > 1 where "artists.n > 1"', "it sees one dataset alone"),
        ('RowCount > 1 where "n IN (SELECT n FROM artists)"', "holds a query"),
        ('RowCount > 1 where "n > avg(n)"', "holds an aggregate"),
        ('RowCount > 1 where "1 = 1) OR (1 = 1"', "the where clause is not one condition"),
        ('RowCount > 1 where "getenv(id) = 1"', "the function 'getenv', which is not known here"),
        ('CustomSql "SELECT" > 1', "the SQL statement is not valid Spark SQL"),
        ('CustomSql "DROP TABLE primary" > 1', "the SQL statement is not a query"),
        ('CustomSql "SELECT 1; SELECT 2" > 1', "the SQL statement is not a query"),
        ('CustomSql "SELECT count(*) FROM albums" > 1', "reads 'albums', which is neither"),
        ("CustomSql \"SELECT * FROM read_csv('/etc/passwd')\" > 1", ""),
        ('CustomSql "SELECT * FROM range(5)" > 1', "the function 'range', which is not known here"),
        ('CustomSql "SELECT * FROM csv.`/etc/passwd`" > 1', "which is neither 'primary' nor a dataset"),
        (
            'CustomSql "SELECT 1 FROM (WITH `/etc/x.csv` AS (SELECT 1) SELECT 1) a, `/etc/x.csv` b" > 1',
            "which is neither 'primary' nor a dataset",
        ),
        ('CustomSql "SELECT m FROM primary" > 1', "does not fit its tables"),
        ('CustomSql "SELECT n AS m FROM primary"', "returns 'm', which is no column of the dataset"),
    ],
)
def test_what_can_never_be_evaluated(rule: str, said: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        compile_rules(parse(f"Rules = [ RowCount > 1,\n{rule} ]"), _COLUMNS, _REFERENCES)
    assert said in str(caught.value)
    assert str(caught.value).startswith("line 2, column 1: ")


def test_a_member_of_a_composite_is_told_by_its_own_place() -> None:
    with pytest.raises(DefinitionError, match=r"^here 27: there is no column 'x'"):
        compile_rules(
            parse('Rules = [ (RowCount > 1) and (IsComplete "x") ]'),
            _COLUMNS,
            {},
            lambda position: f"here {position.column - 4}",
        )
