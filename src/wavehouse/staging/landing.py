"""Landing: each file is copied once below `staging/`, under a name of our own, and never rewritten."""

from __future__ import annotations

import hashlib
import os
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from wavehouse.core.errors import RejectedError
from wavehouse.core.object_copy import called
from wavehouse.project.contracts import SourceContract
from wavehouse.staging.compression import Compression, compression_of
from wavehouse.staging.decoding import CHUNK, chunks, opened
from wavehouse.staging.header import read_header
from wavehouse.staging.inspection import Inspection, inspect
from wavehouse.staging.landed_file import LandedFile, name_as_text
from wavehouse.staging.recognition import Match, recognise


@dataclass(frozen=True)
class Arrival:
    """A file that was recognised and can be landed; `stat` is as it was at `looked` (ns since 1970)."""

    path: Path
    stat: os.stat_result
    looked: int
    compression: Compression
    match: Match


def recognise_file(path: Path, contracts: Mapping[str, SourceContract]) -> Arrival:
    """Look at a file's header and say whose it is; raises `RejectedError` where it is nobody's."""
    looked, stat = time.time_ns(), path.stat()
    if not contracts:
        raise RejectedError(
            "the project has no contract, so nobody knows what a file holds",
            where=called(path),
            remedy="Write one in contracts/; files that a flow reads by its own paths need no --from",
        )
    try:
        compression = compression_of(path)
        # How it is written the contract says, and the contract is known by the header: try each way.
        ways = dict.fromkeys(c.csv for c in contracts.values())
        errors: list[RejectedError] = []
        for csv in ways:
            alike = {name: contract for name, contract in contracts.items() if contract.csv == csv}
            try:
                header = read_header(path, compression, csv)
                return Arrival(path, stat, looked, compression, recognise(path, header, alike))
            except RejectedError as error:
                errors.append(error)
        raise errors[0]
    except RejectedError as error:
        raise RejectedError(error.what, where=f"{called(path)}:1", remedy=error.remedy) from None


def land(arrival: Arrival, staging: Path, batch: str, batch_time: datetime) -> LandedFile:
    """Copy one file to `staging/<source>/<batch>/`, hashing and inspecting it on the way.

    Raises `RejectedError` for bytes that cannot be read as the contract says; no file stays behind then.
    The copy is not synced yet: whoever commits it must.
    """
    contract = arrival.match.contract
    folder = staging / contract.source / batch
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / f".{uuid.uuid4()}.part"
    total = hashlib.sha256()
    copied_bytes = 0

    def copied() -> Iterator[bytes]:
        nonlocal copied_bytes
        with arrival.path.open("rb") as source, aside.open("wb") as target:
            while piece := source.read(CHUNK):
                total.update(piece)
                copied_bytes += len(piece)
                target.write(piece)
                yield piece

    try:
        form = contract.csv
        # Of a file that is only counted, no row will be read.
        read = contract.role == "table"
        if arrival.compression:
            for _ in copied():
                pass
            with opened(aside, arrival.compression) as stream:
                pieces = chunks(stream, arrival.stat.st_size, arrival.compression)
                found = inspect(pieces, form.delimiter, form.quote, find_stray=read)
        else:
            found = inspect(copied(), form.delimiter, form.quote, find_stray=read)
        _refuse_binary(found)
        sha256 = total.hexdigest()
        ending = f".csv.{arrival.compression}" if arrival.compression else ".csv"
        final = folder / f"{sha256[:16]}{ending}"
        aside.replace(final)
    except BaseException as error:
        aside.unlink(missing_ok=True)
        if isinstance(error, RejectedError):
            raise RejectedError(error.what, where=called(arrival.path), remedy=error.remedy) from None
        raise
    return LandedFile(
        source=contract.source,
        name=name_as_text(arrival.path),
        path=str(final.relative_to(staging.parent)),
        sha256=sha256,
        size=copied_bytes,
        compression=arrival.compression,
        records=found.records,
        has_nul=found.nul_bytes > 0,
        ascii=found.ascii,
        normalise=found.mixed_line_ends or contract.csv.encoding != "utf-8",
        irregular=found.is_irregular(len(arrival.match.columns)),
        batch=batch,
        batch_time=batch_time.isoformat(),
    )


def _refuse_binary(found: Inspection) -> None:
    # A few NULs spoil their rows; a file full of them is something else than a CSV.
    if found.nul_bytes > 8 and found.nul_bytes * 100 > found.size:
        raise RejectedError(
            f"the file holds {found.nul_bytes:,} NUL bytes: it is not text", remedy="Export it again as CSV"
        )
