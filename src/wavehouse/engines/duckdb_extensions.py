"""DuckDB's extensions, each from its own wheel."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import duckdb

from wavehouse.core.errors import OutsideError


def extension_file(name: str) -> Path:
    """The signed extension that its wheel carries: nothing is downloaded."""
    spec = importlib.util.find_spec(f"duckdb_extension_{name}")
    if spec is None or not spec.submodule_search_locations:
        raise OutsideError(
            f"DuckDB's extension '{name}' is not installed",
            remedy=f"Install it: pip install duckdb-extension-{name}=={duckdb.__version__}",
        )
    folder = Path(spec.submodule_search_locations[0])
    return folder / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"
