"""What a user starts with: sample files, and a project to edit."""

from __future__ import annotations

from pathlib import Path

from wavehouse.core.errors import CallError
from wavehouse.project.project import Project
from wavehouse.settings import builtin_project
from wavehouse.wiring.parts import Document, an_engine


def generate(directory: Path, scale: float, seed: int, dirty: float, as_of: str) -> Document:
    """Write a synthetic catalogue."""
    from datetime import date

    from wavehouse.samples.catalogue import generate as generate_catalogue
    from wavehouse.terminal.progress import progress_on_stderr

    try:
        today = date.fromisoformat(as_of)
    except ValueError as error:
        raise CallError(f"'{as_of}' is not a date", remedy="Write it as YYYY-MM-DD") from error
    with an_engine() as engine, progress_on_stderr() as progress:
        made = generate_catalogue(
            directory, scale=scale, seed=seed, as_of=today, dirty=dirty, engine=engine, progress=progress
        )
    return {
        "files": {name: str(path) for name, path in made.files.items()},
        "rows": made.rows,
        "planted": str(made.planted) if made.planted else None,
    }


def init(directory: Path, *, empty: bool = False) -> Document:
    """Copy the project that ships with the package, or write one with nothing in it yet."""
    from wavehouse.project.copy import copy_project, empty_project

    made = empty_project(directory) if empty else copy_project(Project.at(builtin_project()), directory)
    return {"path": str(made), "empty": empty}
