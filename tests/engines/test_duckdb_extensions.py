"""What an engine loads besides its own: nothing."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from wavehouse.core.errors import OutsideError
from wavehouse.core.sql_text import literal
from wavehouse.engines import duckdb_extensions
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.engines.duckdb_extensions import extension_file


def test_a_changed_extension_is_refused(engine: DuckDBEngine, tmp_path: Path) -> None:
    content = bytearray(extension_file("httpfs").read_bytes())
    content[1000] ^= 1
    changed = tmp_path / "httpfs.duckdb_extension"
    changed.write_bytes(content)
    with pytest.raises(OutsideError, match="its signature is either missing or invalid"):
        engine.execute(f"LOAD {literal(str(changed))}")


def test_no_statement_lets_one_in(engine: DuckDBEngine) -> None:
    with pytest.raises(duckdb.InvalidInputException, match="Cannot change allow_unsigned_extensions"):
        engine.execute("SET allow_unsigned_extensions = true")


def test_one_that_cannot_be_loaded_is_to_be_installed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    half = tmp_path / "avro.duckdb_extension"
    half.write_bytes(extension_file("avro").read_bytes()[:100_000])
    monkeypatch.setattr(duckdb_extensions, "extension_file", lambda _: half)
    with pytest.raises(OutsideError, match=r"'avro' cannot be loaded .*pip install --force-reinstall"):
        DuckDBEngine(memory=500_000_000, scratch=tmp_path)
