"""Saved queries: the `.sql` files of a project, each with its purpose in a leading comment."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from wavehouse.core.errors import CallError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.project.project import Project
from wavehouse.store.durable import write_durably

_NAME = re.compile("[a-z][a-z0-9_]{0,79}")


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


def save_query(
    project: Project, name: str, description: str, sql: str, *, replace: bool = False
) -> SavedQuery:
    """Write a query as a file of the project; its first line is the description.

    Raises `CallError` for a name that no file should have, for one that is there unless it is to be replaced,
    and where nothing can be written.
    """
    if not _NAME.fullmatch(name):
        raise CallError(
            f"'{name}' is no name for a query",
            remedy="Begin with a letter, and go on with small letters, digits and underscores (at most 80)",
        )
    path = project.root / "queries" / f"{name}.sql"
    if path.exists() and not replace:
        raise CallError(
            f"there is a saved query '{name}' already", remedy="Choose another name, or replace it"
        )
    said = " ".join(description.split())
    body = sql.strip()
    first = body.partition("\n")[0]
    if said and first.startswith("--"):
        body = body[len(first) :].lstrip("\n")
    text = (f"-- {said}\n" if said else "") + f"{body}\n"
    try:
        write_durably(path, text.encode())
    except OSError as error:
        raise CallError(
            f"nothing can be written here ({(error.strerror or str(error)).lower()})",
            where=str(path),
            remedy="Use a project of your own: wavehouse init DIR",
        ) from error
    return _read(path)


def _read(path: Path) -> SavedQuery:
    text = path.read_text(encoding="utf-8")
    first = text.lstrip().splitlines()[0] if text.strip() else ""
    description = first.removeprefix("--").strip() if first.startswith("--") else ""
    return SavedQuery(path.stem, description, text, path)
