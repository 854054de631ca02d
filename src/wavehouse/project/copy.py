"""A copy of a project to edit."""

from __future__ import annotations

import shutil
from pathlib import Path

from wavehouse.core.errors import CallError
from wavehouse.project.project import Project


def copy_project(project: Project, target: Path) -> Path:
    """Copy the definitions of `project` to `target`; raises `CallError` where something is there already."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise CallError(
            "there is something here already", where=str(target), remedy="Name a new or an empty directory"
        )
    shutil.copytree(project.root, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    return target
