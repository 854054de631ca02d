"""The alerts of a lake: looked at, written down, and delivered, by one process at a time."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from wavehouse.core.errors import WavehouseError
from wavehouse.pipeline.schedules.alerts import (
    AlertState,
    Facts,
    deliver,
    following,
    is_of,
    judged,
    state_name,
)
from wavehouse.pipeline.schedules.definition import Schedules
from wavehouse.pipeline.schedules.notify import notify
from wavehouse.pipeline.schedules.store import ScheduleStore
from wavehouse.store.durable import write_durably

# No workflow can be called so.
_LOCK = ".alerts"
# Seconds until a channel that could not be reached is tried again, each time twice as many.
_FIRST_PAUSE, _LONGEST_PAUSE = 30.0, 3600.0


class AlertDesk:
    """Looks at alerts. `say` hears who could not be reached, `secret` knows variables of the environment."""

    def __init__(
        self,
        store: ScheduleStore,
        facts: Facts,
        secret: Callable[[str], str | None],
        say: Callable[[str], object] = lambda _: None,
    ) -> None:
        self._store, self._facts, self._secret, self._say = store, facts, secret, say
        self._said: dict[str, str] = {}
        # Of channels that could not be reached: when they are tried again (`time.monotonic`), and the pause.
        self._pauses: dict[str, tuple[float, float]] = {}

    def look(self, schedules: Schedules) -> None:
        """Judge all alerts, and tell who is to be told; where another process is at it, it does."""
        if not schedules.alerts:
            return
        with self._store.at_it(_LOCK) as lock:
            if lock is not None:
                self._look(schedules)

    def states(self) -> Mapping[str, AlertState]:
        """What is known of alerts, by name: those that last, and when others ended."""
        with contextlib.suppress(OSError, ValueError, KeyError):
            told = json.loads(self._path.read_bytes())
            return {name: AlertState.from_json(one) for name, one in told.items()}
        return {}

    @property
    def _path(self) -> Path:
        return self._store.folder / "alerts.json"

    def _look(self, schedules: Schedules) -> None:
        before = self.states()
        now = datetime.now(UTC)
        states: dict[str, AlertState] = {}
        # (Records outlive workflows: one that was taken out of the definition has failed for the last time.)
        all_ = {"workflows": tuple(one.name for one in schedules.workflows)}
        for alert in schedules.alerts:
            try:
                named = alert.on != "failed_run" or alert.workflows
                said = judged(alert if named else alert.model_copy(update=all_), self._facts)
            except Exception as error:
                self._tell(alert.name, f"the alert '{alert.name}' could not be judged: {error}")
                states |= {name: one for name, one in before.items() if is_of(name, alert.name)}
            else:
                if alert.table and None in said.values():
                    self._tell(alert.name, f"the alert '{alert.name}' knows nothing yet of {alert.table}")
                # (What an alert is not about any more has ended.)
                names = {state_name(alert.name, of): one for of, one in said.items()}
                old = [name for name in before if is_of(name, alert.name) and name not in names]
                for name, one in {**names, **dict.fromkeys(old, "")}.items():
                    state = following(alert, one, before.get(name), now)
                    if state is not None:
                        states[name] = state
        # (Written before anybody is told: who is told twice after a crash is better off than who never is.)
        self._save(states, before)
        channels = {one.name: one for one in schedules.channels}

        def send(name: str, title: str, body: str) -> bool:
            if name not in channels:
                return True  # (it was taken out of the definition)
            again, pause = self._pauses.get(name, (0.0, _FIRST_PAUSE / 2))
            if time.monotonic() < again:
                return False
            try:
                notify(channels[name], title, body, self._secret)
            except Exception as error:
                # (One that goes wrong in a way of its own must not keep the others from being told.)
                known = isinstance(error, WavehouseError)
                self._tell(name, str(error) if known else f"the channel '{name}': {type(error).__name__}")
                pause = min(2 * pause, _LONGEST_PAUSE)
                self._pauses[name] = time.monotonic() + pause, pause
                return False
            self._said.pop(name, None)
            self._pauses.pop(name, None)
            return True

        for name, state in states.items():
            told = {**states, name: deliver(name, state, send)}
            # (At once: who was told is not told again, whatever comes next.)
            self._save(told, states)
            states = told

    def _save(self, states: Mapping[str, AlertState], before: Mapping[str, AlertState]) -> None:
        if states != before:
            write_durably(
                self._path, json.dumps({name: one.as_json() for name, one in states.items()}).encode()
            )

    def _tell(self, about: str, text: str) -> None:
        if self._said.get(about) != text:
            self._said[about] = text
            self._say(text)
