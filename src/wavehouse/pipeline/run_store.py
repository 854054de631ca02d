"""The run history: one JSON file per run below `runs/`."""

from __future__ import annotations

import json
from pathlib import Path

from wavehouse.core.errors import CallError, OutsideError
from wavehouse.core.run_record import RunRecord
from wavehouse.core.suggestions import did_you_mean
from wavehouse.lake.layout import LakeLayout
from wavehouse.store.durable import write_durably


def save_run(layout: LakeLayout, record: RunRecord) -> None:
    """Store the record of a run."""
    write_durably(_path(layout, record.run_id), json.dumps(record.as_json(), indent=1).encode())


def forget_run(layout: LakeLayout, run: str) -> None:
    """Remove the record of a run, if there is one."""
    _path(layout, run).unlink(missing_ok=True)


def stored_run(layout: LakeLayout, run: str) -> RunRecord | None:
    """The record of a run, None where there is none."""
    path = _path(layout, run)
    return _read(path) if path.is_file() else None


def all_runs(layout: LakeLayout, most: int | None = None) -> list[RunRecord]:
    """All runs, newest first; at most so many are read."""
    return [_read(path) for path in sorted(layout.runs.glob("*.json"), reverse=True)[:most]]


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
    return _read(_path(layout, found[0]))


def _path(layout: LakeLayout, run: str) -> Path:
    return layout.runs / f"{run}.json"


def _read(path: Path) -> RunRecord:
    try:
        return RunRecord.from_json(json.loads(path.read_bytes()))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise OutsideError(
            f"this is not the record of a run, or a damaged one ({type(error).__name__}: {error})",
            where=str(path),
            remedy="Restore it from a backup, or move it away: no table depends on it",
        ) from error
