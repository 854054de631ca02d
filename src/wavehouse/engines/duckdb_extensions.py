"""DuckDB's extensions, each from its own wheel."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path

import duckdb

from wavehouse.core.errors import OutsideError
from wavehouse.core.sql_text import literal
from wavehouse.engines.duckdb_words import first_line

# avro first: iceberg reads its manifests through it.
ALWAYS = ("avro", "iceberg")


def load_extension(execute: Callable[[str], None], name: str) -> None:
    """Load one of ours into a connection; raises `OutsideError` where it is not installed, or damaged."""
    file = extension_file(name)
    try:
        execute(f"LOAD {literal(str(file))}")
    except duckdb.Error as error:
        raise OutsideError(
            f"DuckDB's extension '{name}' cannot be loaded ({first_line(error)})", remedy=_install(name)
        ) from error


def extension_file(name: str) -> Path:
    """The extension that its wheel carries: nothing is downloaded."""
    spec = importlib.util.find_spec(f"duckdb_extension_{name}")
    if spec is None or not spec.submodule_search_locations:
        raise OutsideError(
            f"DuckDB's extension '{name}' is not installed",
            remedy=_install(name),
        )
    folder = Path(spec.submodule_search_locations[0])
    return folder / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"


def _install(name: str) -> str:
    return f"Install it: pip install --force-reinstall duckdb-extension-{name}=={duckdb.__version__}"
