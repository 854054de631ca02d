"""The SQL of the nodes that bring rows together: joins, unions, and each row once."""

from __future__ import annotations

from sqlglot import exp

from wavehouse.core.columns import Column
from wavehouse.core.errors import DefinitionError
from wavehouse.flow.nodes import DropDuplicates, Join, Union
from wavehouse.flow.nodes.node import column_of
from wavehouse.flow.relation import Relation
from wavehouse.flow.sql.casts import cast, family
from wavehouse.flow.sql.made import Inputs, Made, column, known, selected_from
from wavehouse.flow.sql.widening import wider

_JOINS = {"equijoin": "INNER", "left": "LEFT", "right": "RIGHT", "outer": "FULL OUTER"}


def drop_duplicates(node: DropDuplicates, input_: str, relation: Relation) -> Made:
    """One row per value of the named columns, whichever."""
    by = [column_of(path) for path in node.Columns]
    known(relation, by)
    query = selected_from(input_).select(*map(column, relation.names))
    wanted = frozenset(by or relation.names)
    # Rows told apart by fewer columns already need no second sorting out (a staged source has its key).
    if not relation.unique_by(wanted):
        distinct = exp.Distinct(on=exp.Tuple(expressions=[column(name) for name in by]) if by else None)
        query.set("distinct", distinct)
    return Made(query, Relation(relation.columns, relation.unique or wanted))


def union(node: Union, inputs: Inputs) -> Made:
    """The rows of both inputs, columns by position, under the names of the first.

    Source: the script that Glue Studio makes, `(select * from source1) UNION ALL (select * from source2)`.
    """
    first, second = (inputs[input_] for input_ in node.Inputs)
    if len(first.columns) != len(second.columns):
        raise DefinitionError(
            f"'{node.Inputs[0]}' has {len(first.columns)} columns and '{node.Inputs[1]}' "
            f"{len(second.columns)}; a union puts them together by position",
            remedy="Give both the same columns in the same order with a SelectFields before",
        )
    columns = tuple(Column(a.name, _common(a, b)) for a, b in zip(first.columns, second.columns, strict=True))
    queries = [
        selected_from(input_).select(
            *(
                exp.alias_(cast(column(mine.name), mine.type, made.type), made.name, quoted=True)
                for mine, made in zip(relation.columns, columns, strict=True)
            )
        )
        for input_, relation in zip(node.Inputs, (first, second), strict=True)
    ]
    distinct = node.UnionType == "DISTINCT"
    query = exp.union(*queries, distinct=distinct)
    unique = frozenset(column.name for column in columns) if distinct else frozenset()
    return Made(query, Relation(columns, unique))


def _common(first: Column, second: Column) -> str:
    type_ = wider(first.type, second.type)
    if type_ is None:
        raise DefinitionError(
            f"it puts '{second.name}' ({second.type}) under '{first.name}' ({first.type})",
            remedy="Columns meet by position: bring them into one order, or to one type, before",
        )
    return type_


def join(node: Join, inputs: Inputs) -> Made:
    """The rows that meet by equal keys; NULL equals nothing."""
    left_id, right_id = node.Inputs
    left, right = inputs[left_id], inputs[right_id]
    pairs = list(zip(node.keys(0), node.keys(1), strict=True))
    known(left, node.keys(0))
    known(right, node.keys(1))
    for a, b in pairs:
        if family(left.type_of(a)) != family(right.type_of(b)):
            raise DefinitionError(
                f"it joins '{a}' ({left.type_of(a)}) with '{b}' ({right.type_of(b)})",
                remedy="Give both keys one type with an ApplyMapping before",
            )
    on = exp.and_(*(exp.EQ(this=column(a, left_id), expression=column(b, right_id)) for a, b in pairs))
    query = selected_from(left_id).select(*(column(name, left_id) for name in left.names))
    right_table = exp.to_table(exp.to_identifier(right_id, quoted=True).sql())
    if node.JoinType in ("leftsemi", "leftanti"):
        kind = node.JoinType.removeprefix("left").upper()
        return Made(query.join(right_table, on=on, join_type=kind), left)
    # Glue's rule: a right column whose name the left has too is called by that name with a leading dot.
    dotted = [Column(f".{c.name}" if c.name in left.names else c.name, c.type) for c in right.columns]
    query = query.select(
        *(
            exp.alias_(column(original.name, right_id), renamed.name, quoted=True)
            for original, renamed in zip(right.columns, dotted, strict=True)
        )
    )
    query = query.join(right_table, on=on, join_type=_JOINS[node.JoinType])
    # Each left row meets at most one right row when the right keys tell its rows apart.
    single = right.unique_by(node.keys(1))
    unique = left.unique if single and node.JoinType in ("equijoin", "left") else frozenset()
    return Made(query, Relation((*left.columns, *dotted), unique))
