"""Files that arrive in a bucket: it is asked now and then, and steps are told where they lie."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.object_store.seaweedfs import S3Server
from tests.object_store.warehouse_file import write_warehouse_file

from wavehouse.pipeline.schedules.definition import Step, Workflow
from wavehouse.pipeline.schedules.record import WorkflowRun
from wavehouse.settings import Settings
from wavehouse.wiring.schedule_steps import arguments
from wavehouse.wiring.schedules import inbox_of


def test_objects_are_listed_and_named(
    tmp_path: Path, s3_server: S3Server, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in s3_server.environment.items():
        monkeypatch.setenv(name, value)
    client = s3_server.client()
    contents = {"2026/albums.csv": b"a\n1\n", "2025/albums.csv": b"a\n2\n"}
    for key, content in {**contents, "_tmp/x.csv": b"", "x.csv.part": b"", "notes.txt": b"x"}.items():
        with client.open_output_stream(f"{bucket}/inbox/{key}", compression=None) as stream:
            stream.write(content)
    lake = tmp_path / "lake"
    lake.mkdir()
    write_warehouse_file(lake, f"s3://{bucket}/lake", s3_server.url)
    (lake / "catalog.db").touch()
    settings = Settings(tmp_path, lake)
    trigger = {"type": "EVENT", "folder": f"s3://{bucket}/inbox", "pattern": "*.csv", "every": 10}
    step = Step.model_validate({"name": "load", "action": "run", "files": ["${arrivals}"]})
    workflow = Workflow.model_validate({"name": "x", "trigger": trigger, "steps": [step]})

    inbox, now = inbox_of(settings, workflow), datetime.now(UTC)
    listing = inbox.listing(now, again=False)
    assert listing is not None
    assert sorted(listing) == [f"s3://{bucket}/inbox/{year}/albums.csv" for year in (2025, 2026)]
    assert inbox.listing(now + timedelta(seconds=9), again=True) is None
    assert inbox.listing(now + timedelta(seconds=10), again=False) == listing

    record = WorkflowRun.begun("x", "EVENT", now)
    record.files = dict(listing)
    assert arguments(step, record, settings) == [
        "run",
        *(word for one in sorted(listing) for word in ("--from", one)),
    ]
