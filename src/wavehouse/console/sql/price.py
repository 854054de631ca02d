"""What a query would cost on Athena, told while it is being written."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from nicegui import background_tasks, ui

from wavehouse.console.elements.panel import LONGEST, in_plain_words
from wavehouse.console.sql.work import SqlWork
from wavehouse.console.threads import THREADS
from wavehouse.core.errors import WavehouseError
from wavehouse.engines.readers import StoppedError
from wavehouse.query.price import Price

# Nothing is asked while somebody types: so many seconds after the last key.
_PAUSE = 0.35


class PricePart:
    """A line below the editor. `query` gives the text and its database, `mark` the place of an error."""

    def __init__(
        self, work: SqlWork, query: Callable[[], tuple[str, str]], mark: Callable[[str], object]
    ) -> None:
        self._work, self._query, self._mark = work, query, mark
        self._asked = 0
        self._place = ui.element("div").classes("wh-price").props('aria-live="polite"')

    def ask(self) -> None:
        """Ask anew, after a pause; the last one who asks is answered."""
        self._asked += 1
        background_tasks.create(self._tell(self._asked))

    async def _tell(self, mine: int) -> None:
        await asyncio.sleep(_PAUSE)
        sql, database = self._query()
        if mine != self._asked:
            return
        price: Price | None = None
        error: WavehouseError | None = None
        if sql.strip():
            try:
                price = await THREADS.at_length(
                    lambda stop: self._work.price(sql, database, stop),
                    lambda: mine == self._asked and not self._place.is_deleted,
                    LONGEST,
                )
            except StoppedError:
                return
            except Exception as found:
                error = in_plain_words(found)
        if mine != self._asked or self._place.is_deleted:
            return
        self._mark(str(error) if error else "")
        self._place.clear()
        with self._place:
            if error is not None:
                where = f"{error.where}: " if error.where else ""
                ui.label(f"{where}{error.what.partition(chr(10))[0]}").classes("wh-bad")
            elif price is not None:
                _price(price)


def _price(price: Price) -> None:
    with ui.element("details"):
        with ui.element("summary"):
            ui.label(price.line())
        if not price.scans:
            ui.label("It reads no data of a table.").classes("wh-remark")
        for reason in price.reasons():
            ui.label(reason).classes("wh-remark")
        if price.is_over_limit:
            ui.label("More than the project allows (bytes_scanned_cutoff): it would not be run.").classes(
                "wh-remark wh-remark-bad"
            )
