"""What ends while dashboards are being answered: nobody waits for what nobody reads."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any, cast

from wavehouse.dashboards.lake_queries import LakeQueries
from wavehouse.engines.engine import Row
from wavehouse.engines.readers import Stop, StoppedError


class _Slow:
    """Readers of which every query takes until it is stopped."""

    dialect = "duckdb"

    def __init__(self) -> None:
        self.began, self.closed = threading.Event(), False

    def rows(self, _sql: str, stop: Stop | None, _seconds: float | None) -> list[Row]:
        assert stop is not None
        stopped = threading.Event()
        with stop.over(stopped.set):
            self.began.set()
            assert stopped.wait(30)
        raise StoppedError

    def close(self) -> None:
        self.closed = True


def test_what_runs_is_stopped_and_what_waits_does_not_begin(tmp_path: Path) -> None:
    readers = _Slow()
    queries = LakeQueries(cast("Any", None), cast("Any", readers), cast("Any", None), tmp_path)
    state = queries.state()
    running = [queries.threads.submit(queries.answer, f"SELECT {at}", state) for at in range(20)]
    assert readers.began.wait(30)
    queries.close()
    assert readers.closed
    for one in running:
        assert one.cancelled() or isinstance(one.exception(), StoppedError)
