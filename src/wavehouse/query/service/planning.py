"""What is known of a query before it runs: its SQL for the engine, and what it reads."""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Callable, Sequence

from wavehouse.core.table_head import TableSource
from wavehouse.engines.engine import Engine
from wavehouse.query.answer import Answer, in_words
from wavehouse.query.estimate import TableScan, estimate, footers_for
from wavehouse.query.first_word import first_word
from wavehouse.query.parse import parse
from wavehouse.query.sandbox.folders import folders_of
from wavehouse.query.service.execution import MANAGED, Execution, new_execution
from wavehouse.query.service.live import Asked, Live
from wavehouse.query.service.plan import Plan
from wavehouse.query.service.plans import Planned, Plans
from wavehouse.query.service.reuse import reuse_key, table_versions
from wavehouse.query.statements.prepared import with_given
from wavehouse.query.statements.run import STATEMENTS
from wavehouse.query.translate import translate

_DDL = ("CREATE", "DROP", "ALTER", "MSCK")
# What makes or drops something says what: https://docs.aws.amazon.com/athena/latest/ug/ddl-reference.html
_MADE = re.compile(r"(CREATE|DROP)\b(?:\s+OR\s+REPLACE)?\s+(?:EXTERNAL\s+)?(TABLE|VIEW)\b", re.IGNORECASE)
_AS_QUERY = re.compile(r"\bAS\s*\(*\s*(?:SELECT|WITH|VALUES|TABLE)\b", re.IGNORECASE)
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

    def query(self, asked: Asked, output: str, server: str) -> Live:
        """What somebody asks, with a record that is not kept yet; `output` is where answers lie (s3://…/).

        Raises `QueryError` for what is not SQL that is read here.
        """
        began = time.perf_counter()
        execution = new_execution(
            asked.sql,
            database=asked.database,
            parameters=asked.parameters,
            workgroup=asked.workgroup,
            process=os.getpid(),
            server=server,
        )
        self.describe(execution)
        if asked.workgroup != MANAGED:
            execution.output_location = f"{output}{execution.id}.{execution.ending}"
        return Live(execution, self.text(execution), asked.reuse, began)

    def describe(self, execution: Execution) -> None:
        """Say in a record which kind of statement it is."""
        word = first_word(execution.sql)
        if self._run is not None and word in STATEMENTS:
            execution.statement_type = "DDL" if word in _DDL else "DML" if word in _DML else "UTILITY"
            execution.substatement_type = _substatement(word, execution.sql)

    def told(self, execution: Execution, text: str) -> Answer:
        """The answer of a statement that is no query; raises `QueryError` as `run_statement` does."""
        assert self._run is not None  # noqa: S101
        return self._run(text, execution.database, self._mine())

    def text(self, execution: Execution) -> str:
        """The query with its parameters; raises `QueryError` for what is not SQL that is read here."""
        if execution.is_query:
            # (Its own errors are told by its own places.)
            parse(execution.sql)
        text = with_given(execution.sql, execution.parameters)
        if execution.is_query and text != execution.sql:
            parse(text)
        return text

    def plan(self, execution: Execution, text: str) -> Planned:
        """How a query is run; raises `QueryError` and `OutsideError` as `translate` does."""
        database = execution.database
        known = self._plans.find(text, database)
        return known or self._plans.keep(text, database, in_words(lambda: self._made(text, database)))

    def _made(self, text: str, database: str) -> Plan:
        translation = translate(text, self._tables, self._mine(), database=database)
        folders = folders_of(translation, self._mine())
        return Plan(
            translation, folders, reuse_key(text, database, translation), table_versions(translation.reads)
        )

    def scans(self, planned: Planned) -> Sequence[TableScan]:
        """What Athena would scan for a query, worked out from footers before it is run.

        Raises `QueryError` and `OutsideError` where those cannot be read.
        """
        if planned.scans is None:
            translation = planned.plan.translation
            planned.scans = in_words(
                lambda: estimate(translation, footers_for(translation, self._mine()), self._mine())
            )
        return planned.scans

    def stopper(self) -> Callable[[], None]:
        """What stops, from another thread, the statement that the engine of this one runs."""
        return self._mine().interrupt

    def close(self) -> None:
        """Give back the engines."""
        with self._lock:
            for engine in self._engines:
                engine.close()
            self._engines.clear()

    def _mine(self) -> Engine:
        engine: Engine | None = getattr(self._own, "engine", None)
        if engine is None:
            engine = self._own.engine = self._engine()
            with self._lock:
                self._engines.append(engine)
        return engine


def writes(execution: Execution) -> bool:
    """Whether a statement would write to the lake."""
    return execution.statement_type == "DDL" or first_word(execution.sql) in _DML


def _substatement(word: str, sql: str) -> str:
    made = _MADE.search(sql) if word in ("CREATE", "DROP") else None
    if made is None:
        return word
    name = f"{word}_{made[2].upper()}"
    return f"{name}_AS_SELECT" if name == "CREATE_TABLE" and _AS_QUERY.search(sql, made.end()) else name
