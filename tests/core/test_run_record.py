"""The record of a run survives JSON."""

from __future__ import annotations

import json

from wavehouse.core.run_record import (
    NodeRecord,
    RejectedFile,
    RunRecord,
    SourceCounts,
    StepRecord,
    TableState,
)

_RECORD = RunRecord(
    run_id="r1",
    started="2024-01-01T00:00:00+00:00",
    seconds=1.5,
    changed=True,
    snapshot_id=7,
    steps=[StepRecord("read", 0.5, rows_in=10, rows_out=7, rows_quarantined=2, rows_superseded=1)],
    nodes=[NodeRecord("joined", 10, 9, 1, 0)],
    sources={
        "albums": SourceCounts(1, 10, 7, 2, 1),
        "artists": SourceCounts(2, 5, 4, 1, 0),
    },
    tables={"spotify.tracks": TableState(9, 3, 1024, 7), "staging.albums": TableState(7, 1, 512, None)},
    rejected=[RejectedFile("a.csv", "it is empty")],
    notes=["something"],
)


def test_as_json_and_back() -> None:
    assert RunRecord.from_json(json.loads(json.dumps(_RECORD.as_json()))) == _RECORD


def test_what_json_readers_rely_on() -> None:
    document = _RECORD.as_json()
    assert {"run_id", "status", "snapshot_id", "changed", "steps", "sources", "tables"} <= document.keys()
    assert document["sources"]["albums"] == {
        "files": 1,
        "rows_in": 10,
        "rows_out": 7,
        "rows_quarantined": 2,
        "rows_superseded": 1,
    }


def test_quarantined_rows_of_all_sources() -> None:
    assert _RECORD.rows_quarantined == 3
