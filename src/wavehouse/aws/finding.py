"""What is wrong with a request."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing wrong: `path` says where (as in `Nodes.join.Join.Columns[0].From`), `what` says what."""

    path: str
    what: str

    def __str__(self) -> str:
        return f"{self.path}: {self.what}"
