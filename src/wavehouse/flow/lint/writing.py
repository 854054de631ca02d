"""Findings about targets: rows that come twice, and two targets that write to one place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from wavehouse.core.errors import WavehouseError
from wavehouse.flow.graph import Graph
from wavehouse.flow.lint.finding import Finding
from wavehouse.flow.nodes import FilesTarget, S3CatalogTarget, TableTarget, Target

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


def written_twice(graphs: Iterable[Graph]) -> Iterator[tuple[str, Finding]]:
    """F403: targets of any of the flows that write the same table or path; each with the name of its flow."""
    first: dict[str, str] = {}
    for graph in graphs:
        for id_, node in graph.targets.items():
            for place, called in _places(node):
                said = f"'{id_}' of the flow '{graph.name}'"
                if place in first:
                    finding = Finding(
                        "F403",
                        "error",
                        id_,
                        graph.where(id_),
                        f"'{id_}' writes {called}, and so does {first[place]}: what is left is that of one",
                        "Give one of them another table or path, or bring both together with a Union",
                    )
                    yield graph.name, finding
                    break
                first[place] = said


def _places(node: Target) -> Iterator[tuple[str, str]]:
    """What a target writes, as something to compare and as people call it."""
    if isinstance(node, TableTarget):
        try:
            yield f"table {node.table}", f"the table {node.table}"
        except WavehouseError:
            return  # it has no proper name, which another finding tells
    path = getattr(node, "Path", None)
    if path:
        yield f"path {path.rstrip('/')}", f"to {path}"
