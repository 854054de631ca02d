"""A query's answer: its rows, and how many bytes of the lake it stands on."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from wavehouse.core.errors import FileGoneError, OutsideError, QueryError, WavehouseError
from wavehouse.core.table_head import TableSource
from wavehouse.engines.engine import Engine, Metadata, Row
from wavehouse.query.estimate import estimate, footers_for
from wavehouse.query.footers import Footers
from wavehouse.query.price import Price, Pricing, priced
from wavehouse.query.sandbox.watching import RowGroupId, watching
from wavehouse.query.scans import scanned_bytes
from wavehouse.query.stops import in_trinos_words
from wavehouse.query.translate import ResultColumn, Translation, translate
from wavehouse.query.typed import Version

T = TypeVar("T")


@dataclass(frozen=True)
class Answer:
    """Columns and rows; `truncated` says that there are more rows than were asked for.

    `scanned_bytes` is what the engine read of the tables' data: the compressed column chunks of the columns
    that the query needs, in the row groups that it opened. A file that is pruned by its partition or its
    statistics counts nothing, nor does a row group that is. A chunk counts once and as a whole, even where
    only some of its pages were needed. Not counted are metadata and the footers of files, so count(*) of a
    table is 0. Where the engine stops early (LIMIT, a join with nothing) the figure is smaller, and may
    differ from time to time. `seconds` is translating and running the query.

    Of the CSV and JSON files of an external table every byte counts, as they are stored, for all partitions
    that WHERE does not rule out by their keys.

    `price` is what the query would have scanned and cost on Athena, worked out before it was run.
    `passed_on` rows were written as they came, and are not in `rows`.
    """

    columns: tuple[ResultColumn, ...]
    rows: list[Row]
    scanned_bytes: int
    seconds: float
    truncated: bool
    price: Price | None = None
    reads: frozenset[Version] = frozenset()
    passed_on: int = 0

    @property
    def count(self) -> int:
        """How many rows it has."""
        return len(self.rows) + self.passed_on


@dataclass(frozen=True)
class Ran:
    """What running a query gave: `rows`, or how many were `passed_on`; what was read for them.

    `more` says that there are more rows than were wanted.
    """

    rows: list[Row]
    row_groups: frozenset[RowGroupId]
    passed_on: int = 0
    more: bool = False


Run = Callable[[Translation], Ran]


def in_this_process(engine: Engine, max_rows: int | None = None) -> Run:
    """Runs queries of our own by an engine of this process; those of others run in the sandbox."""

    def run(translation: Translation) -> Ran:
        rows, row_groups = in_words(lambda: watching(lambda: engine.rows(translation.sql), engine))
        more = max_rows is not None and len(rows) > max_rows
        return Ran(rows[:max_rows] if more else rows, row_groups, more=more)

    return run


def answer(
    sql: str,
    tables: TableSource,
    engine: Engine,
    *,
    max_rows: int | None = None,
    pricing: Pricing | None = None,
    database: str = "",
) -> Answer:
    """What `answered` gives of a query that runs in this process, with all its rows."""
    run = in_this_process(engine, max_rows)
    return answered(sql, tables, engine, run, max_rows=max_rows, pricing=pricing, database=database)


def answered(
    sql: str,
    tables: TableSource,
    engine: Metadata,
    run: Run,
    *,
    max_rows: int | None = None,
    pricing: Pricing | None = None,
    database: str = "",
    instants: bool = False,
) -> Answer:
    """Have `run` run a query of Athena on the lake; with `max_rows` it is asked for one row more than that.

    With `pricing` the answer has its price. `database` is that of tables that are named without one,
    `instants` as `translate` says.

    Raises `QueryError` for what cannot be translated or stops while it runs (an overflow, a bad CAST),
    `ScanLimitError` for what the limit of `pricing` forbids, and `OutsideError` where files of a table cannot
    be read.
    """
    started = time.perf_counter()
    # One more than wanted tells whether there are more.
    at_most = None if max_rows is None else max_rows + 1
    translation = translate(sql, tables, engine, at_most=at_most, database=database, instants=instants)
    footers = footers_for(translation, engine)
    seconds = time.perf_counter() - started
    price = _price(translation, footers, engine, pricing) if pricing else None
    if price is not None:
        price.check()
    started = time.perf_counter()
    try:
        ran = run(translation)
    except FileGoneError as error:
        raise _to_be_crawled_for(error) from error
    seconds += time.perf_counter() - started
    return Answer(
        translation.columns,
        ran.rows,
        scanned_bytes(translation, ran.row_groups, footers, engine),
        seconds,
        ran.more,
        price,
        frozenset(translation.reads),
        ran.passed_on,
    )


def _price(translation: Translation, footers: Footers, engine: Metadata, pricing: Pricing) -> Price | None:
    try:
        return in_words(lambda: priced(estimate(translation, footers, engine), pricing))
    except WavehouseError:
        if pricing.rates.cutoff is not None:
            raise
        # A file may be damaged that the query does not need: no reason to keep the answer back.
        return None


def price_of(
    sql: str, tables: TableSource, engine: Engine, pricing: Pricing
) -> tuple[tuple[ResultColumn, ...], Price]:
    """The columns that a query would give, and its price; it is not run. Raises as `answer` does."""
    translation = translate(sql, tables, engine)
    footers = footers_for(translation, engine)
    scans = in_words(lambda: estimate(translation, footers, engine))
    return translation.columns, priced(scans, pricing)


def in_words(work: Callable[[], T]) -> T:
    """What some work of the engine gives; what stops it is a `QueryError`, or an `OutsideError`."""
    try:
        return work()
    except FileGoneError as error:
        raise _to_be_crawled_for(error) from error
    except WavehouseError:
        raise
    except Exception as error:
        # The engine's own exceptions are of classes that only `engines` knows.
        first = str(error).partition("\n")[0]
        raise QueryError(f"the query stopped: {in_trinos_words(first)}") from error


def _to_be_crawled_for(error: FileGoneError) -> OutsideError:
    return OutsideError(
        error.what,
        remedy="Crawl its folder again where a crawl has made the table; 'wavehouse run --full' makes "
        "the tables of runs again",
    )
