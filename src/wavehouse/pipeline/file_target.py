"""Files that a flow writes for other programs: all rows, as a version of their folder."""

from __future__ import annotations

import shutil
from collections.abc import Container, Hashable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from wavehouse.core.columns import element_type
from wavehouse.core.errors import CallError, DefinitionError
from wavehouse.core.sql_text import identifier
from wavehouse.engines.engine import Engine, FileForm
from wavehouse.flow.accounting import NodeRows
from wavehouse.flow.checks import NodeVerdicts
from wavehouse.flow.nodes import S3DirectTarget, S3GlueParquetTarget
from wavehouse.flow.program import Program, compile_target
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.inputs import places_of
from wavehouse.pipeline.joined import Joined, Judge, accounted, ordered
from wavehouse.pipeline.kept_partitions import kept_partitions
from wavehouse.pipeline.load import LoadedSource
from wavehouse.pipeline.outputs import Output, folder_in
from wavehouse.pipeline.run_sources import FlowSources, reads_of
from wavehouse.pipeline.targets import FlowTarget
from wavehouse.store.durable import missing_folders, sync_directory, sync_files
from wavehouse.store.versioned_folder import VersionedFolder

# Glue's names of compressions, and what engines call them. Without one Spark compresses Parquet by snappy.
_OF_PARQUET = {"": "snappy", "snappy": "snappy", "gzip": "gzip", "brotli": "brotli", "lz4": "lz4"}
_OF_TEXT = {"": "", "gzip": "gzip"}
_NONE = ("none", "uncompressed")


@dataclass(frozen=True)
class WrittenFiles:
    """What became of a folder; `is_new` says whether there is another version of it."""

    output: Output
    is_new: bool = False
    nodes: list[NodeRows] = field(default_factory=list)
    checks: list[NodeVerdicts] = field(default_factory=list)


class FlowFiles:
    """A target of files in one run. Raises `DefinitionError` where it cannot be written here."""

    def __init__(
        self,
        engine: Engine,
        layout: LakeLayout,
        run: str,
        target: FlowTarget,
        sources: FlowSources,
        before: Output | None,
    ) -> None:
        self.target = target
        self._engine = engine
        self._layout = layout
        self._run = run
        self._sources = sources
        self._before = before
        self._program = compile_target(target.graph, target.id, sources.bind(target.graph), engine)
        self._reads = reads_of(sources.definition, self._program)
        try:
            self._path = self._checked_path()
            self._form = self._checked_form()
        except DefinitionError as error:
            raise DefinitionError(
                f"node '{target.id}': {error.what}", where=target.where, remedy=error.remedy
            ) from None
        self._folder = VersionedFolder(self._path)
        if not self._folder.is_ours:
            raise CallError(
                f"there is something here that no run has made, and the node '{target.id}' of the flow "
                f"'{target.graph.name}' would replace it",
                where=str(self._path),
                remedy="Let the target write to another folder, or move this one away",
            )

    def make(
        self,
        loaded: Mapping[str, LoadedSource],
        changed: Container[Hashable],
        judge: Judge,
        twin: Joined | None,
        *,
        anew: bool,
    ) -> WrittenFiles:
        """Write a new version, if anything that it comes from has changed or the last one is not there.

        Arguments as of `FlowTable.make`; `anew` writes it in any case.
        """
        before = self._before
        same = before and before.written == self.target.path and before.is_there(self._layout)
        if before and same and not anew and not any(one in changed for one in self._reads):
            return WrittenFiles(before)
        self._sources.show_all(self._program, loaded)
        program = self._sources.compiled_again(self._program)
        checks = [] if twin else judge(program)
        version = self._folder.version(self._run)
        made = missing_folders(version)
        version.mkdir(parents=True)
        try:
            rows, nodes = self._write(program, version, twin, before if same and not anew else None)
            files = [path for path in version.rglob("*") if path.is_file()]
            for folder in (version, *made):
                sync_directory(folder.parent)
        except BaseException:
            shutil.rmtree(version, ignore_errors=True)
            raise
        output = Output(
            self.target.graph.name,
            self.target.id,
            self.target.path,
            folder_in(self._layout, self._path),
            self._run,
            len(files),
            rows,
            sum(path.stat().st_size for path in files),
        )
        return WrittenFiles(output, True, nodes, checks)

    def _write(
        self, program: Program, version: Path, twin: Joined | None, before: Output | None
    ) -> tuple[int, list[NodeRows]]:
        """Write the files of a version; returns how many rows it has, and what nodes did to their number.

        Of the rows of a table those partitions are taken over from the version before that have not changed.
        """
        keys, kept = self.target.node.partition_keys, None
        if twin and before:
            kept = kept_partitions(
                self._engine, twin.change, keys, before.at_home(self._layout).version(before.run)
            )
        sql = ordered(twin.rows, keys) if twin else self._engine.as_columns(program.sql)
        if kept:
            sql = f"SELECT * FROM ({sql}) WHERE {kept.rows}"
            kept.link_into(version)
        files = self._engine.write_files(sql, version, self._form, keys)
        sync_files([Path(file.location) for file in files], below=version)
        if twin:
            return twin.change.rows, []
        rows = sum(file.rows for file in files)
        # (The files may be without some columns: what the target reads tells as much.)
        return rows, accounted(program, identifier(program.last_id), rows, self._engine, self.target.name)

    def undo(self) -> None:
        """Remove what this run has written."""
        shutil.rmtree(self._folder.version(self._run), ignore_errors=True)

    def _checked_path(self) -> Path:
        layout = self._layout
        if layout.s3 is not None:
            raise DefinitionError(
                "files are written to a directory, and the tables of this lake lie in a bucket",
                remedy="Let it be a table, or use a lake whose tables lie in its directory",
            )
        path = places_of(layout, self._sources.definition.project).path(self.target.path)
        in_lake = path.is_relative_to(layout.root) or layout.root.is_relative_to(path)
        if in_lake and not self.target.path.startswith("${warehouse}/"):
            raise DefinitionError(
                f"'{self.target.path}' is in the lake, or has the lake in it",
                remedy="Write ${warehouse}/<folder>/ for files of the lake, else a folder outside of it",
            )
        return path

    def _checked_form(self) -> FileForm:
        node, columns = self.target.node, self._program.columns
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
