"""What a node does, in the few words that a picture has room for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch

from wavehouse.flow import nodes as kinds
from wavehouse.flow.nodes.node import column_of

# So many names are said one by one.
_FEW = 3


@singledispatch
def detail(_node: kinds.Node) -> str:
    """The words for a node; '' where its kind says all."""
    return ""


@detail.register(kinds.FileSource)
def _(node: kinds.FileSource) -> str:
    return _names(node.Paths, "paths")


@detail.register(kinds.CatalogSource)
def _(node: kinds.CatalogSource) -> str:
    return f"{node.Database}.{node.Table}"


@detail.register(kinds.ApplyMapping)
def _(node: kinds.ApplyMapping) -> str:
    return _names([one.ToKey for one in node.Mapping if not one.Dropped], "columns")


@detail.register(kinds.SelectFields)
def _(node: kinds.SelectFields) -> str:
    return f"keeps {_columns(node.Paths)}"


@detail.register(kinds.DropFields)
def _(node: kinds.DropFields) -> str:
    return f"drops {_columns(node.Paths)}"


@detail.register(kinds.SplitFields)
def _(node: kinds.SplitFields) -> str:
    return f"{_columns(node.Paths)} apart"


@detail.register(kinds.SelectFromCollection)
def _(node: kinds.SelectFromCollection) -> str:
    return f"collection {node.Index}"


@detail.register(kinds.RenameField)
def _(node: kinds.RenameField) -> str:
    return f"{column_of(node.SourcePath)} → {column_of(node.TargetPath)}"


@detail.register(kinds.FillMissingValues)
def _(node: kinds.FillMissingValues) -> str:
    return f"{node.imputed} → {node.filled}"


@detail.register(kinds.DropNullFields)
def _(_node: kinds.DropNullFields) -> str:
    return "drops columns without values"


@detail.register(kinds.Join)
def _(node: kinds.Join) -> str:
    pairs = zip(node.keys(0), node.keys(1), strict=True)
    keys = [left if left == right else f"{left} = {right}" for left, right in pairs]
    return f"{node.JoinType} on {_names(keys, 'keys')}"


@detail.register(kinds.Union)
def _(node: kinds.Union) -> str:
    return "all rows" if node.UnionType == "ALL" else "each row once"


@detail.register(kinds.Filter)
def _(node: kinds.Filter) -> str:
    count = len(node.Filters)
    which = "all" if node.LogicalOperator == "AND" else "any"
    return "by 1 comparison" if count == 1 else f"by {which} of {count} comparisons"


@detail.register(kinds.Aggregate)
def _(node: kinds.Aggregate) -> str:
    figures = [f"{one.AggFunc}({column_of(one.Column)})" for one in node.Aggs]
    return f"{_names(figures, 'figures')}{f' by {_columns(node.Groups)}' if node.Groups else ''}"


@detail.register(kinds.DropDuplicates)
def _(node: kinds.DropDuplicates) -> str:
    return f"one row per {_columns(node.Columns)}" if node.Columns else "each row once"


@detail.register(kinds.SparkSQL)
def _(node: kinds.SparkSQL) -> str:
    return f"over {_names([alias.Alias for alias in node.SqlAliases], 'tables')}"


@detail.register(kinds.EvaluateDataQuality)
def _(node: kinds.EvaluateDataQuality) -> str:
    return "may stop the run" if node.StopJobOnFailureOptions else "notes what fails"


@detail.register(kinds.S3CatalogTarget)
@detail.register(kinds.S3IcebergCatalogTarget)
def _(node: kinds.S3CatalogTarget | kinds.S3IcebergCatalogTarget) -> str:
    return f"{node.Database}.{node.Table}{_partition(node)}"


@detail.register(kinds.S3IcebergDirectTarget)
@detail.register(kinds.FilesTarget)
def _(node: kinds.S3IcebergDirectTarget | kinds.FilesTarget) -> str:
    return f"{node.Path}{_partition(node)}"


def _partition(target: kinds.Target) -> str:
    return f" by {', '.join(target.partition_keys)}" if target.partition_keys else ""


def _columns(paths: Sequence[list[str]]) -> str:
    return _names([column_of(path) for path in paths], "columns")


def _names(names: Sequence[str], noun: str) -> str:
    return ", ".join(names) if len(names) <= _FEW else f"{len(names)} {noun}"
