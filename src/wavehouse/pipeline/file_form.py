"""Where files for other programs lie, and in which form: a run asks before it writes, and lint as well."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from wavehouse.core.columns import Column, element_type
from wavehouse.core.errors import CallError, DefinitionError
from wavehouse.engines.engine import FileForm
from wavehouse.flow.nodes import S3DirectTarget, S3GlueParquetTarget
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.inputs import places_of
from wavehouse.pipeline.targets import FlowTarget
from wavehouse.project.project import Project
from wavehouse.store.versioned_folder import VersionedFolder

# Glue's names of compressions, and what engines call them. Without one Spark compresses Parquet by snappy.
_OF_PARQUET = {"": "snappy", "snappy": "snappy", "gzip": "gzip", "brotli": "brotli", "lz4": "lz4"}
_OF_TEXT = {"": "", "gzip": "gzip"}
_NONE = ("none", "uncompressed")


def written_path(target: FlowTarget, layout: LakeLayout, project: Project) -> Path:
    """The folder that a target means; raises `DefinitionError` where files cannot be written to it."""
    path = places_of(layout, project).path(target.path)
    in_lake = path.is_relative_to(layout.root) or layout.root.is_relative_to(path)
    if in_lake and not target.path.startswith("${warehouse}/"):
        raise DefinitionError(
            f"'{target.path}' is in the lake, or has the lake in it",
            remedy="Write ${warehouse}/<folder>/ for files of the lake, else a folder outside of it",
        )
    return path


def written_form(target: FlowTarget, columns: Sequence[Column]) -> FileForm:
    """The form of the files of a target with those columns; raises `DefinitionError` for one that is not
    written here."""
    node = target.node
    assert isinstance(node, S3GlueParquetTarget | S3DirectTarget)  # noqa: S101  # there are no others
    wanted = (node.Compression or "").lower()
    known = _OF_PARQUET if node.format == "parquet" else _OF_TEXT
    compression = "" if wanted in _NONE else known.get(wanted)
    if compression is None:
        raise DefinitionError(
            f"{node.format} is not written with the compression {node.Compression} here",
            remedy=f"Known: {', '.join(name for name in (*known, *_NONE) if name)}",
        )
    if len(node.partition_keys) == len(columns):
        raise DefinitionError(
            "it is partitioned by all of its columns, and the files would have none",
            remedy="Leave one out of PartitionKeys",
        )
    lists = [column.name for column in columns if element_type(column.type)]
    if node.format == "csv" and lists:
        raise DefinitionError(
            f"'{lists[0]}' is a list, and CSV has no word for one",
            remedy="Make it a text before, or write json or parquet",
        )
    if node.format == "parquet":
        return FileForm("parquet", compression)
    return FileForm("csv" if node.format == "csv" else "json", compression)


def check_free(target: FlowTarget, path: Path) -> None:
    """Raise `CallError` where something lies at the path of a target that no run has made."""
    if not VersionedFolder(path).is_ours:
        raise CallError(
            f"there is something here that no run has made, and the node '{target.id}' of the flow "
            f"'{target.graph.name}' would replace it",
            where=str(path),
            remedy="Let the target write to another folder, or move this one away",
        )
