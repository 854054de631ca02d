"""Packages that only some lakes need: how they get there."""

from __future__ import annotations

import shlex
import sys
from importlib.metadata import PackageNotFoundError, requires


def install(extra: str) -> str:
    """The command that installs what the extra of that name (pyproject.toml) asks for.

    It names the packages: `wavehouse[extra]` would be right only where we were installed from an index.
    """
    try:
        all_ = requires("wavehouse") or []
    except PackageNotFoundError:
        # Run from its sources, which nobody installed.
        all_ = []
    wanted = [one.partition(";")[0].strip() for one in all_ if f"extra == '{extra}'" in one.replace('"', "'")]
    return shlex.join([sys.executable, "-m", "pip", "install", *(wanted or [f"wavehouse[{extra}]"])])
