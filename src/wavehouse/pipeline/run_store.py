"""The run history: one JSON file per run below `runs/`."""

from __future__ import annotations

import json

from wavehouse.core.errors import CallError
from wavehouse.core.run_record import RunRecord
from wavehouse.core.suggestions import did_you_mean
from wavehouse.lake.layout import LakeLayout
from wavehouse.store.durable import write_durably


def save_run(layout: LakeLayout, record: RunRecord) -> None:
    """Store the record of a run that has ended."""
    write_durably(layout.runs / f"{record.run_id}.json", json.dumps(record.as_json(), indent=1).encode())


def all_runs(layout: LakeLayout) -> list[RunRecord]:
    """All runs, newest first."""
    paths = sorted(layout.runs.glob("*.json"), reverse=True)
    return [RunRecord.from_json(json.loads(path.read_bytes())) for path in paths]


def find_run(layout: LakeLayout, run: str) -> RunRecord:
    """One run by its id or the beginning of it; `last` is the newest.

    Raises `CallError` for none or several.
    """
    ids = sorted(path.stem for path in layout.runs.glob("*.json"))
    found = ids[-1:] if run == "last" else [id_ for id_ in ids if id_.startswith(run)]
    if run in ids:
        found = [run]
    if len(found) != 1:
        what = f"there is no run '{run}'" if not found else f"'{run}' begins {len(found)} runs"
        raise CallError(what, remedy=did_you_mean(run, ids[-12:]) if not found else "Write more of its id")
    return RunRecord.from_json(json.loads((layout.runs / f"{found[0]}.json").read_bytes()))
