"""From landed files to the current rows of each source, written once as the data files of its table."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from wavehouse.core.errors import OutsideError, RejectedError
from wavehouse.core.run_record import FileCounts, SourceCounts
from wavehouse.core.sql_text import identifier
from wavehouse.engines.engine import Engine
from wavehouse.flow.relation import BoundSource, Relation
from wavehouse.lake.field_ids import SchemaPlan
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.definition import table_of
from wavehouse.project.contracts import SourceContract
from wavehouse.staging.current_rows import CurrentRows, keep_last
from wavehouse.staging.landed_file import LandedFile
from wavehouse.staging.typed_rows import KeepAside, TypedFile, TypedReader


@dataclass(frozen=True)
class LoadedSource:
    """The current rows of one source and how they came about."""

    contract: SourceContract
    plan: SchemaPlan
    current: CurrentRows
    counts: SourceCounts
    files: list[FileCounts]
    notes: list[str]


class SourceLoader:
    """Reads the landed files of one source for one run."""

    def __init__(
        self, engine: Engine, layout: LakeLayout, run: str, contract: SourceContract, plan: SchemaPlan
    ) -> None:
        self._engine = engine
        self._layout = layout
        self._contract = contract
        self._plan = plan
        self._directory = layout.data(table_of(contract), run)
        self._typed: list[TypedFile] = []

    def read(
        self, files: Sequence[LandedFile], scratch: Path, keep_aside: KeepAside
    ) -> dict[LandedFile, RejectedError]:
        """Read landed files into typed rows; returns those that are wrong as a whole, with the reason."""
        reader = TypedReader(self._engine, self._contract, self._layout.root, scratch)
        refused = {}
        for file in files:
            directory = self._directory / file.sha256[:16]
            try:
                self._typed.append(reader.read(file, directory, self._plan.ids, keep_aside))
            except RejectedError as error:
                shutil.rmtree(directory, ignore_errors=True)
                refused[file] = RejectedError(error.what, where=file.name, remedy=error.remedy)
        return refused

    @property
    def typed(self) -> Sequence[TypedFile]:
        """The files that were read."""
        return self._typed

    def current(self, excluded: str, quarantined: Mapping[LandedFile, int]) -> LoadedSource:
        """Leave the last row of every key, and none of the table `excluded`, which has `quarantined` rows.

        Raises `OutsideError` when a row is not accounted for.
        """
        current = keep_last(
            self._engine, self._contract, self._typed, self._directory / "current", self._plan.ids, excluded
        )
        files = [self._account(one, current, quarantined.get(one.landed, 0)) for one in self._typed]
        superseded = sum(file.rows_superseded for file in files)
        counts = SourceCounts(
            files=len(files),
            rows_in=sum(file.rows_in for file in files),
            rows_out=sum(file.rows_out for file in files),
            rows_quarantined=sum(file.rows_quarantined for file in files),
            rows_superseded=superseded,
        )
        if counts.rows_out != current.rows:
            raise OutsideError(
                f"of the {counts.rows_in:,} rows of '{self._contract.source}' {counts.rows_out:,} should be "
                f"left and {current.rows:,} are; nothing was published",
                remedy="Run again; if it happens twice, report it with the source's files",
            )
        notes = [note for one in self._typed for note in one.notes]
        name = self._contract.source
        if superseded:
            notes.append(
                f"{name}: {superseded:,} rows superseded by a later row of the same key, "
                f"{current.differing:,} of them differing from it"
            )
        if not self._typed:
            rules = "; its rules were not judged" if self._contract.quality else ""
            notes.append(f"{name}: no file of this source has been loaded yet{rules}")
        return LoadedSource(self._contract, self._plan, current, counts, files, notes)

    def _account(self, one: TypedFile, current: CurrentRows, quarantined: int) -> FileCounts:
        superseded = current.superseded.get(one.landed, 0)
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


def counted_only(files: Sequence[LandedFile], before: SourceCounts) -> SourceCounts:
    """`before` and the counts of files that are landed to be compared with, and never loaded."""
    records = sum(file.records for file in files)
    return SourceCounts(
        files=before.files + len(files), rows_in=before.rows_in + records, rows_out=before.rows_out + records
    )


def bind(engine: Engine, loaded: Mapping[str, LoadedSource]) -> dict[str, BoundSource]:
    """The loaded sources as the flow reads them."""
    return {
        name: BoundSource(
            Relation(source.contract.table_columns, frozenset(source.contract.key)),
            current_rows_of(engine, source),
        )
        for name, source in loaded.items()
    }


def current_rows_of(engine: Engine, source: LoadedSource) -> str:
    """A relation over the current rows of a source, which may have none."""
    if paths := [file.path for file in source.current.files]:
        return engine.parquet(paths)
    nulls = ", ".join(
        f"{engine.parsed('CAST(NULL AS VARCHAR)', column.type)} AS {identifier(column.name)}"
        for column in source.contract.table_columns
    )
    return f"(SELECT {nulls} WHERE false)"
