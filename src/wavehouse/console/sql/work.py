"""What the page of SQL asks and has done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wavehouse.engines.readers import Stop
from wavehouse.query.price import Price
from wavehouse.query.saved import SavedQuery
from wavehouse.query.service.live import Asked
from wavehouse.query.service.service import QueryService


@dataclass(frozen=True)
class SqlWork:
    """Queries run in `service`, with its history and results; `start` begins one.

    `tables` gives every table by name with its columns (name, type); `price` what a query in a database would
    cost, without running it, unless it is stopped; `save` writes a query (name, description, SQL, whether in
    the place of one that is there) as a file of the project, of which `saved` gives all.
    """

    service: QueryService
    start: Callable[[Asked], str]
    tables: Callable[[], Sequence[tuple[str, Sequence[tuple[str, str]]]]]
    price: Callable[[str, str, Stop], Price]
    saved: Callable[[], Sequence[SavedQuery]]
    save: Callable[[str, str, str, bool], SavedQuery]
