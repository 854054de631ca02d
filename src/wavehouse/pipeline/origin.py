"""What the target of a flow was made from, as a ledger tells it. Imports nothing heavy: every run asks."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Origin:
    """A target (a table, or a path as the flow has it), its flow, and the tables that this flow reads.

    The rows of a contract are the table of its source. Files that a flow reads by a path of its own are among
    the inputs of the ledger.
    """

    target: str
    flow: str
    tables: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """This record for a ledger."""
        return asdict(self)

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Origin:
        """The record that `as_json` wrote."""
        return cls(record["target"], record["flow"], tuple(record["tables"]))
