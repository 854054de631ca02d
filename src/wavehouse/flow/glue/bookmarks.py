"""Whether a job profits from bookmarks, by which Glue reads only the files new since the last run."""

from __future__ import annotations

from wavehouse.flow.graph import Graph
from wavehouse.flow.nodes import (
    ApplyMapping,
    DropFields,
    EvaluateDataQuality,
    FileSource,
    Filter,
    Node,
    RenameField,
    S3CatalogSource,
    SelectFields,
    SelectFromCollection,
    SplitFields,
    Target,
    Union,
)

# What is made of a row hangs on that row alone.
_ROW_BY_ROW = (
    ApplyMapping,
    DropFields,
    EvaluateDataQuality,
    Filter,
    RenameField,
    SelectFields,
    SelectFromCollection,
    SplitFields,
    Target,
)


def needs_all_rows(graph: Graph) -> str | None:
    """The id of a node that would come to something else if its input were new files alone; None for none.

    A join of new files with new files, for one, misses what came before.
    """
    return next((id_ for id_, node in graph.nodes.items() if not _by_rows(node)), None)


def _by_rows(node: Node) -> bool:
    if isinstance(node, Union):
        return node.UnionType == "ALL"
    # Source: bookmarks know files in S3; of an Iceberg table they know nothing
    # (docs.aws.amazon.com/glue/latest/dg/monitor-continuations.html).
    return isinstance(node, (*_ROW_BY_ROW, FileSource, S3CatalogSource))
