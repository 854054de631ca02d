"""Findings about targets: rows that come twice."""

from __future__ import annotations

from collections.abc import Iterator

from wavehouse.flow.graph import Graph
from wavehouse.flow.lint.finding import Finding
from wavehouse.flow.nodes import FilesTarget, S3CatalogTarget

_MEND = (
    "In Glue, switch on job bookmarks, so that it reads new files alone, or empty the place before the job"
)


def appends(graph: Graph) -> Iterator[Finding]:
    """F401, F402: targets to which Glue adds at each run of the job, so that rows read again double.

    Sources: the sinks of the Glue API's `from_options` and `from_catalog` only add files
    (https://docs.aws.amazon.com/glue/latest/dg/monitor-continuations.html says what bookmarks do about it);
    for Iceberg, the script that Glue Studio makes ends in `writeTo(…).append()`.
    """
    for id_, node in graph.targets.items():
        if isinstance(node, FilesTarget | S3CatalogTarget):
            yield Finding(
                "F401",
                "warning",
                id_,
                graph.where(id_),
                f"Glue adds files to '{id_}' ({type(node).__name__}) at each run of the job: what it reads "
                "again is there twice. A run here leaves the rows once",
                _MEND,
            )
        else:
            yield Finding(
                "F402",
                "note",
                id_,
                graph.where(id_),
                f"the job that Glue Studio makes appends to the Iceberg table of '{id_}' at each run: what "
                "it reads again is there twice. A run here leaves the rows once",
                f"{_MEND}, or edit the job's script to merge by key",
            )
