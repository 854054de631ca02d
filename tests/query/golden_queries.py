"""Golden queries: each with the answer that Trino's documentation gives it, written before it was first run.

A file is about one topic. `docs` is the page that its answers follow, `rule` what it says of the case.

    about: What the file is about.
    docs: https://trino.io/docs/current/functions/datetime.html
    queries:
      - sql: SELECT date_diff('day', DATE '2020-01-01', DATE '2020-03-01')
        rule: timestamp2 - timestamp1 expressed in terms of unit
        types: [bigint]
        rows: [[60]]
      - sql: SELECT 1 / 0
        rule: Division by zero is an error
        fails: Division by zero     # part of what is said; the query stops
      - sql: SELECT soundex('a')
        refused: not covered        # it is not answered here, and says so

Values are those of `wavehouse sql --json`. Queries see the tables of `conftest`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parents[1] / "golden" / "athena"


@dataclass(frozen=True)
class GoldenQuery:
    """One query with its answer, or why there is none; `rule` and `docs` say what the answer follows."""

    topic: str
    at: int
    sql: str
    docs: str
    rule: str = ""
    types: list[str] | None = None
    rows: list[list[Any]] | None = field(default=None)
    fails: str = ""
    refused: str = ""

    @property
    def name(self) -> str:
        """What the test is called by."""
        return f"{self.topic}-{self.at:03d}"


def golden_queries() -> Iterator[GoldenQuery]:
    """All of them."""
    for path in sorted(FOLDER.glob("*.yaml")):
        document = yaml.safe_load(path.read_text("utf-8"))
        for at, one in enumerate(document["queries"], start=1):
            yield GoldenQuery(path.stem, at, **{"docs": document["docs"], **one})
