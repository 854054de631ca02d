"""The columns that a node names, and where it names them; a query names its own (`origins`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import singledispatch

from wavehouse.flow.nodes import (
    Aggregate,
    ApplyMapping,
    DropDuplicates,
    DropFields,
    FillMissingValues,
    Filter,
    Join,
    Node,
    RenameField,
    SelectFields,
    SplitFields,
    Target,
)
from wavehouse.flow.nodes.node import column_of

Place = tuple[str | int, ...]


@dataclass(frozen=True)
class ColumnUse:
    """A column of one of a node's inputs; `at` is the place of its name among the node's fields."""

    input: str
    column: str
    at: Place


@singledispatch
def column_uses(node: Node) -> list[ColumnUse]:
    """The columns that a node names, in the order of its fields."""
    return []


def _named(node: Node, paths: list[list[str]], field: str) -> Iterator[ColumnUse]:
    for place, path in enumerate(paths):
        yield ColumnUse(node.Inputs[0], column_of(path), (field, place))


@column_uses.register
def _(node: ApplyMapping) -> list[ColumnUse]:
    return [
        ColumnUse(node.Inputs[0], column_of(mapping.FromPath), ("Mapping", place))
        for place, mapping in enumerate(node.Mapping)
    ]


@column_uses.register
def _(node: SelectFields) -> list[ColumnUse]:
    return list(_named(node, node.Paths, "Paths"))


@column_uses.register
def _(node: DropFields) -> list[ColumnUse]:
    return list(_named(node, node.Paths, "Paths"))


@column_uses.register
def _(node: SplitFields) -> list[ColumnUse]:
    return list(_named(node, node.Paths, "Paths"))


@column_uses.register
def _(node: RenameField) -> list[ColumnUse]:
    return [ColumnUse(node.Inputs[0], column_of(node.SourcePath), ("SourcePath",))]


@column_uses.register
def _(node: FillMissingValues) -> list[ColumnUse]:
    return [ColumnUse(node.Inputs[0], node.imputed, ("ImputedPath",))]


@column_uses.register
def _(node: DropDuplicates) -> list[ColumnUse]:
    return list(_named(node, node.Columns, "Columns"))


@column_uses.register
def _(node: Join) -> list[ColumnUse]:
    return [
        ColumnUse(side.From, column_of(path), ("Columns", number, "Keys", place))
        for number, side in enumerate(node.Columns)
        for place, path in enumerate(side.Keys)
    ]


@column_uses.register
def _(node: Filter) -> list[ColumnUse]:
    return [
        ColumnUse(node.Inputs[0], column_of(value.Value), ("Filters", number, "Values", place))
        for number, expression in enumerate(node.Filters)
        for place, value in enumerate(expression.Values)
        if value.Type == "COLUMNEXTRACTED" and value.Value
    ]


@column_uses.register
def _(node: Aggregate) -> list[ColumnUse]:
    return [
        *_named(node, node.Groups, "Groups"),
        *(
            ColumnUse(node.Inputs[0], column_of(figure.Column), ("Aggs", place))
            for place, figure in enumerate(node.Aggs)
        ),
    ]


@column_uses.register
def _(node: Target) -> list[ColumnUse]:
    partitions = list(_named(node, node.PartitionKeys, "PartitionKeys"))
    others = [name for name in node.order if name not in node.partition_keys]
    return [*partitions, *(ColumnUse(node.Inputs[0], name, ("AdditionalOptions",)) for name in others)]
