"""The HTTP API on this machine: what it is made of, and how it is told where it is."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from wavehouse.core.errors import CallError
from wavehouse.project.project import Project
from wavehouse.settings import Settings
from wavehouse.wiring.history import history_of
from wavehouse.wiring.parts import Document, lake_catalog, layout_of, open_engine, tables_of
from wavehouse.wiring.pricing import pricing_of
from wavehouse.wiring.sandboxed import buckets_for, local, places_of_tables

if TYPE_CHECKING:
    from wavehouse.engines.engine import Engine
    from wavehouse.query.answer import Answer
    from wavehouse.query.service.service import QueryService

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def serve(
    settings: Settings,
    host: str,
    port: int,
    ready: Callable[[Document], None],
    *,
    write: bool = False,
    read_only: bool = False,
    schedules: bool = True,
) -> None:
    """Serve until Ctrl-C or SIGTERM; `ready` is told the addresses once requests are answered.

    With `schedules` workflows begin by themselves, unless it is `read_only`. With `write` statements may
    write to the lake; with `read_only` the console changes nothing. Both at once are refused: the console
    answers statements as well.
    """
    if write and read_only:
        raise CallError("--write and --read-only exclude each other", remedy="Leave out one of them")
    from wavehouse.query.http.api import BUCKET, OUTPUT, Api
    from wavehouse.query.http.app import application
    from wavehouse.query.saved import saved_queries
    from wavehouse.web.front import PATH, Front, Later
    from wavehouse.web.guard import Guard, hosts_of
    from wavehouse.web.serving import listening, port_of
    from wavehouse.web.serving import serve as run
    from wavehouse.web.token import PARAMETER, Gate, Token
    from wavehouse.wiring.console import console_of
    from wavehouse.wiring.schedules import the_clock
    from wavehouse.wiring.statements import prepared_statements

    layout = layout_of(settings)
    with (
        listening(host, port) as made,
        service_of(settings, write=write) as service,
        the_clock(settings) as clock,
    ):
        port = port_of(made)
        catalog = lake_catalog(layout)
        api = Api(
            service,
            catalog,
            lambda: saved_queries(Project.at(settings.project)),
            prepared_statements(settings),
        )
        # (Clients put a bucket's name before any other: it has no address then.)
        named = "127.0.0.1" if host in (*_LOOPBACK[:2], "0.0.0.0") else host  # noqa: S104
        url = f"http://{f'[{named}]' if ':' in named else named}:{port}"
        token = Token(port)
        pages = Later(lambda: console_of(settings, service, clock, read_only=read_only))
        front = Front(application(api), Gate(pages, token, PATH), pages, PATH)
        told = {
            "url": url,
            "console": f"{url}{PATH}/?{PARAMETER}={token.secret}",
            "port": port,
            "bucket": BUCKET,
            "output": OUTPUT,
            "lake": str(layout.root),
            "loopback": host in _LOOPBACK,
            "write": write,
        }

        def answers() -> None:
            ready(told)
            if schedules and not read_only:
                clock.start()

        run(Guard(front, hosts_of(host, port)), made, answers, clock.end)


@contextmanager
def service_of(settings: Settings, *, write: bool = False) -> Iterator[QueryService]:
    """Queries in processes of their own, some of them ready; with `write` statements may write (in ours)."""
    from wavehouse.query.http.api import OUTPUT
    from wavehouse.query.price import priced
    from wavehouse.query.sandbox.pool import Pool
    from wavehouse.query.sandbox.worker import Limits
    from wavehouse.query.service.planning import Planner
    from wavehouse.query.service.results import Results
    from wavehouse.query.service.service import QueryService
    from wavehouse.query.statements.run import run_statement
    from wavehouse.wiring.statements import context_of

    layout = layout_of(settings)
    places = places_of_tables(lake_catalog(layout))
    processors = os.cpu_count() or 1
    pool = Pool(
        Limits(threads=processors), slots=min(8, max(4, processors)), buckets=buckets_for(layout, places)
    )
    pool.prepare(local(places))
    with tempfile.TemporaryDirectory(prefix="wavehouse-") as scratch:

        def run(sql: str, database: str, engine: Engine) -> Answer:
            return run_statement(
                sql, context_of(settings, engine, database=database, write=write, quiet=True)
            )

        tables = tables_of(settings)
        planner = Planner(tables, lambda: open_engine(Path(scratch), layout.s3), run)
        pricing = pricing_of(settings, tables, told=False)
        cutoff = (lambda scans: priced(scans, pricing).check()) if pricing else None
        history = history_of(settings)
        # A lake that cannot be written to is answered from all the same, as long as the server runs.
        results = Results(history.results if history.is_writable else Path(scratch) / "results")
        service = QueryService(planner, pool, history, OUTPUT, cutoff, results)
        try:
            yield service
        finally:
            service.close()
