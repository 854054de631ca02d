"""Files that a flow writes for other programs: all rows, as a version of their folder."""

from __future__ import annotations

import shutil
from collections.abc import Container, Hashable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from wavehouse.core.errors import DefinitionError
from wavehouse.core.sql_text import identifier
from wavehouse.engines.engine import Engine
from wavehouse.flow.accounting import NodeRows
from wavehouse.flow.checks import NodeVerdicts
from wavehouse.flow.program import Program
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.file_form import check_free, written_form, written_path
from wavehouse.pipeline.joined import Joined, Judge, accounted, ordered
from wavehouse.pipeline.kept_partitions import kept_partitions
from wavehouse.pipeline.load import LoadedSource
from wavehouse.pipeline.outputs import Output, folder_in
from wavehouse.pipeline.run_sources import FlowSources, reads_of
from wavehouse.pipeline.targets import FlowTarget
from wavehouse.store.durable import missing_folders, sync_directory, sync_files
from wavehouse.store.versioned_folder import VersionedFolder


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
        self._program = sources.compiled(target)
        self._reads = reads_of(sources.definition, self._program)
        try:
            self._path = written_path(target, layout, sources.definition.project)
            self._form = written_form(target, self._program.columns)
        except DefinitionError as error:
            raise DefinitionError(
                f"node '{target.id}': {error.what}", where=target.where, remedy=error.remedy
            ) from None
        self._folder = VersionedFolder(self._path)
        check_free(target, self._path)

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
        is_twin_unchanged = twin is not None and twin.change.is_empty
        if before and same and not anew and (is_twin_unchanged or not any(r in changed for r in self._reads)):
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
