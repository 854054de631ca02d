"""Client request tokens: a query that is asked twice with one of them is asked once.

https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future

from wavehouse.core.errors import CallError
from wavehouse.core.recent import Recent
from wavehouse.query.service.live import Asked

_MOST = 1_000


class Tokens:
    """The last tokens, each with what was asked and the id of the query, which may be on its way still."""

    def __init__(self) -> None:
        self._known: Recent[str, tuple[Asked, Future[str]]] = Recent(_MOST)
        self._lock = threading.Lock()

    def once(self, asked: Asked, begin: Callable[[], str]) -> str:
        """The id of what `begin` begins, or has begun for the same token; raises what it does.

        Raises `CallError` for a token that was given with another query.
        """
        if not asked.token:
            return begin()
        ours: Future[str] = Future()
        with self._lock:
            known = self._known.get(asked.token)
            if known is None:
                self._known.put(asked.token, (asked, ours))
        if known is not None:
            if known[0] != asked:
                raise CallError("this client request token was given with another query")
            return known[1].result()
        try:
            id_ = begin()
        except BaseException as error:
            self._known.pop(asked.token)
            ours.set_exception(error)
            raise
        ours.set_result(id_)
        return id_
