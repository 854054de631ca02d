"""A project to begin with: a copy of one, or one with nothing in it yet."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from wavehouse.core.errors import CallError
from wavehouse.project.project import PROJECT_FILE, Project


def copy_project(project: Project, target: Path) -> Path:
    """Copy the definitions of `project` to `target`; raises `CallError` where something is there already."""
    _refuse_full(target)
    shutil.copytree(project.root, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    return target


def empty_project(target: Path) -> Path:
    """A project called as its folder, without contracts and flows; raises `CallError` as `copy_project`.

    What is hidden there (`.git`, `.venv`) is not in its way.
    """
    _refuse_full(target, but=".")
    (target / "flows").mkdir(parents=True)
    name = json.dumps(target.absolute().name or "project")  # (as YAML reads it, whatever signs it has)
    (target / PROJECT_FILE).write_text(f"# Each file in flows/ is a flow.\nname: {name}\n", "utf-8")
    return target


def _refuse_full(target: Path, *, but: str = "") -> None:
    """Raise where something is there already, `but` names that begin so."""
    full = target.is_dir() and any(not (but and child.name.startswith(but)) for child in target.iterdir())
    if full or (target.exists() and not target.is_dir()):
        raise CallError(
            "there is something here already", where=str(target), remedy="Name a new or an empty directory"
        )
