"""A row kept aside, with everything that somebody needs to find and mend it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RowReject:
    """A row kept aside: where it stands, which column and value failed which rule, and its raw text."""

    source: str
    file: str
    batch: str
    line: int
    byte_offset: int
    column: str
    value: str
    rule: str
    raw: str

    @property
    def reason(self) -> str:
        """The reason as one phrase."""
        value = f" ({self.value!r})" if self.value else ""
        return f"{self.column}: {self.rule}{value}" if self.column else self.rule
