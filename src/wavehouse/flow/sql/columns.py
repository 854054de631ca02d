"""The SQL of the nodes that pick, rename and cast columns."""

from __future__ import annotations

from sqlglot import exp

from wavehouse.core.columns import Column, canonical_type
from wavehouse.core.errors import DefinitionError
from wavehouse.flow.nodes import (
    ApplyMapping,
    DropFields,
    RenameField,
    SelectFields,
    SelectFromCollection,
    SplitFields,
)
from wavehouse.flow.nodes.node import column_of
from wavehouse.flow.relation import Relation
from wavehouse.flow.sql.casts import cast
from wavehouse.flow.sql.made import Made, column, kept, known, selected_from


def apply_mapping(node: ApplyMapping, input_: str, relation: Relation) -> Made:
    """Each mapped column, cast where it has another type."""
    selected, columns, renamed = [], [], {}
    for mapping in node.Mapping:
        source, type_ = column_of(mapping.FromPath), canonical_type(mapping.ToType)
        known(relation, [source])
        if mapping.Dropped:
            continue
        # A staged row is typed already; the cast stands for engines that read the bare text.
        try:
            value = cast(column(source), relation.type_of(source), type_)
        except DefinitionError as error:
            raise DefinitionError(f"'{source}': {error.what}", remedy=error.remedy) from None
        selected.append(exp.alias_(value, mapping.ToKey, quoted=True))
        columns.append(Column(mapping.ToKey, type_))
        # Values that differed may be equal after a cast ('1' and '01' as numbers).
        if relation.type_of(source) == type_:
            renamed[source] = mapping.ToKey
    unique = frozenset(renamed[key] for key in relation.unique if key in renamed)
    still = unique if len(unique) == len(relation.unique) else frozenset()
    return Made(selected_from(input_).select(*selected), Relation(tuple(columns), still))


def select_fields(node: SelectFields, input_: str, relation: Relation) -> Made:
    """The named columns, in the order in which they are named."""
    return kept(input_, relation, map(column_of, node.Paths))


def drop_fields(node: DropFields, input_: str, relation: Relation) -> Made:
    """The columns that are not named."""
    dropped = [column_of(path) for path in node.Paths]
    known(relation, dropped)
    return kept(input_, relation, (name for name in relation.names if name not in dropped))


def rename_field(node: RenameField, input_: str, relation: Relation) -> Made:
    """All columns in their places, one under its new name."""
    old, new = column_of(node.SourcePath), column_of(node.TargetPath)
    known(relation, [old])
    selected = [
        exp.alias_(column(name), new, quoted=True) if name == old else column(name) for name in relation.names
    ]
    columns = tuple(Column(new, c.type) if c.name == old else c for c in relation.columns)
    unique = frozenset(new if key == old else key for key in relation.unique)
    return Made(selected_from(input_).select(*selected), Relation(columns, unique))


def split_fields(node: SplitFields, input_: str, relation: Relation) -> Made:
    """All columns; the relation says which of them is in which collection."""
    named = tuple(column_of(path) for path in node.Paths)
    others = tuple(name for name in relation.names if name not in named)
    made = kept(input_, relation, (*named, *others))
    return Made(made.query, Relation(made.relation.columns, made.relation.unique, (named, others)))


def select_from_collection(node: SelectFromCollection, input_: str, relation: Relation) -> Made:
    """The columns of one collection."""
    if not relation.collections:
        raise DefinitionError(
            f"it reads '{input_}', which gives no collections", remedy="Let it read a SplitFields"
        )
    if node.Index >= len(relation.collections):
        raise DefinitionError(
            f"there is no collection {node.Index} in '{input_}'",
            remedy=f"Name one from 0 to {len(relation.collections) - 1}",
        )
    return kept(input_, relation, relation.collections[node.Index])
