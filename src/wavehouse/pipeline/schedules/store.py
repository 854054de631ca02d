"""What is kept of workflows, in `schedules/` of the lake: their runs, how far each is, and who is at it."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from wavehouse.core.errors import CallError, OutsideError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.schedules.definition import History
from wavehouse.pipeline.schedules.record import PREFIX, WorkflowRun
from wavehouse.store.durable import write_durably

# Tries to get a lock, and the seconds between them.
_TRIES, _PAUSE = 4, 0.01
# Seconds after which nobody writes a file any more.
_LEFT_OVER = 3600.0


@dataclass(frozen=True)
class Come:
    """How far a workflow has come: up to which instant firings were seen to, which files were taken.

    Of those, `left` are of runs that something outside has brought to nothing, and the next run has them as
    well; `failed` are of other runs that did not succeed, and a run by hand has them again. `aside` is what
    `until` was while the clock of the machine was ahead. `running` is the run that was begun last and has not
    ended, '' for none. Only who is at it writes this.
    """

    until: datetime | None = None
    taken: dict[str, str] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    aside: datetime | None = None
    running: str = ""


@dataclass(frozen=True)
class Hold:
    """Whether a workflow begins nothing by itself, and since when that is so."""

    paused: bool
    since: str


class ScheduleStore:
    """The records of one lake."""

    def __init__(self, layout: LakeLayout) -> None:
        self.folder = layout.root / "schedules"
        self._runs = self.folder / "runs"

    @property
    def is_there(self) -> bool:
        """Whether the lake is."""
        return self.folder.parent.is_dir()

    def save(self, record: WorkflowRun) -> None:
        """Store the record of a run."""
        write_durably(self._runs / f"{record.run_id}.json", json.dumps(record.as_json(), indent=1).encode())

    def show(self, record: WorkflowRun) -> None:
        """Let others see how far a run is; after a power cut the record may be the one before."""
        path = self._runs / f"{record.run_id}.json"
        aside = path.with_name(f".{path.name}.{os.getpid()}.shown")
        aside.write_text(json.dumps(record.as_json(), indent=1), "utf-8")
        aside.replace(path)

    def runs(self, workflow: str | None = None, most: int | None = None) -> list[WorkflowRun]:
        """Runs (of one workflow), newest first."""
        found: list[WorkflowRun] = []
        for path in sorted(self._runs.glob(f"{PREFIX}*.json"), reverse=True):
            if len(found) == most:
                break
            record = _read(path)
            if record is not None and workflow in (None, record.workflow):
                found.append(record)
        return found

    def find(self, run: str) -> WorkflowRun:
        """One run by its id or the beginning of it; raises `CallError` for none or several."""
        ids = sorted(path.stem for path in self._runs.glob(f"{PREFIX}*.json"))
        found = [run] if run in ids else [id_ for id_ in ids if id_.startswith(run)]
        if len(found) != 1:
            what = f"there is no run '{run}'" if not found else f"'{run}' begins {len(found)} runs"
            raise CallError(
                what, remedy=did_you_mean(run, ids[-12:]) if not found else "Write more of its id"
            )
        path = self._runs / f"{found[0]}.json"
        record = _read(path)
        if record is None:
            raise OutsideError(
                "this is not the record of a run, or a damaged one",
                where=str(path),
                remedy="Restore it from a backup, or move it away: no table depends on it",
            )
        return record

    def unfinished(self, workflow: str) -> WorkflowRun | None:
        """The run that nobody has ended: it goes on, or its process is gone."""
        run = self.come(workflow).running
        record = _read(self._runs / f"{run}.json") if run else None
        return record if record is not None and record.state == "RUNNING" else None

    def end_those_without(self, workflows: Collection[str], now: datetime) -> None:
        """End the runs that were left unfinished by workflows which are not in the definition any more."""
        for path in (self.folder / "come").glob("*.json"):
            if path.stem in workflows or self.unfinished(path.stem) is None:
                continue
            with self.at_it(path.stem) as lock:
                record = self.unfinished(path.stem)
                if lock is None or record is None:
                    continue
                for step in record.steps:
                    if step.state == "RUNNING":
                        step.state, step.error = "STOPPED", "its workflow was taken out of the definition"
                    elif step.state == "WAITING":
                        step.state = "NOT_STARTED"
                record.state, record.ended = "STOPPED", now.isoformat(timespec="milliseconds")
                self.save(record)
                self.has_come(path.stem, left_of(self.come(path.stem), record))

    def prune(self, history: History, now: datetime) -> None:
        """Remove records, with their logs, that are more than are kept of their workflow, or older.

        One that has not ended stays, and the last that has: alerts are of it.
        """
        oldest = f"{PREFIX}{now - timedelta(days=history.days):%Y%m%dT%H%M%S}"
        ended: Counter[str] = Counter()
        for path in sorted(self._runs.glob(f"{PREFIX}*.json"), reverse=True):
            record = _read(path)
            if record is None or record.state == "RUNNING":
                continue
            ended[record.workflow] += 1
            if ended[record.workflow] > history.keep or (ended[record.workflow] > 1 and path.stem < oldest):
                path.unlink(missing_ok=True)
                self.log_of(path.stem).unlink(missing_ok=True)
        # (Of processes that were killed while they wrote.)
        for left in self._runs.glob(".*.shown"):
            with contextlib.suppress(OSError):
                if now.timestamp() - left.stat().st_mtime > _LEFT_OVER:
                    left.unlink()

    def log_of(self, run: str) -> Path:
        """The log of a run: a line of JSON each."""
        return self.folder / "logs" / f"{run}.jsonl"

    def log(self, record: WorkflowRun, event: str, step: str = "", level: str = "info", **said: Any) -> None:
        """Write a line into the log of a run."""
        path = self.log_of(record.run_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        told = {"time": now, "level": level, "run": record.run_id, "workflow": record.workflow}
        line = json.dumps({**told, **({"step": step} if step else {}), "event": event, **said})
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")

    def come(self, workflow: str) -> Come:
        """How far a workflow has come."""
        told = self._told("come", workflow)
        return Come(
            _instant(told.get("until")),
            told.get("taken", {}),
            told.get("left", {}),
            told.get("failed", {}),
            _instant(told.get("aside")),
            told.get("running", ""),
        )

    def has_come(self, workflow: str, come: Come) -> None:
        """Write it down."""
        instants = {"until": come.until, "aside": come.aside}
        told = {name: one.isoformat() if one else None for name, one in instants.items()}
        self._tell("come", workflow, {**asdict(come), **told})

    def comes(self, workflow: str, change: Callable[[Come], Come]) -> None:
        """Change it, unless somebody is at it, who knows better."""
        with self.at_it(workflow) as lock:
            if lock is not None:
                self.has_come(workflow, change(self.come(workflow)))

    def hold(self, workflow: str) -> Hold | None:
        """Whether it is paused, or was."""
        told = self._told("holds", workflow)
        return Hold(told["paused"], told["since"]) if told else None

    def pause(self, workflow: str, *, paused: bool) -> None:
        """Pause it, or let it go on; what fell into the pause is not made up for."""
        hold = self.hold(workflow)
        if paused == (hold is not None and hold.paused):
            return  # (Else what was missed before would be taken for missed in a pause.)
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        self._tell("holds", workflow, asdict(Hold(paused, now)))

    def trouble(self, workflow: str) -> str:
        """What keeps it from being begun, '' for nothing."""
        text: str = self._told("troubles", workflow).get("text", "")
        return text

    def has_trouble(self, workflow: str, text: str) -> None:
        """Say so to whoever looks; '' where it is over."""
        if text != self.trouble(workflow):
            self._tell("troubles", workflow, {"text": text})

    @contextlib.contextmanager
    def at_it(self, workflow: str) -> Iterator[int | None]:
        """Be the only one that runs a workflow, in all processes; None where another one is at it.

        What comes is the lock's descriptor. A process that inherits it keeps the lock until it has ended: a
        step whose workflow was killed is waited for.
        """
        # (Not the lake itself: one that was moved away must not come to be again.)
        self.folder.mkdir(exist_ok=True)
        folder = self.folder / "locks"
        folder.mkdir(exist_ok=True)
        descriptor = os.open(folder / workflow, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            yield descriptor if _locked(descriptor) else None
        finally:
            os.close(descriptor)

    def is_running(self, workflow: str) -> bool:
        """Whether somebody is at it now."""
        with self.at_it(workflow) as lock:
            return lock is None

    def _told(self, kind: str, workflow: str) -> dict[str, Any]:
        try:
            told: dict[str, Any] = json.loads((self.folder / kind / f"{workflow}.json").read_bytes())
        except (FileNotFoundError, ValueError):
            return {}
        return told

    def _tell(self, kind: str, workflow: str, told: dict[str, Any]) -> None:
        write_durably(self.folder / kind / f"{workflow}.json", json.dumps(told).encode())


def _locked(descriptor: int) -> bool:
    """Whether the lock is ours; who only looks whether somebody has it holds it for a moment."""
    for _ in range(_TRIES):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_PAUSE)
        else:
            return True
    return False


def _read(path: Path) -> WorkflowRun | None:
    try:
        return WorkflowRun.from_json(json.loads(path.read_bytes()))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def left_of(come: Come, record: WorkflowRun) -> Come:
    """How far a workflow has come once that run has ended."""
    if record.state == "SUCCEEDED":
        return replace(come, running="")
    if record.is_in_vain:
        return replace(come, running="", left={**come.left, **record.files})
    return replace(come, running="", failed={**come.failed, **record.files})


def taken_as_well(come: Come, record: WorkflowRun) -> Come:
    """How far a workflow has come once that run has begun."""
    until = datetime.fromisoformat(record.due) if record.due else None
    reached = max(filter(None, (come.until, until)), default=None)
    come = without(come, record.files)
    return replace(come, until=reached, taken={**come.taken, **record.files}, running=record.run_id)


def without(come: Come, files: Collection[str]) -> Come:
    """How far a workflow has come, but for these files."""

    def others(of: dict[str, str]) -> dict[str, str]:
        return {path: stamp for path, stamp in of.items() if path not in files}

    return replace(come, taken=others(come.taken), left=others(come.left), failed=others(come.failed))
