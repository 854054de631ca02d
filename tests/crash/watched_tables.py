"""Tables: Parquet files by COPY, metadata files by PyIceberg, and what the catalog commits."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.io.pyarrow import PyArrowFile, PyArrowFileIO
from sqlalchemy.engine.default import DefaultDialect
from tests.crash.points import Watch, sqlite_error
from tests.crash.warehouse import Folder, Warehouse, shorten, warehouse_of
from tests.crash.watched_files import Patch

from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.lake.commit import Committer
from wavehouse.lake.head import plain_location
from wavehouse.lake.layout import LakeLayout

if TYPE_CHECKING:
    from collections.abc import Iterator

_doing: ContextVar[tuple[str, ...]] = ContextVar("doing", default=())


class TableCalls:
    """The calls by which tables change, each telling the watch first."""

    def __init__(self, root: Path, watch: Watch) -> None:
        self._root = root.absolute()
        self._warehouse = warehouse_of(LakeLayout(self._root))
        self._directory: Warehouse = Folder(str(self._root))
        self._watch = watch

    def patches(self) -> list[Patch]:
        """What takes whose place."""
        return [
            (DuckDBEngine, "write_parquet", self._during(DuckDBEngine, "write_parquet", self._target)),
            (DuckDBEngine, "write_files", self._during(DuckDBEngine, "write_files", self._target)),
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
            *self._warehouse.patches(self._below, self._watch),
        ]

    def _below(self, location: str) -> str:
        plain = plain_location(location)
        if plain.startswith(f"{self._warehouse.location}/"):
            return f"warehouse{plain.removeprefix(self._warehouse.location)}"
        return os.path.relpath(plain, self._root)

    def _target(self, _sql: str, directory: str | Path) -> str:
        return self._below(str(directory))

    def _during(self, owner: Any, name: str, label: Callable[..., str]) -> Callable[..., Any]:
        """The call, with what is done during it called after it."""
        original = getattr(owner, name)

        def called(self_: Any, *args: Any, **kwargs: Any) -> Any:
            named = label(*args[: 2 if name.startswith("write_") else 1])
            with doing(named):
                return original(self_, *args, **kwargs)

        return called

    def _copied(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def called(engine: Any, sql: str) -> Any:
            if not sql.startswith("COPY ("):
                return original(engine, sql)
            (*_, name) = _doing.get() or ("?",)
            # What one run alone needs lies in the directory, wherever the tables do.
            to = self._warehouse if name.startswith("warehouse/") else self._directory

            def reached(when: str, half: Callable[[], object] | None = None) -> None:
                point = f"{name}: COPY: {when}"
                self._watch.reached(point, name, error=to.copy_error, half=half, grows=not to.far)

            def work() -> Any:
                reached("before")
                written = engine._connection.execute(sql).fetchall()
                paths = [path.removeprefix("s3://") for row in written for path in _paths(row)]
                reached("torn", lambda: to.break_off(paths))
                reached("after", lambda: shorten(to.files, paths[0]))
                return written

            return engine._run(work)

        return called

    def _created(self, original: Callable[..., Any]) -> Callable[..., Any]:
        watch, warehouse = self._watch, self._warehouse

        def called(file: Any, overwrite: bool = False) -> Any:
            name = self._below(file.location)
            watch.reached(f"{name}: create", file.location, error=warehouse.error, grows=not warehouse.far)
            return warehouse.stream(original(file, overwrite), name, watch)

        return called

    def _deleted(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def called(io: Any, location: Any) -> Any:
            where = location if isinstance(location, str) else location.location
            name, error = self._below(where), self._warehouse.error
            self._watch.reached(f"{name}: delete", where, error=error, grows=False)
            done = original(io, location)
            if self._warehouse.far:
                self._watch.reached(f"{name}: deleted", where, error=error, grows=False)
            return done

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


def _paths(row: tuple[Any, ...]) -> list[str]:
    """The files of a row that a COPY gives back: one with its statistics, or all after the number of rows."""
    first, *more = row
    return more[0] if isinstance(first, int) else [first]


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
