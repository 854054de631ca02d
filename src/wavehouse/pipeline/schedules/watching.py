"""Folders in which files arrive: one of this machine is watched, a bucket is asked now and then."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from wavehouse.core.hidden_names import is_hidden
from wavehouse.pipeline.schedules.arrivals import Stamp, is_meant
from wavehouse.pipeline.schedules.definition import StartTrigger
from wavehouse.store.object_store import ObjectStore

# How often a folder is looked at of which nothing was heard: not every file system tells of changes.
_ANYWAY = timedelta(seconds=30)


class WatchedFolder:
    """A folder of this machine. What lies in folders below it belongs to it as well."""

    def __init__(self, folder: Path, trigger: StartTrigger) -> None:
        self._folder, self._trigger = folder, trigger
        self._changed, self._stop = threading.Event(), threading.Event()
        self._looked: datetime | None = None
        folder.mkdir(parents=True, exist_ok=True)
        threading.Thread(target=self._watch, name="inbox", daemon=True).start()

    def listing(self, now: datetime, *, again: bool) -> Mapping[str, Stamp] | None:
        """Size and time of every file that is meant."""
        due = self._looked is None or abs(now - self._looked) >= _ANYWAY
        if not (again or due or self._changed.is_set()):
            return None
        self._changed.clear()
        self._looked = now
        return local_listing(self._folder, self._trigger)

    def close(self) -> None:
        """Watch no more."""
        self._stop.set()

    def _watch(self) -> None:
        import watchfiles

        try:
            for _ in watchfiles.watch(
                self._folder, stop_event=self._stop, debounce=200, step=50, raise_interrupt=False
            ):
                self._changed.set()
        except OSError:
            # (The folder went, or nothing more can be watched: it is looked at all the same.)
            return


def local_listing(folder: Path, trigger: StartTrigger) -> dict[str, Stamp]:
    """The files that are there; one that goes meanwhile is none."""
    found = {}
    for path in folder.rglob("*"):
        if not _is_meant(path.relative_to(folder).parts, trigger):
            continue
        try:
            if path.is_file():
                stat = path.stat()
                found[str(path)] = f"{stat.st_size} {stat.st_mtime_ns}"
        except OSError:
            continue
    return found


def _is_meant(parts: Sequence[str], trigger: StartTrigger) -> bool:
    """Whether a file below a folder begins anything; none does in a folder that is hidden."""
    return not any(is_hidden(part) for part in parts) and is_meant(parts[-1], trigger)


class PolledBucket:
    """A place in a bucket, asked as often as the trigger says."""

    def __init__(self, location: str, trigger: StartTrigger, store: ObjectStore) -> None:
        self._location, self._trigger, self._store = location, trigger, store
        self._asked: datetime | None = None

    def listing(self, now: datetime, *, again: bool) -> Mapping[str, Stamp] | None:  # noqa: ARG002
        """Size and time of every object that is meant; an object is there as a whole or not at all."""
        if self._asked is not None and abs(now - self._asked) < timedelta(seconds=self._trigger.every):
            return None
        self._asked = now
        return {
            file.location: f"{file.size} {file.modified.isoformat()}"
            for file in self._store.files(self._location)
            if _is_meant(file.location.removeprefix(self._location).split("/"), self._trigger)
        }

    def close(self) -> None:
        """Nothing is open."""
