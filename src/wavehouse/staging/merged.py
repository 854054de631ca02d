"""What a merge of new rows into the table of a source has come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from wavehouse.engines.engine import WrittenFile
from wavehouse.staging.landed_file import LandedFile


@dataclass(frozen=True)
class Merged:
    """The rows of a source's table after a merge.

    `files` are all its data files, of which `added` are new; `removed` are no longer among them. Every row
    that came in is in a `fresh` one; the rows of the others were in the table before. `touched` is a relation
    over the rows that are new, changed or gone, each in its old and its new version, with the columns asked
    for; None: every row. `superseded` counts, by landed file, the rows that did not stay; `differing` of
    those were not identical to the row that did.
    """

    files: list[str]
    added: list[WrittenFile]
    removed: list[str]
    rows: int
    superseded: dict[LandedFile, int] = field(default_factory=dict)
    differing: int = 0
    touched: str | None = None
    inserted: int = 0
    updated: int = 0
    deleted: int = 0
    fresh: Sequence[str] = ()
