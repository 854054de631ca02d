"""From landed files to the current rows of each source, written once as the data files of its table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from wavehouse.core.errors import OutsideError, RejectedError
from wavehouse.core.run_record import FileCounts, SourceCounts
from wavehouse.core.sql_text import column_list
from wavehouse.engines.empty_relation import empty_relation
from wavehouse.engines.engine import Engine
from wavehouse.lake.change import TableChange
from wavehouse.lake.field_ids import SchemaPlan
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.base import Base
from wavehouse.pipeline.source_table import table_of
from wavehouse.pipeline.waiting import Waiting
from wavehouse.project.contracts import SourceContract
from wavehouse.staging.current_rows import Merge
from wavehouse.staging.full_snapshot import Replacement
from wavehouse.staging.landed_file import LandedFile
from wavehouse.staging.merged import Merged
from wavehouse.staging.typed_rows import KeepAside, TypedFile, TypedReader


@dataclass(frozen=True)
class LoadedSource:
    """The current rows of one source and how they came about."""

    contract: SourceContract
    plan: SchemaPlan
    merged: Merged
    counts: SourceCounts
    files: list[FileCounts]
    notes: list[str]
    anew: bool

    @property
    def change(self) -> TableChange:
        """What becomes of the source's table."""
        return TableChange(
            table_of(self.contract),
            self.plan,
            [file.location for file in self.merged.added],
            None if self.anew else self.merged.removed,
            self.merged.rows,
            key=self.contract.key,
        )


class SourceLoader:
    """Reads the landed files of one source for one run."""

    def __init__(
        self,
        engine: Engine,
        layout: LakeLayout,
        run: str,
        contract: SourceContract,
        plan: SchemaPlan,
        base: Base,
    ) -> None:
        self._engine = engine
        self._layout = layout
        self._contract = contract
        self._plan = plan
        self._base = base
        self._directory = layout.data(table_of(contract), run)
        self._typed: list[TypedFile] = []
        self._outdated: list[LandedFile] = []

    def read(
        self, files: Sequence[LandedFile], scratch: Path, keep_aside: KeepAside
    ) -> dict[LandedFile, RejectedError]:
        """Read landed files into typed rows; returns those that are wrong as a whole, with the reason."""
        reader = TypedReader(self._engine, self._contract, self._layout.root, scratch)
        refused = {}
        for file in files:
            directory = f"{self._directory}/{file.sha256[:16]}"
            try:
                self._typed.append(reader.read(file, directory, self._plan.ids, keep_aside))
            except RejectedError as error:
                self._layout.files.remove_folder(directory)
                refused[file] = RejectedError(error.what, where=file.name, remedy=error.remedy)
        return refused

    def pass_over(self, files: Sequence[LandedFile]) -> None:
        """Account for files of full snapshots that a later one has taken the place of."""
        self._outdated += files

    @property
    def typed(self) -> Sequence[TypedFile]:
        """The files that were read."""
        return self._typed

    @property
    def has_files(self) -> bool:
        """Whether there are files to account for."""
        return bool(self._typed or self._outdated)

    def current(
        self,
        excluded: str,
        quarantined: Mapping[LandedFile, int],
        waiting: Waiting | None,
        watched: Sequence[str],
    ) -> LoadedSource:
        """Merge what was read into the table, without the table `excluded`, which has `quarantined` rows.

        Raises `OutsideError` when a row is not accounted for, and `NotIncrementalError`.
        """
        base = self._base.locations(table_of(self._contract))
        merge: Merge | Replacement
        if self._contract.contents == "snapshot" and self._typed:
            merge = Replacement(self._engine, self._contract, base, self._typed, excluded, watched)
        else:
            admitted = waiting.admitted if waiting else ""
            merge = Merge(
                self._engine,
                self._contract,
                base,
                self._typed,
                excluded=excluded,
                admitted=admitted,
                watched=watched,
            )
        merged = merge.run(f"{self._directory}/current", self._plan.ids)
        for file in (file for one in self._typed for file in one.files):
            if file.location not in merged.files:
                self._layout.files.remove(file.location)
        files = [self._account(one, merged, quarantined.get(one.landed, 0)) for one in self._typed]
        files += [self._account_outdated(file) for file in self._outdated]
        superseded = sum(file.rows_superseded for file in files)
        counts = SourceCounts(
            files=len(files),
            rows_in=sum(file.rows_in for file in files),
            rows_out=sum(file.rows_out for file in files),
            rows_quarantined=sum(file.rows_quarantined for file in files),
            rows_superseded=superseded,
        )
        written = sum(file.rows for file in merged.added)
        kept = self._base.rows(table_of(self._contract)) - sum(
            file.rows
            for file in self._base.files(table_of(self._contract))
            if file.location in set(merged.removed)
        )
        if kept + written != merged.rows or (self._base.anew and counts.rows_out != merged.rows):
            raise OutsideError(
                f"'{self._contract.source}' should have {merged.rows:,} rows after this run and would have "
                f"{kept + written:,}; nothing was published",
                remedy="Run again; if it happens twice, report it with the source's files",
            )
        return LoadedSource(
            self._contract,
            self._plan,
            merged,
            counts,
            files,
            self._notes(merged, superseded, waiting),
            self._base.anew,
        )

    def _notes(self, merged: Merged, superseded: int, waiting: Waiting | None) -> list[str]:
        notes = [note for one in self._typed for note in one.notes]
        name = self._contract.source
        if waiting and waiting.admitted_rows:
            notes.append(f"{name}: {waiting.admitted_rows:,} rows that waited have come in")
        if superseded:
            notes.append(
                f"{name}: {superseded:,} rows superseded by a later row of the same key, "
                f"{merged.differing:,} of them differing from it"
            )
        if self._outdated:
            names = ", ".join(file.name for file in self._outdated)
            notes.append(f"{name}: a later full snapshot has taken the place of {names}")
        if not merged.files and not self._typed and not self._base.locations(table_of(self._contract)):
            rules = "; its rules were not judged" if self._contract.quality else ""
            notes.append(f"{name}: no file of this source has been loaded yet{rules}")
        return notes

    def _account(self, one: TypedFile, merged: Merged, quarantined: int) -> FileCounts:
        superseded = merged.superseded.get(one.landed, 0)
        aside = one.rows_quarantined + quarantined
        return FileCounts(
            self._contract.source,
            one.landed.name,
            one.landed.batch,
            # Counted by another reader than the one that wrote the rows.
            rows_in=one.rows_in,
            rows_out=one.rows_in - aside - superseded,
            rows_quarantined=aside,
            rows_superseded=superseded,
        )

    def _account_outdated(self, file: LandedFile) -> FileCounts:
        return FileCounts(
            self._contract.source,
            file.name,
            file.batch,
            rows_in=file.records,
            rows_out=0,
            rows_quarantined=0,
            rows_superseded=file.records,
        )


def counted_only(files: Sequence[LandedFile], before: SourceCounts) -> SourceCounts:
    """`before` and the counts of files that are landed to be compared with, and never loaded."""
    records = sum(file.records for file in files)
    return SourceCounts(
        files=before.files + len(files), rows_in=before.rows_in + records, rows_out=before.rows_out + records
    )


def current_rows_of(engine: Engine, source: LoadedSource, files: Sequence[str] | None = None) -> str:
    """A relation over the current rows of a source, or over those in some of its files; it may have none."""
    columns = source.contract.table_columns
    files = source.merged.files if files is None else files
    if files:
        names = column_list(column.name for column in columns)
        return f"(SELECT {names} FROM {engine.parquet(files)})"
    return empty_relation(engine, columns)
