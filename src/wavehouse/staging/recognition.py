"""Which source a file belongs to: by its name, then by its header."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from wavehouse.core.errors import RejectedError
from wavehouse.project.contracts import SourceContract
from wavehouse.staging.finding import bare_name


@dataclass(frozen=True)
class Match:
    """A file's header held against a contract.

    `columns` gives, by position in the file, the contract's column that stands there (None for one it does
    not know); `missing` are required or key columns that the file lacks, `absent` the optional ones.
    """

    contract: SourceContract
    header: tuple[str, ...]
    columns: tuple[str | None, ...]
    missing: tuple[str, ...]
    absent: tuple[str, ...]

    @property
    def extra(self) -> tuple[str, ...]:
        """The columns of the file that the contract does not know."""
        return tuple(name for name, known in zip(self.header, self.columns, strict=True) if known is None)


def match_columns(contract: SourceContract, header: Sequence[str]) -> Match:
    """Match columns by name and alias, never by position; letters' case and outer blanks do not count."""
    # The name itself goes before any alias, and an alias before one that the contract lists later: two
    # spellings of one column (id and track_id) never depend on which stands first in the file.
    folded = [name.strip().casefold() for name in header]
    columns: list[str | None] = [None] * len(header)
    for name, column in contract.columns.items():
        for spelling in (name, *column.aliases):
            if spelling.casefold() in folded:
                columns[folded.index(spelling.casefold())] = name
                break
    lacking = [name for name in contract.columns if name not in columns]
    needed = {name for name, column in contract.columns.items() if column.required} | set(contract.key)
    return Match(
        contract,
        tuple(header),
        tuple(columns),
        missing=tuple(name for name in lacking if name in needed),
        absent=tuple(name for name in lacking if contract.columns[name].load and name not in needed),
    )


def recognise(path: Path, header: Sequence[str], contracts: Mapping[str, SourceContract]) -> Match:
    """The source of a file: the contract that knows its name, else the one that its header fits best.

    Raises `RejectedError` when none does, when two do equally well, or when a column is missing.
    """
    matches = {name: match_columns(contract, header) for name, contract in contracts.items()}
    # What a header fits: all required columns are there; better the more of the file's columns are known.
    fits = {name: len(header) - len(m.extra) for name, m in matches.items() if not m.missing}
    named = [
        name
        for name, contract in contracts.items()
        if any(fnmatchcase(bare_name(path), pattern.lower()) for pattern in contract.files)
    ]
    if len(named) == 1:
        return accept(matches[named[0]], fits)
    best = [name for name, known in fits.items() if known == max(fits.values())]
    if len(best) == 1:
        return accept(matches[best[0]], fits)
    if best:
        raise RejectedError(
            f"its columns fit several sources equally well: {', '.join(best)}",
            remedy=f"Rename it, for example to {contracts[best[0]].files[0]}",
        )
    patterns = ", ".join(contract.files[0] for contract in contracts.values())
    raise RejectedError(
        f"neither its name nor its columns ({_some(header)}) belong to a known source",
        remedy=f"Rename it to what it is ({patterns}), or add a contract for it to the project",
    )


def accept(match: Match, fits: Mapping[str, int]) -> Match:
    """The match, unless the file lacks a column or has one too many; `fits` names sources it would suit."""
    source = match.contract.source
    if match.missing:
        others = [name for name in fits if name != source]
        hint = f"; its columns look like those of '{others[0]}'" if others else ""
        raise RejectedError(
            f"the source '{source}' needs the column{'s' if len(match.missing) > 1 else ''} "
            f"{', '.join(match.missing)}, which line 1 does not have{hint}",
            remedy=f"Add it, or name it in the contract as an alias (line 1 has: {_some(match.header)})",
        )
    if match.extra and match.contract.extra_columns == "refuse":
        raise RejectedError(
            f"the source '{source}' has no column {', '.join(match.extra)}",
            remedy="Remove it, or add it to the contract",
        )
    return match


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:8]) + (", …" if len(names) > 8 else "")
