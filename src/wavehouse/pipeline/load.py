"""From landed files to the current rows of each source, written once as the data files of its table."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from wavehouse.core.errors import RejectedError
from wavehouse.core.run_record import SourceCounts
from wavehouse.core.sql_text import identifier
from wavehouse.engines.engine import Engine
from wavehouse.flow.relation import BoundSource, Relation
from wavehouse.lake.field_ids import SchemaPlan
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.definition import table_of
from wavehouse.pipeline.quarantine import QuarantineFile
from wavehouse.project.contracts import SourceContract
from wavehouse.staging.current_rows import CurrentRows, keep_last
from wavehouse.staging.landed_file import LandedFile
from wavehouse.staging.typed_rows import TypedFile, TypedReader


@dataclass(frozen=True)
class LoadedSource:
    """The current rows of one source and how they came about."""

    contract: SourceContract
    plan: SchemaPlan
    current: CurrentRows
    counts: SourceCounts
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
        self, files: Sequence[LandedFile], scratch: Path, quarantine: QuarantineFile
    ) -> dict[LandedFile, RejectedError]:
        """Read landed files into typed rows; returns those that are wrong as a whole, with the reason."""
        reader = TypedReader(self._engine, self._contract, self._layout.root, scratch)
        refused = {}
        for file in files:
            directory = self._directory / file.sha256[:16]
            try:
                self._typed.append(reader.read(file, directory, self._plan.ids, quarantine.keep_aside))
            except RejectedError as error:
                shutil.rmtree(directory, ignore_errors=True)
                refused[file] = RejectedError(error.what, where=file.name, remedy=error.remedy)
        return refused

    def current(self) -> LoadedSource:
        """Leave the last row of every key."""
        current = keep_last(
            self._engine, self._contract, self._typed, self._directory / "current", self._plan.ids
        )
        superseded = sum(current.superseded.values())
        counts = SourceCounts(
            files=len(self._typed),
            rows_in=sum(one.rows_in for one in self._typed),
            rows_out=current.rows,
            rows_quarantined=sum(one.rows_quarantined for one in self._typed),
            rows_superseded=superseded,
        )
        notes = [note for one in self._typed for note in one.notes]
        name = self._contract.source
        if superseded:
            notes.append(
                f"{name}: {superseded:,} rows superseded by a later row of the same key, "
                f"{current.differing:,} of them differing from it"
            )
        if not self._typed:
            notes.append(f"{name}: no file of this source has been loaded yet")
        return LoadedSource(self._contract, self._plan, current, counts, notes)


def counted_only(files: Sequence[LandedFile], before: SourceCounts) -> SourceCounts:
    """`before` and the counts of files that are landed to be compared with, and never loaded."""
    records = sum(file.records for file in files)
    return SourceCounts(
        files=before.files + len(files), rows_in=before.rows_in + records, rows_out=before.rows_out + records
    )


def bind(engine: Engine, loaded: Mapping[str, LoadedSource]) -> dict[str, BoundSource]:
    """The loaded sources as the flow reads them."""
    bound = {}
    for name, source in loaded.items():
        columns = source.contract.table_columns
        paths = [file.path for file in source.current.files]
        if paths:
            scan = engine.parquet(paths)
        else:
            nulls = ", ".join(
                f"{engine.parsed('CAST(NULL AS VARCHAR)', column.type)} AS {identifier(column.name)}"
                for column in columns
            )
            scan = f"(SELECT {nulls} WHERE false)"
        bound[name] = BoundSource(Relation(columns, frozenset(source.contract.key)), scan)
    return bound
