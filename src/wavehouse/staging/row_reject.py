"""A row kept aside, with everything that somebody needs to find and mend it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One rule that a row fails: the column and the value that stands there, '' for the whole record."""

    rule: str
    column: str = ""
    value: str = ""

    @property
    def reason(self) -> str:
        """The fault as one phrase."""
        value = f" ({self.value!r})" if self.value else ""
        return f"{self.column}: {self.rule}{value}" if self.column else self.rule


@dataclass(frozen=True)
class RowReject:
    """A row kept aside: where it stands, every rule that it fails (at least one), and its raw text.

    `sha256` is that of the landed file; with the line it tells rows apart.

    `retryable`: nothing in the row itself is wrong, something that it refers to is missing.
    """

    source: str
    file: str
    sha256: str
    batch: str
    batch_time: str
    line: int
    byte_offset: int
    raw: str
    faults: tuple[Fault, ...]
    retryable: bool = False

    @property
    def reason(self) -> str:
        """All its faults as one phrase."""
        return "; ".join(fault.reason for fault in self.faults)
