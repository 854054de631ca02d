"""Tables: Parquet files by COPY, metadata files by PyIceberg, and what the catalog commits."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyarrow import parquet
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.io.pyarrow import PyArrowFile, PyArrowFileIO
from sqlalchemy.engine.default import DefaultDialect
from tests.crash.points import Watch, duckdb_error, sqlite_error
from tests.crash.watched_files import Patch, WatchedFile

from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.lake.commit import Committer

if TYPE_CHECKING:
    from collections.abc import Iterator

_FOOT = 8  # bytes at the end of a Parquet file; any metadata file is longer

_doing: ContextVar[tuple[str, ...]] = ContextVar("doing", default=())


class TableCalls:
    """The calls by which tables change, each telling the watch first."""

    def __init__(self, root: Path, watch: Watch) -> None:
        self._root = root.absolute()
        self._watch = watch

    def patches(self) -> list[Patch]:
        """What takes whose place."""
        return [
            (DuckDBEngine, "write_parquet", self._during(DuckDBEngine, "write_parquet", self._directory)),
            (DuckDBEngine, "rows", self._copied(DuckDBEngine.rows)),
            (PyArrowFile, "create", self._created(PyArrowFile.create)),
            (PyArrowFileIO, "delete", self._deleted(PyArrowFileIO.delete)),
            (DefaultDialect, "do_commit", self._committed(DefaultDialect.do_commit)),
            (Committer, "stage", self._during(Committer, "stage", lambda change: f"stage {change.name}")),
            (Committer, "move_forward", self._during(Committer, "move_forward", "show {}".format)),
            (Committer, "discard", self._during(Committer, "discard", "discard {}".format)),
            (Committer, "expire", self._during(Committer, "expire", "expire {}".format)),
            *(
                (SqlCatalog, name, self._during(SqlCatalog, name, lambda *_, name=name: name))
                for name in ("rename_table", "drop_table", "create_namespace", "create_tables")
            ),
        ]

    def _below(self, location: str) -> str:
        plain = location.removeprefix("file://")
        return plain if "://" in plain else os.path.relpath(plain, self._root)

    def _directory(self, _sql: str, directory: str) -> str:
        return self._below(directory)

    def _during(self, owner: Any, name: str, label: Callable[..., str]) -> Callable[..., Any]:
        """The call, with what is done during it called after it."""
        original = getattr(owner, name)

        def called(self_: Any, *args: Any, **kwargs: Any) -> Any:
            named = label(*args[: 2 if name == "write_parquet" else 1])
            with doing(named):
                return original(self_, *args, **kwargs)

        return called

    def _copied(self, original: Callable[..., Any]) -> Callable[..., Any]:
        watch = self._watch

        def called(engine: Any, sql: str) -> Any:
            if not sql.startswith("COPY ("):
                return original(engine, sql)
            (*_, name) = _doing.get() or ("?",)

            def work() -> Any:
                watch.reached(f"{name}: COPY: before", name, error=duckdb_error)
                written = engine._connection.execute(sql).fetchall()
                paths = [Path(row[0]) for row in written]
                watch.reached(f"{name}: COPY: torn", name, error=duckdb_error, half=lambda: _tear(paths))
                watch.reached(f"{name}: COPY: after", name, error=duckdb_error, half=lambda: _shorten(paths))
                return written

            return engine._run(work)

        return called

    def _created(self, original: Callable[..., Any]) -> Callable[..., Any]:
        watch = self._watch

        def called(file: Any, overwrite: bool = False) -> Any:
            name = self._below(file.location)
            watch.reached(f"{name}: create", file.location)
            return _MetadataStream(original(file, overwrite), name, watch)

        return called

    def _deleted(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def called(io: Any, location: Any) -> Any:
            where = location if isinstance(location, str) else location.location
            self._watch.reached(f"{self._below(where)}: delete", where, grows=False)
            return original(io, location)

        return called

    def _committed(self, original: Callable[..., Any]) -> Callable[..., Any]:
        watch = self._watch

        def called(dialect: Any, connection: Any) -> Any:
            name = ": ".join((*_doing.get(), "commit"))
            watch.reached(f"{name}: before", error=sqlite_error)
            done = original(dialect, connection)
            # Done, and nobody is told: the answer of a commit may get lost.
            watch.reached(f"{name}: after", error=sqlite_error)
            return done

        return called


def doing(label: str) -> AbstractContextManager[None]:
    """Call what happens in the block after it."""

    @contextmanager
    def labelled() -> Iterator[None]:
        token = _doing.set((*_doing.get(), label))
        try:
            yield
        finally:
            _doing.reset(token)

    return labelled()


class _MetadataStream(WatchedFile):
    """A metadata file: its many small writes are one point, torn at the longest piece of a kind."""

    def __init__(self, stream: Any, name: str, watch: Watch) -> None:
        super().__init__(stream, name, watch)
        self._torn = False

    def write(self, data: Any) -> Any:
        """Write, or half of it, the first time that there is anything to speak of."""
        if self._torn or len(data) < 2 * _FOOT:
            return self._file.write(data)
        self._torn = True
        return super().write(data)


def _tear(paths: list[Path]) -> None:
    """Leave of each file what a write that broke off leaves."""
    for path in paths:
        os.truncate(path, path.stat().st_size // 2)


def _shorten(paths: list[Path]) -> None:
    """Take the last row out of the first file, which is a good file still."""
    table = parquet.read_table(paths[0], partitioning=None)
    parquet.write_table(table.slice(0, len(table) - 1), paths[0])
