"""The rule types of DQDL: what each is given, and what may be said about it.

Source: `configuration/rules/rules-config.json` of https://github.com/awslabs/dqdl.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ConditionKind = Literal["none", "number", "text", "date", "duration", "size"]
Scope = Literal["table", "column", "file"]


@dataclass(frozen=True)
class RuleType:
    """A rule type with one list of parameters; with `variadic` the last of them can stand more than once.

    `conditions` are the kinds of conditions that it takes, `none` that it can do without one.
    `in_composite_rows` says whether it judges rows when it is part of a composite rule that is evaluated row
    by row.
    """

    name: str
    parameters: tuple[str, ...]
    conditions: tuple[ConditionKind, ...]
    description: str
    scope: Scope = "column"
    variadic: bool = False
    where: bool = False
    threshold: bool = False
    in_composite_rows: bool = True
    analyzer_only: bool = False

    def takes(self, count: int) -> bool:
        """Whether it can be given so many parameters."""
        least = len(self.parameters)
        return count >= least if self.variadic else count == least


_NONE: tuple[ConditionKind, ...] = ("none",)
_NUMBER: tuple[ConditionKind, ...] = ("number",)
_TEXT: tuple[ConditionKind, ...] = ("text",)

RULE_TYPES: tuple[RuleType, ...] = (
    RuleType("RowCount", (), _NUMBER, "How many rows there are", scope="table", where=True),
    RuleType("RowCountMatch", ("reference",), _NUMBER, "Rows here per row of a reference dataset"),
    RuleType("ColumnCount", (), _NUMBER, "How many columns there are", scope="table"),
    RuleType(
        "Completeness",
        ("column",),
        _NUMBER,
        "Share of values that are not NULL",
        where=True,
        in_composite_rows=False,
    ),
    RuleType("IsComplete", ("column",), _NONE, "No value is NULL", where=True),
    RuleType(
        "ColumnDataType", ("column",), _TEXT, "Every value can be read as a type", where=True, threshold=True
    ),
    RuleType(
        "ColumnNamesMatchPattern", ("pattern",), _NONE, "Every column's name fits a pattern", scope="table"
    ),
    RuleType("ColumnExists", ("column",), _NONE, "There is such a column"),
    RuleType(
        "ColumnCorrelation", ("column", "other column"), _NUMBER, "Pearson's r of two columns", where=True
    ),
    RuleType(
        "Uniqueness",
        ("column",),
        _NUMBER,
        "Share of rows whose values stand in no other row",
        variadic=True,
        where=True,
        in_composite_rows=False,
    ),
    RuleType("IsUnique", ("column",), _NONE, "No two rows have the same values", variadic=True, where=True),
    RuleType("Mean", ("column",), _NUMBER, "The average", where=True),
    RuleType("Sum", ("column",), _NUMBER, "The sum", where=True),
    RuleType("StandardDeviation", ("column",), _NUMBER, "The standard deviation", where=True),
    RuleType("Variance", ("column",), _NUMBER, "The variance", where=True),
    RuleType(
        "Entropy", ("column",), _NUMBER, "How evenly the values are spread: Shannon's entropy", where=True
    ),
    RuleType("DistinctValuesCount", ("column",), _NUMBER, "How many different values there are", where=True),
    RuleType(
        "UniqueValueRatio", ("column",), _NUMBER, "Values that occur once, per different value", where=True
    ),
    RuleType("ColumnLength", ("column",), _NUMBER, "The length of every text", where=True),
    RuleType(
        "IsPrimaryKey",
        ("column",),
        _NONE,
        "No value is NULL, and no two rows agree",
        variadic=True,
        where=True,
    ),
    RuleType(
        "ColumnValues",
        ("column",),
        ("text", "number", "date"),
        "Every value fits a condition",
        where=True,
        threshold=True,
    ),
    RuleType(
        "DataFreshness", ("column",), ("duration",), "How old the values of a date column are", where=True
    ),
    RuleType(
        "CustomSql",
        ("statement",),
        ("number", "none"),
        "A SELECT of one's own: its number, or the rows that it finds good",
        scope="table",
        threshold=True,
    ),
    RuleType(
        "ReferentialIntegrity",
        ("columns", "reference columns"),
        _NUMBER,
        "Share of keys that a reference dataset has too",
        scope="table",
        in_composite_rows=False,
    ),
    RuleType(
        "DatasetMatch",
        ("reference", "key columns"),
        _NUMBER,
        "Share of rows that are the same in a reference dataset, by a key",
        scope="table",
        in_composite_rows=False,
    ),
    RuleType(
        "DatasetMatch",
        ("reference", "key columns", "compared columns"),
        _NUMBER,
        "Share of rows that agree with a reference dataset in some columns, by a key",
        scope="table",
    ),
    RuleType(
        "SchemaMatch", ("reference",), _NUMBER, "Share of columns that a reference dataset has", scope="table"
    ),
    RuleType(
        "AggregateMatch", ("expression", "other expression"), _NUMBER, "One aggregate divided by another"
    ),
    RuleType(
        "DetectAnomalies", ("metric",), _NONE, "A metric is as one expects from its history", variadic=True
    ),
    RuleType("AllStatistics", ("column",), _NUMBER, "All metrics of a column", analyzer_only=True),
    RuleType(
        "FileMatch", ("path", "other path"), _NONE, "Two files or folders have the same content", scope="file"
    ),
    RuleType("FileMatch", ("path",), _TEXT, "The checksum of every file of a path is listed", scope="file"),
    RuleType("FileMatch", (), _TEXT, "The checksum of every file that was read is listed", scope="file"),
    RuleType(
        "FileUniqueness", ("path",), _NUMBER, "Share of files of a path that are no copies", scope="file"
    ),
    RuleType("FileUniqueness", (), _NUMBER, "Share of files that were read and are no copies", scope="file"),
    RuleType(
        "FileFreshness",
        ("path",),
        ("date",),
        "When the files of a path were changed",
        scope="file",
        threshold=True,
    ),
    RuleType(
        "FileFreshness",
        (),
        ("date",),
        "When the files that were read were changed",
        scope="file",
        threshold=True,
    ),
    RuleType(
        "FileSize", ("path",), ("size",), "How large the files of a path are", scope="file", threshold=True
    ),
    RuleType(
        "FileSize", (), ("size",), "How large the files that were read are", scope="file", threshold=True
    ),
)


def rule_type(name: str, count: int) -> RuleType | None:
    """The rule type of a name that takes so many parameters."""
    return next((known for known in RULE_TYPES if known.name == name and known.takes(count)), None)
