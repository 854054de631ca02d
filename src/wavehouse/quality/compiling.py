"""From a rule to its compiled form, by its type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING

from wavehouse.core.errors import DefinitionError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.quality.column_rules import completeness, data_freshness
from wavehouse.quality.column_types import column_data_type
from wavehouse.quality.column_values import column_length, column_values
from wavehouse.quality.composite import Compound, Node
from wavehouse.quality.custom_sql import custom_sql
from wavehouse.quality.dataset_match import DatasetMatchRule
from wavehouse.quality.file_rules import FileFreshnessRule, FileMatchRule, FileSizeRule, FileUniquenessRule
from wavehouse.quality.key_rules import PrimaryKeyRule, UniquenessRule, ValueCountRule
from wavehouse.quality.operands import check_numbers
from wavehouse.quality.reference_rules import (
    SchemaMatchRule,
    aggregate_match,
    referential_integrity,
    row_count_match,
)
from wavehouse.quality.rules import AnyRule, Composite, Position, Rule
from wavehouse.quality.scope import Scope
from wavehouse.quality.table_rules import ColumnNamesRule, ColumnsRule, correlation, row_count, statistic

if TYPE_CHECKING:
    from wavehouse.quality.leaf import Leaf

_COMPILERS: Mapping[str, Callable[[Rule, Scope], Leaf]] = {
    "RowCount": row_count,
    "RowCountMatch": row_count_match,
    "ColumnCount": ColumnsRule,
    "ColumnExists": ColumnsRule,
    "ColumnNamesMatchPattern": ColumnNamesRule,
    "Completeness": completeness,
    "IsComplete": completeness,
    "Uniqueness": UniquenessRule,
    "IsUnique": UniquenessRule,
    "UniqueValueRatio": UniquenessRule,
    "IsPrimaryKey": PrimaryKeyRule,
    "DistinctValuesCount": ValueCountRule,
    "Entropy": ValueCountRule,
    "Mean": statistic,
    "Sum": statistic,
    "StandardDeviation": statistic,
    "Variance": statistic,
    "ColumnCorrelation": correlation,
    "ColumnValues": column_values,
    "ColumnLength": column_length,
    "ColumnDataType": column_data_type,
    "DataFreshness": data_freshness,
    "CustomSql": custom_sql,
    "ReferentialIntegrity": referential_integrity,
    "DatasetMatch": DatasetMatchRule,
    "SchemaMatch": SchemaMatchRule,
    "AggregateMatch": aggregate_match,
    "FileSize": FileSizeRule,
    "FileFreshness": FileFreshnessRule,
    "FileUniqueness": FileUniquenessRule,
    "FileMatch": FileMatchRule,
}


class Placed:
    """Says where a rule stands in every complaint that does not."""

    def __init__(self, where: str) -> None:
        self._where = where

    def __enter__(self) -> None:
        """Nothing yet."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Add the place."""
        if isinstance(error, DefinitionError) and not error.where:
            raise DefinitionError(error.what, where=self._where, remedy=error.remedy) from None


def compiled(rule: AnyRule, scope: Scope, place: Callable[[Position], str]) -> Node:
    """The compiled form of a rule."""
    if isinstance(rule, Composite):
        return Compound(rule, tuple(compiled(member, scope, place) for member in rule.members))
    with Placed(place(rule.position)):
        if rule.threshold is not None:
            check_numbers(rule.threshold)
        return _compiler(rule.type)(rule, scope)


def _compiler(name: str) -> Callable[[Rule, Scope], Leaf]:
    if name == "DetectAnomalies":
        raise DefinitionError(
            "DetectAnomalies is not evaluated here",
            remedy="Compare with earlier runs, as in: RowCount > 0.8 * avg(last(10))",
        )
    if name not in _COMPILERS:
        raise DefinitionError(f"there is no rule type '{name}'", remedy=did_you_mean(name, _COMPILERS))
    return _COMPILERS[name]
