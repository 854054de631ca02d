"""From which columns of its inputs a node makes each of its columns, and which decide about its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import singledispatch

from wavehouse.engines.spark_sql import parse_query
from wavehouse.flow.column_uses import column_uses
from wavehouse.flow.nodes import (
    Aggregate,
    ApplyMapping,
    DropDuplicates,
    FillMissingValues,
    Filter,
    Join,
    Node,
    RenameField,
    SparkSQL,
    Union,
)
from wavehouse.flow.nodes.node import column_of
from wavehouse.flow.query_origins import query_origins
from wavehouse.flow.relation import Relation


@dataclass(frozen=True)
class Origin:
    """A column of an input that a column comes from: as it is, or `computed`."""

    input: str
    column: str
    computed: bool = False


@dataclass(frozen=True)
class RowsBy:
    """Columns (each with its input) that decide which rows a node gives; `how` is one word for people."""

    how: str
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Origins:
    """Of each column of a node, what it comes from; and what decides about its rows."""

    columns: Mapping[str, tuple[Origin, ...]]
    rows: tuple[RowsBy, ...] = ()


@singledispatch
def origins(node: Node, inputs: Mapping[str, Relation], gives: Relation) -> Origins:
    """The origins of the columns that `node` `gives`, over the relations of its inputs."""
    # Whatever hands on columns hands them on under their names.
    (input_, relation), *_ = inputs.items()
    known = set(relation.names)
    return Origins({name: (Origin(input_, name),) if name in known else () for name in gives.names})


@origins.register
def _(node: ApplyMapping, inputs: Mapping[str, Relation], gives: Relation) -> Origins:
    (input_, relation), *_ = inputs.items()
    types = {column.name: column.type for column in relation.columns}
    found = {}
    for mapping in node.Mapping:
        source = column_of(mapping.FromPath)
        if not mapping.Dropped and source in types:
            cast = types[source] != gives.type_of(mapping.ToKey)
            found[mapping.ToKey] = (Origin(input_, source, cast),)
    return Origins(found)


@origins.register
def _(node: RenameField, inputs: Mapping[str, Relation], gives: Relation) -> Origins:
    (input_, relation), *_ = inputs.items()
    old, new = column_of(node.SourcePath), column_of(node.TargetPath)
    found = {name: (Origin(input_, name),) for name in relation.names if name != old}
    return Origins({**found, new: (Origin(input_, old),)})


@origins.register
def _(node: FillMissingValues, inputs: Mapping[str, Relation], gives: Relation) -> Origins:
    (input_, relation), *_ = inputs.items()
    found = {name: (Origin(input_, name),) for name in relation.names}
    return Origins({**found, node.filled: (Origin(input_, node.imputed, True),)})


@origins.register
def _(node: Join, inputs: Mapping[str, Relation], gives: Relation) -> Origins:
    left, right = node.Inputs
    sides = [*((left, name) for name in inputs[left].names), *((right, name) for name in inputs[right].names)]
    # A semi join gives the left columns alone: the rest is cut off.
    found = {name: (Origin(*side),) for name, side in zip(gives.names, sides, strict=False)}
    keys = tuple((use.input, use.column) for use in column_uses(node))
    return Origins(found, (RowsBy("join", keys),))


@origins.register
def _(node: Union, inputs: Mapping[str, Relation], gives: Relation) -> Origins:
    found = {}
    for place, name in enumerate(gives.names):
        found[name] = tuple(
            Origin(input_, relation.names[place])
            for input_, relation in inputs.items()
            if place < len(relation.names)
        )
    every = tuple((input_, name) for input_, relation in inputs.items() for name in relation.names)
    return Origins(found, (RowsBy("duplicates", every),) if node.UnionType == "DISTINCT" else ())


@origins.register
def _(node: Filter, inputs: Mapping[str, Relation], gives: Relation) -> Origins:
    compared = tuple(dict.fromkeys((use.input, use.column) for use in column_uses(node)))
    return Origins(_same(inputs, gives), (RowsBy("filter", compared),))


@origins.register
def _(node: DropDuplicates, inputs: Mapping[str, Relation], gives: Relation) -> Origins:
    (input_, relation), *_ = inputs.items()
    by = [column_of(path) for path in node.Columns] or relation.names
    return Origins(_same(inputs, gives), (RowsBy("duplicates", tuple((input_, name) for name in by)),))


@origins.register
def _(node: Aggregate, inputs: Mapping[str, Relation], gives: Relation) -> Origins:
    (input_, _), *_ = inputs.items()
    groups = [column_of(path) for path in node.Groups]
    figures = [column_of(figure.Column) for figure in node.Aggs]
    made = [*(Origin(input_, name) for name in groups), *(Origin(input_, name, True) for name in figures)]
    found = {name: (origin,) for name, origin in zip(gives.names, made, strict=False)}
    return Origins(found, (RowsBy("groups", tuple((input_, name) for name in groups)),) if groups else ())


@origins.register
def _(node: SparkSQL, inputs: Mapping[str, Relation], gives: Relation) -> Origins:
    ids = {alias.Alias: alias.From for alias in node.SqlAliases}
    tables = {alias: inputs[id_].names for alias, id_ in ids.items() if id_ in inputs}
    query = parse_query(node.SqlQuery, "the SqlQuery")
    found = query_origins(query, tables, "spark")
    if found is None or len(found.columns) != len(gives.names):
        # In doubt, everything.
        every = tuple(Origin(id_, name, True) for id_, one in inputs.items() for name in one.names)
        rows = RowsBy("query", tuple((one.input, one.column) for one in every))
        return Origins(dict.fromkeys(gives.names, every), (rows,))
    columns = {
        name: tuple(Origin(ids[table], column, not plain) for table, column in sorted(leaves))
        for name, (leaves, plain) in zip(gives.names, found.columns, strict=True)
    }
    decided = tuple(
        RowsBy(how, tuple((ids[table], column) for table, column in sorted(leaves)))
        for how, leaves in dict.fromkeys(found.rows)
        if leaves
    )
    return Origins(columns, decided)


def _same(inputs: Mapping[str, Relation], gives: Relation) -> dict[str, tuple[Origin, ...]]:
    (input_, _), *_ = inputs.items()
    return {name: (Origin(input_, name),) for name in gives.names}
