"""Which rows of the target come from which rows of which source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from wavehouse.core.columns import canonical_type
from wavehouse.flow.nodes import (
    Aggregate,
    ApplyMapping,
    DropDuplicates,
    DropFields,
    DropNullFields,
    EvaluateDataQuality,
    FileSource,
    FillMissingValues,
    Filter,
    Join,
    Node,
    RenameField,
    SelectFields,
    SelectFromCollection,
    Source,
    SparkSQL,
    SplitFields,
    Target,
    Union,
)
from wavehouse.flow.nodes.node import column_of
from wavehouse.flow.pass_through import pass_through
from wavehouse.flow.program import Program
from wavehouse.flow.row_expressions import NotRowWise

# Nodes that hand on each row, or let it go by what stands in it alone, under the names that it has.
_BY_THE_ROW = (
    *(SelectFields, DropFields, SplitFields, SelectFromCollection),
    *(Filter, EvaluateDataQuality, Target),
)
_BY_MANY_ROWS: dict[type[Node], str] = {
    Aggregate: "an Aggregate, which makes one row of many",
    Union: "a Union, whose rows come from two inputs",
    DropNullFields: "a DropNullFields, whose columns hang on all rows",
    FillMissingValues: "a FillMissingValues, which fills a gap by all other rows",
}


class NoDependence(Exception):  # noqa: N818  # an answer, not a failure
    """A row of the target cannot be traced to single rows; `reason` says at which node, and why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Lookup:
    """A join of the target's rows with one source: rows of the driver meet the rows whose columns are equal.

    The `driver_columns`, in order, are compared with the `source_columns` of `source`. NULL equals nothing.
    """

    source: str
    driver_columns: tuple[str, ...]
    source_columns: tuple[str, ...]


@dataclass(frozen=True)
class Dependence:
    """What each row of the target comes from: one row of the driver source, and the rows that it looks up.

    A row of the driver gives one row of the target, or none. It can change only where that row does, or one
    that it looks up. `key` has the driver's key columns, each with its name in the target.
    """

    driver: str
    key: tuple[tuple[str, str], ...]
    lookups: tuple[Lookup, ...]


def dependence(program: Program, keys: Mapping[str, Sequence[str]]) -> Dependence:
    """The dependence of a program's target; `keys` has the key columns of every source.

    Raises `NoDependence` where a row of the target may hang on more than such rows.
    """
    rows = _rows(program, program.target_id)
    names: dict[str, str] = {}
    for name, column in rows.columns.items():
        # Of several names, its own.
        if column not in names or name == column:
            names[column] = name
    key = keys.get(rows.source, ())
    if not key:
        raise NoDependence(f"the source '{rows.source}' has no key")
    for column in key:
        if column not in names:
            raise NoDependence(
                f"the key column '{column}' of '{rows.source}' does not reach the target as it is"
            )
    return Dependence(rows.source, tuple((column, names[column]) for column in key), rows.lookups)


@dataclass(frozen=True)
class _Rows:
    """What the rows of a node come from: one row of `source` each, and what they looked up on the way.

    `columns` has, by its name here, every column of the source that is still as it was.
    """

    source: str
    columns: Mapping[str, str]
    lookups: tuple[Lookup, ...] = ()


def _rows(program: Program, id_: str) -> _Rows:
    node = program.nodes[id_]
    if isinstance(node, Source):
        if not isinstance(node, FileSource) or node.contract is None:
            raise NoDependence(f"node '{id_}' reads rows that are no contract's")
        return _Rows(node.contract, {name: name for name in program.relations[id_].names})
    if isinstance(node, Join):
        return _joined(program, id_, node)
    input_, passed = _passed(program, id_, node)
    rows = _rows(program, input_)
    kept = {name: rows.columns[column] for name, column in passed.items() if column in rows.columns}
    return replace(rows, columns=kept)


def _passed(program: Program, id_: str, node: Node) -> tuple[str, Mapping[str, str]]:
    """The input whose rows a node hands on, and by their new names the columns that stay as they are."""
    names = program.relations[id_].names
    inputs = {input_: program.relations[input_] for input_ in node.Inputs}
    if isinstance(node, SparkSQL):
        try:
            query = pass_through(node, inputs, names)
        except NotRowWise as found:
            raise NoDependence(f"node '{id_}' is a SparkSQL with {found.reason}") from None
        return query.input, query.columns
    (input_, relation), *_ = inputs.items()
    if isinstance(node, ApplyMapping):
        return input_, {
            mapping.ToKey: column_of(mapping.FromPath)
            for mapping in node.Mapping
            if not mapping.Dropped
            and canonical_type(mapping.ToType) == relation.type_of(column_of(mapping.FromPath))
        }
    if isinstance(node, RenameField):
        old, new = column_of(node.SourcePath), column_of(node.TargetPath)
        return input_, {name: old if name == new else name for name in names}
    if isinstance(node, DropDuplicates):
        if not relation.unique_by(map(column_of, node.Columns) if node.Columns else relation.names):
            raise NoDependence(f"node '{id_}' is a DropDuplicates that may drop rows")
    elif not isinstance(node, _BY_THE_ROW):
        raise NoDependence(f"node '{id_}' is {_BY_MANY_ROWS[type(node)]}")
    return input_, {name: name for name in names}


def _joined(program: Program, id_: str, node: Join) -> _Rows:
    """The rows of the left input, with one lookup more."""
    if node.JoinType in ("right", "outer"):
        raise NoDependence(f"node '{id_}' is a Join of the type {node.JoinType}")
    left, right = (_rows(program, input_) for input_ in node.Inputs)
    if right.lookups:
        raise NoDependence(f"node '{id_}' joins with '{node.Inputs[1]}', which comes from a Join itself")
    if right.source == left.source:
        raise NoDependence(f"node '{id_}' joins the rows of '{left.source}' with rows of the same source")
    single = program.relations[node.Inputs[1]].unique_by(node.keys(1))
    if not single and node.JoinType in ("equijoin", "left"):
        raise NoDependence(f"node '{id_}' may meet several rows of '{node.Inputs[1]}'")
    compared = []
    for side, rows in enumerate((left, right)):
        for key in node.keys(side):
            if key not in rows.columns:
                raise NoDependence(
                    f"node '{id_}' joins by '{key}', which is not a column of '{rows.source}' as it is"
                )
        compared.append(tuple(rows.columns[key] for key in node.keys(side)))
    # A column of the right goes by a name that none of the left has: what is left of the driver is the same.
    return replace(left, lookups=(*left.lookups, Lookup(right.source, compared[0], compared[1])))
