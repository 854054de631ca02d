"""Findings about what nodes do to rows and columns: nothing, or what the data make of it."""

from __future__ import annotations

from collections.abc import Iterator

from wavehouse.flow.lint.finding import Finding, Severity
from wavehouse.flow.nodes import DropDuplicates, DropNullFields, FillMissingValues, RenameField, SelectFields
from wavehouse.flow.nodes.node import column_of
from wavehouse.flow.survey import Survey


def without_effect(survey: Survey) -> Iterator[Finding]:
    """F206: nodes that give exactly what they get."""
    for id_, node in survey.graph.nodes.items():
        inputs = list(survey.inputs(id_).values())
        if not inputs:
            continue
        (relation, *_) = inputs
        said = ""
        if isinstance(node, SelectFields) and {column_of(path) for path in node.Paths} == set(relation.names):
            said = "selects every column that there is"
        if isinstance(node, RenameField) and node.SourcePath == node.TargetPath:
            said = "renames a column to its own name"
        if isinstance(node, DropDuplicates):
            by = [column_of(path) for path in node.Columns]
            if relation.unique_by(by or relation.names):
                key = ", ".join(sorted(relation.unique))
                said = f"looks for duplicates among rows that are told apart by {key} already"
        if said:
            # A run here costs nothing by it, and Glue does not know the key: worth a word, not an alarm.
            severity: Severity = "note" if isinstance(node, DropDuplicates) else "warning"
            yield Finding(
                "F206",
                severity,
                id_,
                survey.graph.where(id_),
                f"node '{id_}' {said}",
                "Leave it for Glue, which does not know that" if severity == "note" else "Delete it",
            )


def depends_on_rows(survey: Survey) -> Iterator[Finding]:
    """F207: columns that are there or not as the rows of the day have it."""
    for id_, node in survey.graph.nodes.items():
        if isinstance(node, DropNullFields):
            yield Finding(
                "F207",
                "note",
                id_,
                survey.graph.where(id_),
                f"node '{id_}' drops the columns that are null in every row: which those are can change with "
                "each file, and with them the columns of what follows",
                "Name the columns with a DropFields or a SelectFields where a table is made of them",
            )


def filled_otherwise(survey: Survey) -> Iterator[Finding]:
    """F208: gaps that Glue fills by a model that it learns (random forests), which cannot be had here.

    Source: https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-crawler-pyspark-transforms-fillmissingvalues.html
    """
    for id_, node in survey.graph.nodes.items():
        if isinstance(node, FillMissingValues):
            yield Finding(
                "F208",
                "note",
                id_,
                survey.graph.where(id_),
                f"node '{id_}' fills the gaps of '{node.imputed}' by one value here (the mean, or the "
                "most frequent text); Glue learns a model from the other columns and fills in what that says",
                "Where the values matter, write them as SparkSQL: coalesce(column, what you want)",
            )
