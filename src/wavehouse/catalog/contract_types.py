"""The types that a crawler proposes beside those of the contract that knows the file, with reasons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from wavehouse.catalog.proposal import Proposal
from wavehouse.catalog.text_types import Against, Judgement
from wavehouse.core.errors import RejectedError
from wavehouse.project.contracts import PARTIAL_DATE, ColumnContract, SourceContract
from wavehouse.staging.recognition import recognise

_NUMBERS = ("int", "bigint", "decimal", "float", "double")


@dataclass(frozen=True)
class ContractType:
    """A column of a contract: its type there, and why the proposed one is another ('' where it is not)."""

    type: str
    why: str


@dataclass(frozen=True)
class AgainstContract:
    """The source of a table's files, its columns by the names of the table, and those that lack."""

    source: str
    columns: Mapping[str, ContractType]
    lacking: tuple[str, ...]


def against_contract(proposal: Proposal, contracts: Mapping[str, SourceContract]) -> AgainstContract | None:
    """What the project's contract says of a table of CSV files with a header; None where none knows them."""
    try:
        header = [column.name for column in proposal.columns]
        match = recognise(Path(proposal.files[0].path), header, contracts)
    except RejectedError:
        return None
    found = {}
    for column, known in zip(proposal.columns, match.columns, strict=True):
        judgement = proposal.evidence[column.name]
        if known is None:
            found[column.name] = ContractType("", "the contract does not know this column")
        else:
            contract = match.contract.columns[known]
            why = _why(column.type, contract, judgement)
            found[column.name] = ContractType(contract.type, why)
    return AgainstContract(match.contract.source, found, match.absent)


def _why(proposed: str, contract: ColumnContract, judgement: Judgement) -> str:
    """Why the types differ; '' where they do not."""
    wanted = contract.type
    return "" if proposed == wanted else next(_reasons(proposed, wanted, judgement))


def _reasons(proposed: str, wanted: str, judgement: Judgement) -> Iterator[str]:
    """The reasons for a difference, the first of which counts."""
    if not judgement.values:
        yield f"there are no values here to see a type by; by the contract it is {wanted}"
    if wanted == PARTIAL_DATE and proposed != "string":
        yield (
            f"all values here are of the type {proposed}; the contract keeps dates as text, since others "
            "have the year or the month alone"
        )
    if wanted == "string":
        yield f"all values here are of the type {proposed}; the contract keeps them as they are written"
    if proposed in ("int", "bigint") and wanted == "boolean":
        yield "0 and 1 are numbers to the crawler; by the contract they are false and true"
    if _rank(proposed) <= _rank(wanted) < len(_NUMBERS):
        yield f"{proposed} holds all values that are here; the contract has room for others"
    if proposed in ("date", "timestamp", "timestamptz"):
        yield f"all values here are written as a {proposed}; the contract reads them as {wanted}"
    yield _misfits(wanted, judgement)


def _rank(type_: str) -> int:
    """The place of a type among those of numbers, the narrowest first; behind all of them for others."""
    name = type_.partition("(")[0]
    return _NUMBERS.index(name) if name in _NUMBERS else len(_NUMBERS)


def _misfits(wanted: str, judgement: Judgement) -> str:
    """Values that are not of the contract's type: rows with them will be kept aside."""
    kind = wanted.partition("(")[0]
    tried: Against | None = next((one for one in judgement.against if one.type == kind), None)
    if tried is None:
        return f"no value here is of the type {wanted}; a run would keep these rows aside"
    others = judgement.values - tried.fitting
    return (
        f"{others:,} of {judgement.values:,} values are not of the type {wanted}, the first in "
        f"{tried.counter.place}; a run would keep these rows aside"
    )
