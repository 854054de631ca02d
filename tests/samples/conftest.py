"""Catalogues made once for all tests that only read them, and an independent reader of them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from wavehouse.core.progress import Silent
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.samples.catalogue import Catalogue, generate

_AS_OF = date(2023, 12, 20)

Make = Callable[..., Catalogue]


def _records(path: Path) -> Iterator[tuple[int, list[str]]]:
    with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
        reader = csv.reader(file, strict=True)
        line = 1
        for values in reader:
            yield line, values
            line = reader.line_num + 1


@pytest.fixture(scope="session")
def records_of() -> Callable[[Path], Iterator[tuple[int, list[str]]]]:
    """Reads header and records by Python's csv module, each with the physical line on which it starts.

    The module counts the lines by itself; a byte outside UTF-8 is a surrogate.
    """
    return _records


@pytest.fixture(scope="session")
def rows_of() -> Callable[[Path], list[dict[str, str]]]:
    """Reads the rows of a clean file, by column."""

    def rows(path: Path) -> list[dict[str, str]]:
        (_, header), *others = _records(path)
        return [dict(zip(header, values, strict=True)) for _, values in others]

    return rows


@pytest.fixture(scope="session")
def as_of() -> date:
    """The catalogues' today."""
    return _AS_OF


@pytest.fixture(scope="session")
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Generates a small catalogue in a directory of its own."""

    def made(
        *, scale: float = 0.01, seed: int = 7, as_of: date = _AS_OF, dirty: float = 0.0, threads: int = 2
    ) -> Catalogue:
        folder = tmp_path_factory.mktemp("catalogue")
        engine = DuckDBEngine(memory=500_000_000, scratch=folder / "scratch", threads=threads)
        try:
            return generate(
                folder / "raw",
                scale=scale,
                seed=seed,
                as_of=as_of,
                dirty=dirty,
                engine=engine,
                progress=Silent(),
            )
        finally:
            engine.close()

    return made


@pytest.fixture(scope="session")
def clean(make: Make) -> Catalogue:
    """A clean catalogue of scale 0.01."""
    return make()


@pytest.fixture(scope="session")
def soiled(make: Make) -> Catalogue:
    """The same catalogue with traps in a tenth of its rows."""
    return make(dirty=10)
