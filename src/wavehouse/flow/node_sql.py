"""The SQL of each kind of node: a sqlglot expression over its inputs, and the columns that come out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import singledispatch

import sqlglot
from sqlglot import exp

from wavehouse.core.columns import Column, canonical_type
from wavehouse.core.errors import DefinitionError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.engines.spark_sql import make_fractions, parse_query, tie_tables
from wavehouse.flow.nodes import (
    ApplyMapping,
    DropDuplicates,
    DropFields,
    EvaluateDataQuality,
    Join,
    Node,
    SparkSQL,
    TableTarget,
    Target,
)
from wavehouse.flow.pass_through import pass_through
from wavehouse.flow.relation import Relation
from wavehouse.flow.row_expressions import NotRowWise

# From the SQL of a query and stand-ins for its inputs to the columns that it returns (an engine's DESCRIBE).
Describe = Callable[[exp.Query], tuple[Column, ...]]


def _column(name: str, table: str | None = None) -> exp.Column:
    return exp.column(name, table=table, quoted=True)


def _cast(value: exp.Expression, from_: str, to: str) -> exp.Expression:
    """A cast as Spark means it: what does not fit is NULL, and a fraction is cut off, not rounded."""
    if to in ("int", "bigint") and from_ not in ("int", "bigint", "boolean"):
        if from_ == "string":
            value = exp.TryCast(this=value, to=exp.DataType.build("decimal(38,10)"))
        value = exp.Anonymous(this="trunc", expressions=[value])
    return exp.TryCast(this=value, to=sqlglot.parse_one(to, read="hive", into=exp.DataType))


def _from(node: str) -> exp.Select:
    return exp.Select().from_(exp.to_identifier(node, quoted=True))


def _known(relation: Relation, name: str) -> None:
    if name not in relation.names:
        raise DefinitionError(f"there is no column '{name}' here", remedy=did_you_mean(name, relation.names))


def family(type_: str) -> str:
    """Types that compare with each other without a cast."""
    return "number" if type_ in ("int", "bigint", "float", "double") or type_.startswith("decimal") else type_


@singledispatch
def node_sql(node: Node, inputs: Mapping[str, Relation], describe: Describe) -> tuple[exp.Query, Relation]:
    """The query of `node` over its inputs (as tables named by their ids) and what it returns.

    Raises `DefinitionError` for columns that the inputs do not have; the caller adds the place.
    """
    raise DefinitionError(f"a {type(node).__name__} has no query of its own")


@node_sql.register
def _(node: ApplyMapping, inputs: Mapping[str, Relation], describe: Describe) -> tuple[exp.Query, Relation]:
    (name, relation), *_ = inputs.items()
    selected, columns, renamed = [], [], {}
    for mapping in node.Mapping:
        source, type_ = mapping.FromPath[0], canonical_type(mapping.ToType)
        _known(relation, source)
        if mapping.Dropped:
            continue
        value: exp.Expression = _column(source)
        # A staged row is typed already; the cast stands for engines that read the bare text.
        if relation.type_of(source) != type_:
            value = _cast(value, relation.type_of(source), type_)
        selected.append(exp.alias_(value, mapping.ToKey, quoted=True))
        columns.append(Column(mapping.ToKey, type_))
        # Values that differed may be equal after a cast ('1' and '01' as numbers).
        if relation.type_of(source) == type_:
            renamed[source] = mapping.ToKey
    unique = frozenset(renamed[key] for key in relation.unique if key in renamed)
    kept = unique if len(unique) == len(relation.unique) else frozenset()
    return _from(name).select(*selected), Relation(tuple(columns), kept)


@node_sql.register
def _(node: DropDuplicates, inputs: Mapping[str, Relation], describe: Describe) -> tuple[exp.Query, Relation]:
    (name, relation), *_ = inputs.items()
    by = [path[0] for path in node.Columns]
    for column in by:
        _known(relation, column)
    query = _from(name).select(*(_column(column) for column in relation.names))
    wanted = frozenset(by or relation.names)
    # Rows told apart by fewer columns already need no second sorting out (a staged source has its key).
    if not relation.unique_by(wanted):
        distinct = exp.Distinct(on=exp.Tuple(expressions=[_column(column) for column in by]) if by else None)
        query.set("distinct", distinct)
    return query, Relation(relation.columns, relation.unique or wanted)


@node_sql.register
def _(node: SparkSQL, inputs: Mapping[str, Relation], describe: Describe) -> tuple[exp.Query, Relation]:
    query = parse_query(node.SqlQuery, "the SqlQuery")
    aliases = {alias.Alias: alias.From for alias in node.SqlAliases}

    def stands_for(name: str) -> exp.Identifier | None:
        return exp.to_identifier(aliases[name], quoted=True) if name in aliases else None

    def no_alias(name: str) -> DefinitionError:
        return DefinitionError(
            f"the SqlQuery reads '{name}', which is no alias of an input", remedy=did_you_mean(name, aliases)
        )

    tie_tables(query, stands_for, no_alias)
    make_fractions(query)
    relation = Relation(describe(with_stand_ins(query, inputs)))
    return query, Relation(relation.columns, _still_unique(node, inputs, relation.names))


def _still_unique(node: SparkSQL, inputs: Mapping[str, Relation], names: Sequence[str]) -> frozenset[str]:
    """What tells the rows of a query apart: what told its input's, where it hands on all of that."""
    try:
        passed = pass_through(node, inputs, names)
    except NotRowWise:
        return frozenset()
    renamed = {column: name for name, column in passed.columns.items()}
    unique = inputs[passed.input].unique
    return frozenset(renamed[key] for key in unique) if unique <= renamed.keys() else frozenset()


@node_sql.register
def _(node: Join, inputs: Mapping[str, Relation], describe: Describe) -> tuple[exp.Query, Relation]:
    left_name, right_name = node.Inputs
    left, right = inputs[left_name], inputs[right_name]
    for side, relation in enumerate((left, right)):
        for key in node.keys(side):
            _known(relation, key)
    for a, b in zip(node.keys(0), node.keys(1), strict=True):
        if family(left.type_of(a)) != family(right.type_of(b)):
            raise DefinitionError(
                f"it joins '{a}' ({left.type_of(a)}) with '{b}' ({right.type_of(b)})",
                remedy="Give both keys one type with an ApplyMapping before",
            )
    on = exp.and_(
        *(
            exp.EQ(this=_column(a, left_name), expression=_column(b, right_name))
            for a, b in zip(node.keys(0), node.keys(1), strict=True)
        )
    )
    query = _from(left_name).select(*(_column(name, left_name) for name in left.names))
    right_table = exp.to_table(exp.to_identifier(right_name, quoted=True).sql())
    if node.JoinType in ("leftsemi", "leftanti"):
        kind = node.JoinType.removeprefix("left").upper()
        return query.join(right_table, on=on, join_type=kind), left
    # Glue's rule: a right column whose name the left has too is called by that name with a leading dot.
    dotted = [Column(f".{c.name}" if c.name in left.names else c.name, c.type) for c in right.columns]
    query = query.select(
        *(
            exp.alias_(_column(original.name, right_name), renamed.name, quoted=True)
            for original, renamed in zip(right.columns, dotted, strict=True)
        )
    )
    kinds = {"equijoin": "INNER", "left": "LEFT", "right": "RIGHT", "outer": "FULL OUTER"}
    query = query.join(right_table, on=on, join_type=kinds[node.JoinType])
    # Each left row meets at most one right row when the right keys tell its rows apart.
    single = right.unique_by(node.keys(1))
    unique = left.unique if single and node.JoinType in ("equijoin", "left") else frozenset()
    return query, Relation((*left.columns, *dotted), unique)


@node_sql.register
def _(node: DropFields, inputs: Mapping[str, Relation], describe: Describe) -> tuple[exp.Query, Relation]:
    (name, relation), *_ = inputs.items()
    # Glue Studio writes a name with a dot in backquotes: `.track_id`
    dropped = {path[0].strip("`") for path in node.Paths}
    for column in dropped:
        _known(relation, column)
    kept = tuple(column for column in relation.columns if column.name not in dropped)
    unique = relation.unique if not relation.unique & dropped else frozenset()
    return _from(name).select(*(_column(column.name) for column in kept)), Relation(kept, unique)


@node_sql.register
def _(
    node: EvaluateDataQuality, inputs: Mapping[str, Relation], describe: Describe
) -> tuple[exp.Query, Relation]:
    (name, relation), *_ = inputs.items()
    return _from(name).select(*(_column(column) for column in relation.names)), relation


@node_sql.register
def _(node: Target, inputs: Mapping[str, Relation], describe: Describe) -> tuple[exp.Query, Relation]:
    (name, relation), *_ = inputs.items()
    if isinstance(node, TableTarget) and len(node.partition_keys) > 1:
        raise DefinitionError(
            f"it is partitioned by {', '.join(node.partition_keys)}, and a table here by at most one column",
            remedy="Keep one of them; the others can go into wavehouse.sort-by",
        )
    order = node.order
    for column in order:
        _known(relation, column)
    query = _from(name).select(*(_column(column) for column in relation.names))
    if order:
        query = query.order_by(*(_column(column) for column in order))
    return query, relation


def with_stand_ins(query: exp.Query, inputs: Mapping[str, Relation]) -> exp.Query:
    """`query` with each input as an empty table of the right columns: enough to learn what it returns."""
    # The query may have a WITH of its own, which must find the stand-ins: they stand outside of it.
    standing = exp.Select().select("*").from_(exp.Subquery(this=query.copy()))
    for name, relation in inputs.items():
        nulls = [
            exp.alias_(
                exp.cast(exp.null(), sqlglot.parse_one(column.type, read="hive", into=exp.DataType)),
                column.name,
                quoted=True,
            )
            for column in relation.columns
        ]
        stand_in = exp.Select().select(*nulls).where(exp.false())
        standing = standing.with_(exp.to_identifier(name, quoted=True), as_=stand_in, copy=False)
    return standing
