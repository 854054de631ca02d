"""What is known of a query before it runs: its SQL for the engine, and what it reads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from wavehouse.core.table_head import TableSource
from wavehouse.engines.engine import Engine
from wavehouse.lake.head import table_folder
from wavehouse.query.answer import Answer
from wavehouse.query.estimate import TableScan, estimate, footers_for
from wavehouse.query.parse import parse
from wavehouse.query.service.execution import Execution
from wavehouse.query.service.plan import Plan
from wavehouse.query.service.plans import Planned, Plans
from wavehouse.query.service.reuse import reuse_key, table_versions
from wavehouse.query.statements.parameters import with_parameters
from wavehouse.query.statements.run import STATEMENTS, first_word
from wavehouse.query.translate import translate
from wavehouse.query.typed import Version

_DDL = ("CREATE", "DROP", "ALTER", "MSCK")
_DML = ("INSERT", "DELETE", "UPDATE", "MERGE", "UNLOAD", "OPTIMIZE", "VACUUM")


class Planner:
    """Plans queries, several at a time: each thread has an engine of its own, which reads only metadata.

    `run` answers a statement that is no query, in a database.
    """

    def __init__(
        self,
        tables: TableSource,
        engine: Callable[[], Engine],
        run: Callable[[str, str, Engine], Answer] | None = None,
    ) -> None:
        self._tables = tables
        self._run = run
        self._engine = engine
        self._plans = Plans(tables)
        self._own = threading.local()
        self._engines: list[Engine] = []
        self._lock = threading.Lock()

    def describe(self, execution: Execution) -> None:
        """Say in a record which kind of statement it is."""
        word = first_word(execution.sql)
        if self._run is not None and word in STATEMENTS:
            execution.statement_type = "DDL" if word in _DDL else "DML" if word in _DML else "UTILITY"
            execution.substatement_type = word

    def told(self, execution: Execution, text: str) -> Answer:
        """The answer of a statement that is no query; raises `QueryError` as `run_statement` does."""
        assert self._run is not None  # noqa: S101
        return self._run(text, execution.database, self._mine())

    def text(self, execution: Execution) -> str:
        """The query with its parameters; raises `QueryError` for what is not SQL that is read here."""
        if not execution.is_query:
            return with_parameters(execution.sql, execution.parameters)
        if not execution.parameters and "?" not in execution.sql:
            parse(execution.sql)
            return execution.sql
        # (Its own errors are told by its own places.)
        parse(execution.sql)
        text = with_parameters(execution.sql, execution.parameters)
        parse(text)
        return text

    def plan(self, execution: Execution, text: str) -> Planned:
        """How a query is run; raises `QueryError` and `OutsideError` as `translate` does."""
        database = execution.database
        known = self._plans.find(text, database)
        return known or self._plans.keep(text, database, self._made(text, database))

    def _made(self, text: str, database: str) -> Plan:
        translation = translate(text, self._tables, self._mine(), database=database)
        folders: set[str] = set()
        for version in translation.reads:
            scans = translation.scans.get(version)
            if scans is None:
                folders |= self._iceberg_folders(version)
                continue
            for file in (file for scan in scans for file in scan.files):
                folders.add(_folder(file.location, version.metadata))
        local = frozenset(folder for folder in folders if "://" not in folder)
        key = reuse_key(text, database, translation)
        return Plan(translation, local, key, table_versions(translation.reads))

    def scans(self, planned: Planned) -> Sequence[TableScan]:
        """What Athena would scan for a query, worked out from footers before it is run."""
        if planned.scans is None:
            translation = planned.plan.translation
            planned.scans = estimate(translation, footers_for(translation, self._mine()), self._mine())
        return planned.scans

    def close(self) -> None:
        """Give back the engines."""
        with self._lock:
            for engine in self._engines:
                engine.close()
            self._engines.clear()

    def _iceberg_folders(self, version: Version) -> set[str]:
        top = table_folder(version.metadata)
        files = self._mine().iceberg_files(version.metadata, version.snapshot_id)
        # (A table that somebody else has written may have files elsewhere.)
        return {top, *(_folder(file.location, top) for file in files)}

    def _mine(self) -> Engine:
        engine: Engine | None = getattr(self._own, "engine", None)
        if engine is None:
            engine = self._own.engine = self._engine()
            with self._lock:
                self._engines.append(engine)
        return engine


def _folder(location: str, table: str) -> str:
    """The folder that a process must be able to read for a file of an external table."""
    inside = location.startswith(f"{table.rstrip('/')}/")
    return table.rstrip("/") if inside else location.rpartition("/")[0]
