"""A query that can be run."""

from __future__ import annotations

from dataclasses import dataclass

from wavehouse.query.translate import Translation


@dataclass(frozen=True)
class Plan:
    """By which SQL a query is run, and below which folders (absolute) it reads.

    Two queries of one `reuse_key` have the same answer ('' where that cannot be told); `tables` are the
    versions of what is read, by name.
    """

    translation: Translation
    folders: frozenset[str]
    reuse_key: str
    tables: dict[str, str]
