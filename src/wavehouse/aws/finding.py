"""What is wrong with a request."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from wavehouse.core.errors import DefinitionError


@dataclass(frozen=True)
class Finding:
    """One thing wrong: `path` says where (as in `Nodes.join.Join.Columns[0].From`), `what` says what."""

    path: str
    what: str

    def __str__(self) -> str:
        return f"{self.path}: {self.what}"


def check(findings: Iterable[Finding], what: str, where: str) -> None:
    """Raise `DefinitionError` with `what` and all findings, where there are any."""
    if told := "".join(f"\n  {finding}" for finding in findings):
        raise DefinitionError(f"{what}{told}", where=where)
