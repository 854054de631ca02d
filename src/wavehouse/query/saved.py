"""Saved queries: the `.sql` files of a project, each with its purpose in a leading comment."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from wavehouse.core.errors import CallError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.project.project import Project


@dataclass(frozen=True)
class SavedQuery:
    """A query by name, with the first line of its comment as description."""

    name: str
    description: str
    sql: str
    path: Path


def saved_queries(project: Project) -> dict[str, SavedQuery]:
    """The saved queries of a project by name."""
    return {path.stem: _read(path) for path in project.files("queries", ".sql")}


def find_query(project: Project, name: str) -> SavedQuery:
    """One saved query; raises `CallError` where there is none of that name."""
    queries = saved_queries(project)
    if name not in queries:
        raise CallError(f"there is no saved query '{name}'", remedy=did_you_mean(name, queries))
    return queries[name]


def _read(path: Path) -> SavedQuery:
    text = path.read_text(encoding="utf-8")
    first = text.lstrip().splitlines()[0] if text.strip() else ""
    description = first.removeprefix("--").strip() if first.startswith("--") else ""
    return SavedQuery(path.stem, description, text, path)
