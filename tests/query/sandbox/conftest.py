"""A lake to read, something beside it that nobody may read, and processes that run statements."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.query.sandbox.worker import Limits, Worker

SECRET = "the-secret-of-the-house"  # noqa: S105
ROWS = 5000


@dataclass
class Grounds:
    """`folder` is the lake's, with a data file and a link that leads out; beside it lies a secret."""

    root: Path
    workers: list[Worker] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        return self.root / "lake"

    @property
    def data(self) -> Path:
        return self.folder / "data.parquet"

    @property
    def secret(self) -> Path:
        return self.root / "secret.txt"

    @property
    def out(self) -> Path:
        return self.root / "out.csv"

    def made(self) -> Grounds:
        self.folder.mkdir()
        self.secret.write_text(f"name,value\na,{SECRET}\n", "utf-8")
        (self.folder / "link").symlink_to(self.secret)
        with contextlib.closing(DuckDBEngine(memory=200_000_000, scratch=self.root / "scratch")) as engine:
            rows = f"SELECT range AS n, 'name ' || range AS name FROM range({ROWS})"
            engine.execute(f"COPY ({rows}) TO '{self.data}' (FORMAT parquet)")
        return self

    def files(self) -> dict[str, bytes]:
        """Every file there is, with its contents."""
        return {str(path): path.read_bytes() for path in sorted(self.root.rglob("*")) if path.is_file()}

    def fill(self, sql: str) -> str:
        """A statement of the corpus with the names of these places."""
        for name in ("secret", "data", "folder", "out"):
            sql = sql.replace(f"{{{name}}}", str(getattr(self, name)))
        return sql

    def worker(self, *, memory: int = 300_000_000, seconds: float = 20.0) -> Worker:
        """A new process."""
        made = Worker(Limits(memory, seconds, threads=2), frozenset([str(self.folder)]))
        self.workers.append(made)
        return made

    def close(self) -> None:
        for worker in self.workers:
            worker.close()


@pytest.fixture(scope="module")
def grounds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grounds]:
    """One for the tests of a file: none of them may change it."""
    grounds = Grounds(tmp_path_factory.mktemp("grounds")).made()
    yield grounds
    grounds.close()
