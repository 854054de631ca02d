"""Landing: each file is copied once below `staging/`, under a name of our own, and never rewritten."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from wavehouse.core.errors import CallError, RejectedError
from wavehouse.project.contracts import SourceContract
from wavehouse.staging.decoding import CHUNK, Compression, chunks, compression_of, opened
from wavehouse.staging.header import read_header
from wavehouse.staging.inspection import Inspection, inspect
from wavehouse.staging.recognition import Match, is_candidate, recognise


@dataclass(frozen=True)
class Arrival:
    """A file that was recognised and can be landed."""

    path: Path
    size: int
    compression: Compression
    match: Match


@dataclass(frozen=True)
class LandedFile:
    """A file in `staging/`: `path` is relative to the lake; `records` is the independent count of its rows.

    `normalise`: its lines end in several ways, or it is not UTF-8.
    `name` is the name under which it arrived, `batch_time` when its batch landed (ISO, UTC).
    """

    source: str
    name: str
    path: str
    sha256: str
    size: int
    compression: Compression
    records: int
    normalise: bool
    has_nul: bool
    batch: str
    batch_time: str

    @property
    def precedence(self) -> tuple[str, str, str]:
        """Of two rows of one key, the one of the file that is greater by this wins."""
        return (self.batch_time, self.name, self.sha256)

    def as_json(self) -> dict[str, Any]:
        """This record for a manifest."""
        return asdict(self)

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> LandedFile:
        """The record that `as_json` wrote."""
        return cls(**record)


def find_files(paths: Sequence[Path]) -> list[Path]:
    """The files to land: those named, and the CSV files of the directories named, by name.

    Raises `CallError` for a path that does not exist and for a directory without a CSV file.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(child for child in path.iterdir() if child.is_file() and is_candidate(child))
            if not inside:
                raise CallError(
                    "there is no CSV file in this directory",
                    where=str(path),
                    remedy="Name the directory that holds the files (*.csv, *.csv.gz or *.csv.zst) itself",
                )
            found += inside
        elif path.is_file():
            found.append(path)
        else:
            raise CallError("there is no such file or directory", where=str(path), remedy="Check the path")
    return list(dict.fromkeys(found))


def recognise_file(path: Path, contracts: dict[str, SourceContract]) -> Arrival:
    """Look at a file's header and say whose it is; raises `RejectedError` where it is nobody's."""
    try:
        compression = compression_of(path)
        # Delimiter and quote belong to the contract, and the contract is known by the header: try each way.
        ways = dict.fromkeys((c.csv.delimiter, c.csv.quote) for c in contracts.values())
        errors: list[RejectedError] = []
        for delimiter, quote in ways:
            header = read_header(path, compression, delimiter, quote)
            alike = {
                n: c for n, c in contracts.items() if (c.csv.delimiter, c.csv.quote) == (delimiter, quote)
            }
            try:
                return Arrival(path, path.stat().st_size, compression, recognise(path, header, alike))
            except RejectedError as error:
                errors.append(error)
        raise errors[0]
    except RejectedError as error:
        raise RejectedError(error.what, where=str(path), remedy=error.remedy) from None


def fingerprint(path: Path) -> str:
    """SHA-256 (hex) of a file's bytes as they are."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def land(arrival: Arrival, staging: Path, batch: str, batch_time: datetime) -> LandedFile:
    """Copy one file to `staging/<source>/<batch>/`, hashing and inspecting it on the way.

    Raises `RejectedError` for bytes that cannot be read as the contract says; nothing stays behind then.
    The copy is not synced yet: whoever commits it must.
    """
    contract = arrival.match.contract
    folder = staging / contract.source / batch
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / f".{uuid.uuid4()}.part"
    total = hashlib.sha256()

    def copied() -> Iterator[bytes]:
        with arrival.path.open("rb") as source, aside.open("wb") as target:
            while piece := source.read(CHUNK):
                total.update(piece)
                target.write(piece)
                yield piece

    try:
        quote = contract.csv.quote
        if arrival.compression:
            for _ in copied():
                pass
            with opened(aside, arrival.compression) as stream:
                found = inspect(chunks(stream, arrival.size, arrival.compression), quote)
        else:
            found = inspect(copied(), quote)
        _refuse_binary(found, arrival.size)
        sha256 = total.hexdigest()
        ending = f".csv.{arrival.compression}" if arrival.compression else ".csv"
        final = folder / f"{sha256[:16]}{ending}"
        aside.replace(final)
    except BaseException as error:
        aside.unlink(missing_ok=True)
        _remove_empty(folder)
        if isinstance(error, RejectedError):
            raise RejectedError(error.what, where=str(arrival.path), remedy=error.remedy) from None
        raise
    return LandedFile(
        source=contract.source,
        name=arrival.path.name,
        path=str(final.relative_to(staging.parent)),
        sha256=sha256,
        size=arrival.size,
        compression=arrival.compression,
        records=found.records,
        has_nul=found.nul_bytes > 0,
        normalise=found.mixed_line_ends or contract.csv.encoding != "utf-8",
        batch=batch,
        batch_time=batch_time.isoformat(),
    )


def _refuse_binary(found: Inspection, size: int) -> None:
    # A lone NUL spoils its row; a file full of them is something else than a CSV.
    if found.nul_bytes * 100 > size:
        raise RejectedError(
            f"the file holds {found.nul_bytes:,} NUL bytes: it is not text", remedy="Export it again as CSV"
        )


def _remove_empty(folder: Path) -> None:
    """Remove a folder that a failed landing left empty."""
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
