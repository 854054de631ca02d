"""The SQL of the nodes that hand rows on as they are: targets, and rules."""

from __future__ import annotations

from wavehouse.core.errors import DefinitionError
from wavehouse.flow.nodes import EvaluateDataQuality, TableTarget, Target
from wavehouse.flow.relation import Relation
from wavehouse.flow.sql.made import Made, column, known, selected_from


def evaluate_data_quality(_: EvaluateDataQuality, input_: str, relation: Relation) -> Made:
    """All rows; what the rules say of them is found besides."""
    return Made(selected_from(input_).select(*map(column, relation.names)), relation)


def target(node: Target, input_: str, relation: Relation) -> Made:
    """All rows, in the order in which they shall lie."""
    if isinstance(node, TableTarget) and len(node.partition_keys) > 1:
        raise DefinitionError(
            f"it is partitioned by {', '.join(node.partition_keys)}, and a table here by at most one column",
            remedy="Keep one of them; the others can go into wavehouse.sort-by",
        )
    known(relation, node.order)
    query = selected_from(input_).select(*map(column, relation.names))
    return Made(query.order_by(*map(column, node.order)) if node.order else query, relation)
