"""The project's limit holds for those who ask over HTTP, too."""

from __future__ import annotations

from pathlib import Path

from tests.query.conftest import FakeSource

from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.query.price import Pricing, Rates, priced
from wavehouse.query.sandbox.pool import Pool
from wavehouse.query.sandbox.worker import Limits
from wavehouse.query.service.history import QueryHistory
from wavehouse.query.service.live import Asked
from wavehouse.query.service.planning import Planner
from wavehouse.query.service.service import QueryService


def test_a_query_above_the_limit_is_not_run(tables: FakeSource, tmp_path: Path) -> None:
    pricing = Pricing(Rates(cutoff=1))
    planner = Planner(tables, lambda: DuckDBEngine(memory=200_000_000, scratch=tmp_path, threads=1))
    service = QueryService(
        planner,
        Pool(Limits(300_000_000, 60, threads=1), 1),
        QueryHistory(tmp_path / "queries"),
        "s3://results/",
        lambda scans: priced(scans, pricing).check(),
    )
    try:
        states = {}
        for sql in ("SELECT max(track_name) FROM spotify.tracks", "SELECT 1"):
            id_ = service.start(Asked(sql))
            if (ended := service.ended(id_)) is not None:
                ended.result(60)
            states[sql] = service.get(id_)
    finally:
        service.close()
    refused, answered = states.values()
    assert refused is not None
    assert answered is not None
    assert (refused.state, answered.state) == ("FAILED", "SUCCEEDED")
    assert refused.reason.startswith("Bytes scanned limit was exceeded: ")
    assert "spotify.tracks" in refused.reason
