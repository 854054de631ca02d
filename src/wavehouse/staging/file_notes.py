"""What somebody should know of a file that was read all the same: columns, line ends, quotes."""

from __future__ import annotations

from collections.abc import Sequence

from wavehouse.core.sql_text import identifier
from wavehouse.engines.engine import CsvScan, Engine
from wavehouse.staging.landed_file import LandedFile
from wavehouse.staging.recognition import Match

# From the narrowest on: the first that all values fit is what the column is offered as.
_OFFERED = ("int", "bigint", "double", "boolean", "date", "timestamp")
_LOOKED_AT = 1_000  # rows


def file_notes(engine: Engine, landed: LandedFile, match: Match, scan: CsvScan) -> list[str]:
    """The notes on one file."""
    notes = []
    if match.extra:
        extra = ", ".join(match.extra)
        offered = "; ".join(_offered(engine, match, scan))
        notes.append(
            f"{landed.name}: columns that the contract does not have were left out: {extra}. To take them, "
            f"add to the columns of '{match.contract.source}': {offered}"
        )
    if match.absent:
        absent = ", ".join(match.absent)
        snapshot = match.contract.contents == "snapshot"
        left = "NULL in the table" if snapshot else "what the table has there stays, else NULL"
        notes.append(f"{landed.name}: no column {absent}; {left}")
    if landed.normalise:
        notes.append(f"{landed.name}: mixed line ends or not UTF-8; read all the same")
    if landed.irregular:
        notes.append(
            f"{landed.name}: quotes out of place, or fields missing or too many; read record by record"
        )
    return notes


def _offered(engine: Engine, match: Match, scan: CsvScan) -> Sequence[str]:
    """The unknown columns as lines of a contract, with types that the first rows fit."""
    at = [place for place, known in enumerate(match.columns) if known is None]
    tests = ", ".join(
        f"bool_and({text} IS NULL OR {engine.parsed(text, type_)} IS NOT NULL)"
        for text in (identifier(f"c{place}") for place in at)
        for type_ in _OFFERED
    )
    filled = ", ".join(f"count({identifier(f'c{place}')})" for place in at)
    ((*answers,),) = engine.rows(
        f"SELECT {filled}, {tests} FROM (SELECT * FROM {engine.csv(scan)} LIMIT {_LOOKED_AT})"
    )
    engine.csv_rejects()  # told when the file was read
    counts, fits = answers[: len(at)], answers[len(at) :]
    types = []
    for n, count in enumerate(counts):
        mine = fits[n * len(_OFFERED) : (n + 1) * len(_OFFERED)]
        fitting = (type_ for type_, fit in zip(_OFFERED, mine, strict=True) if fit and count)
        types.append(next(fitting, "string"))
    return [f"{match.header[place]}: {{type: {type_}}}" for place, type_ in zip(at, types, strict=True)]
