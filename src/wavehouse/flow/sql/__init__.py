"""The SQL of each kind of node: a query over its inputs, and the columns that come out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wavehouse.core.errors import DefinitionError
from wavehouse.flow.nodes import (
    Aggregate,
    ApplyMapping,
    DropDuplicates,
    DropFields,
    DropNullFields,
    EvaluateDataQuality,
    FillMissingValues,
    Filter,
    Join,
    Node,
    RenameField,
    SelectFields,
    SelectFromCollection,
    SparkSQL,
    SplitFields,
    Target,
    Union,
    one_input,
)
from wavehouse.flow.relation import Relation
from wavehouse.flow.sql.aggregates import aggregate
from wavehouse.flow.sql.columns import (
    apply_mapping,
    drop_fields,
    rename_field,
    select_fields,
    select_from_collection,
    split_fields,
)
from wavehouse.flow.sql.conditions import filter_rows
from wavehouse.flow.sql.gaps import drop_null_fields, fill_missing_values
from wavehouse.flow.sql.made import Ask, Describe, Inputs, Made
from wavehouse.flow.sql.queries import spark_sql
from wavehouse.flow.sql.rows import drop_duplicates, join, union
from wavehouse.flow.sql.targets import evaluate_data_quality, target

# The kinds that make their rows of one input, and need to know nothing else.
_OF_ONE: dict[type[Node], Callable[[Any, str, Relation], Made]] = {
    ApplyMapping: apply_mapping,
    SelectFields: select_fields,
    DropFields: drop_fields,
    RenameField: rename_field,
    SplitFields: split_fields,
    SelectFromCollection: select_from_collection,
    Filter: filter_rows,
    Aggregate: aggregate,
    DropDuplicates: drop_duplicates,
    FillMissingValues: fill_missing_values,
    EvaluateDataQuality: evaluate_data_quality,
}


def node_sql(node: Node, id_: str, inputs: Inputs, describe: Describe, ask: Ask) -> Made:
    """The query of `node`, which is called `id_`, over its inputs (tables named by their ids).

    Raises `DefinitionError` for columns that the inputs do not have; the caller adds the place.
    """
    for input_, relation in inputs.items():
        if relation.collections and not isinstance(node, SelectFromCollection):
            raise DefinitionError(
                f"it reads '{input_}', which gives {len(relation.collections)} collections of columns",
                remedy="Pick one with a SelectFromCollection between",
            )
    if isinstance(node, Join):
        return join(node, inputs)
    if isinstance(node, Union):
        return union(node, inputs)
    if isinstance(node, SparkSQL):
        return spark_sql(node, id_, inputs, describe)
    input_ = one_input(node)
    if isinstance(node, DropNullFields):
        return drop_null_fields(node, input_, inputs[input_], ask)
    if isinstance(node, Target):
        return target(node, input_, inputs[input_])
    return _OF_ONE[type(node)](node, input_, inputs[input_])
