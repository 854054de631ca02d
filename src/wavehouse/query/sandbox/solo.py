"""The process of one command: started before its queries are read, and gone with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from wavehouse.query.sandbox.worker import Buckets, Limits, Worker

if TYPE_CHECKING:
    import pyarrow as pa

    from wavehouse.engines.engine import Row
    from wavehouse.query.sandbox.watching import RowGroupId


class Solo:
    """Answers one query after the other. The process starts at once; `allow` says what it may read."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._buckets: Buckets | None = None
        self._worker = Worker(limits, arrow=False)

    def allow(self, folders: frozenset[str], buckets: Buckets | None) -> None:
        """Let the process read below these folders, and `buckets` if tables lie there."""
        self._buckets = buckets
        self._worker.allow(folders, buckets)

    def metadata(self, sql: str) -> list[Row]:
        """See `Worker.metadata`."""
        return self._worker.metadata(sql)

    def plain(
        self,
        sql: str,
        folders: frozenset[str],
        types: Sequence[str],
        take: Callable[[list[list[Any]]], None],
    ) -> frozenset[RowGroupId]:
        """See `Worker.plain`; the process may read below `folders`."""
        return self._reading(folders).plain(sql, types, take)

    def arrow(
        self, sql: str, folders: frozenset[str], take: Callable[[pa.RecordBatchReader], None]
    ) -> frozenset[RowGroupId]:
        """See `Worker.watched`; the process may read below `folders`."""
        return self._reading(folders).watched(sql, take)[1]

    def close(self) -> None:
        """End the process, in the middle of a query too."""
        self._worker.close()

    def _reading(self, folders: frozenset[str]) -> Worker:
        worker = self._worker
        if not (worker.is_alive and worker.reads(folders)):
            worker.close()
            self._worker = Worker(self._limits, folders | worker.folders, self._buckets, arrow=False)
        return self._worker
