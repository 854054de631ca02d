"""The page of schedules: the workflows, one beside them, and alerts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from nicegui import ui

from wavehouse.console.elements.links import state_link
from wavehouse.console.elements.panel import Panel, nothing
from wavehouse.console.elements.plain_table import badge, table
from wavehouse.console.elements.styles import page_styles
from wavehouse.console.moments import ago, moment
from wavehouse.console.schedules.work import SchedulesWork, Shown
from wavehouse.console.schedules.workflow import STATES, begins, show_workflow
from wavehouse.console.shell import Frame, Page, address, show_error
from wavehouse.console.threads import THREADS
from wavehouse.core.errors import WavehouseError
from wavehouse.pipeline.schedules.alerts import AlertState

_WATCHED_EVERY = 1.0  # seconds


def schedules_page(work: SchedulesWork) -> Page:
    """Workflows of the project."""

    async def build(frame: Frame) -> None:
        page_styles()
        SchedulesPage(frame, work).build()

    return Page("schedules", "Schedules", "schedule", build)


class SchedulesPage:
    """The page as one browser has it: which workflow is shown, and which of its runs."""

    def __init__(self, frame: Frame, work: SchedulesWork) -> None:
        self._frame = frame
        self._work = work
        self._name = frame.rest
        self._run = frame.values().get("run", "")
        self._state: object = None
        self._looking = False

    def build(self) -> None:
        """Build the page."""
        self._said = ui.element("div").props('role="status"')
        with ui.element("div").classes("wh-split"):
            self._list = Panel(self._frame, "Workflows")
            with ui.element("div").classes("wh-content"):
                self._detail = Panel(self._frame, "Workflow")
                self._alerts = Panel(self._frame, "Alerts")
        self._load()
        ui.timer(_WATCHED_EVERY, self.watch, immediate=False)

    async def watch(self) -> None:
        """Show anew what has changed, here or in another process."""
        if self._looking:
            return
        self._looking = True
        try:
            state = await THREADS.quickly(self._work.state)
        except (WavehouseError, OSError):
            return
        finally:
            self._looking = False
        if state != self._state:
            self._state = state
            self._load()

    def _load(self) -> None:
        # (What it is now is asked first: what changes meanwhile is shown by the next look.)
        self._list.load(lambda: (self._work.state(), self._work.all()), self._show_all, heals=True)
        self._alerts.load(self._work.alerts, self._show_alerts, heals=True)

    def _show_all(self, found: tuple[object, Sequence[Shown]]) -> None:
        self._state, workflows = found
        self._show(workflows)

    def _show(self, workflows: Sequence[Shown]) -> None:
        running = [one for one in workflows if one.runs and one.runs[0].state == "RUNNING"]
        said = f"{len(running)} running" if running else "Nothing runs now"
        if not self._work.clock():
            said += " · this server begins nothing by itself"
        self._frame.subtitle.set_text(said)
        if not workflows:
            nothing("The project has no workflows. They stand in schedules.yaml.")
            self._detail.show(lambda: nothing("There is nothing to show."))
            return
        names = [one.workflow.name for one in workflows]
        chosen = self._name if self._name in names else names[0] if not self._name else ""
        for one in workflows:
            self._entry(one, on=one.workflow.name == chosen)
        shown = next((one for one in workflows if one.workflow.name == chosen), None)
        if shown is None:
            self._detail.show(lambda: nothing(f"There is no workflow '{self._name}'."))
            return
        self._detail.show(partial(self._show_one, shown))

    def _entry(self, one: Shown, *, on: bool) -> None:
        name = one.workflow.name
        with state_link("", address("schedules", name), lambda: self._choose(name)).classes(
            "wh-entry"
        ) as link:
            with ui.element("div").classes("wh-entry-head"):
                ui.label(name).classes("wh-entry-title")
                if one.paused:
                    badge("paused", "warning")
                elif one.runs:
                    state = one.runs[0].state
                    badge(state.lower(), STATES[state])
            last = f"last {ago(one.runs[0].started)}" if one.runs else "never run"
            ui.label(f"{begins(one)} · {last}").classes("wh-entry-said")
        if on:
            link.classes("wh-entry-on").props('aria-current="true"')

    def _show_one(self, shown: Shown) -> None:
        name = shown.workflow.name
        if not self._frame.read_only:
            with ui.element("div").classes("wh-actions"):
                going = bool(shown.runs) and shown.runs[0].state == "RUNNING"
                now = ui.button("Run now", icon="play_arrow", on_click=lambda: self._begin(name))
                now.props("unelevated no-caps dense")
                now.set_enabled(not going)
                if shown.workflow.trigger.type != "ON_DEMAND":
                    text, icon = ("Resume", "play_circle") if shown.paused else ("Pause", "pause_circle")
                    ui.button(text, icon=icon, on_click=lambda: self._pause(name, not shown.paused)).props(
                        "outline no-caps dense"
                    )
        show_workflow(shown, self._run, self._link_of(name), self._look_at, self._show_log)

    def _link_of(self, name: str) -> Callable[[str], str]:
        return lambda run: address("schedules", name, [("run", run)])

    def _look_at(self, run: str) -> None:
        self._run = run
        self._remember()
        self._load()

    def _choose(self, name: str) -> None:
        self._name, self._run = name, ""
        self._remember()
        self._load()

    def _remember(self) -> None:
        self._frame.remember([("run", self._run)] if self._run else [], self._name)

    async def _begin(self, name: str) -> None:
        # (What begins is looked at, whichever run was before.)
        self._run = ""
        await self._do(lambda: self._work.begin(name))

    async def _pause(self, name: str, paused: bool) -> None:
        await self._do(lambda: self._work.pause(name, paused))

    async def _do(self, work: Callable[[], object]) -> None:
        self._said.clear()
        try:
            await THREADS.quickly(work)
        except WavehouseError as error:
            with self._said:
                show_error(error)
        self._load()

    def _show_log(self, run: str) -> None:
        with (
            self._frame.client.content,
            ui.dialog() as dialog,
            ui.card().classes("wh-question").props('role="dialog" aria-label="Log"'),
        ):
            panel = Panel(self._frame, "Log", plain=True)
            panel.load(lambda: self._work.log(run), _lines)
            with ui.element("div").classes("wh-question-actions"):
                ui.button("Close", on_click=dialog.close).props("flat no-caps dense")
        dialog.on("hide", dialog.delete)
        dialog.open()

    def _show_alerts(self, states: Mapping[str, AlertState]) -> None:
        if not states:
            nothing("No alert has been raised.")
            return
        table(
            ["Alert", "State", "Since", "What it says"],
            [
                [name, partial(badge, *_alert_word(state)), moment(state.since), state.text]
                for name, state in sorted(states.items(), key=lambda one: not one[1].lasts)
            ],
            wide=(3,),
        )


def _alert_word(state: AlertState) -> tuple[str, str]:
    return ("lasts", "bad") if state.lasts else ("ended", "muted")


def _lines(text: str) -> None:
    if not text:
        nothing("There is no log of it any more.")
        return
    around = (
        ui.element("div").classes("wh-log").props('tabindex="0" role="region" aria-label="Lines of the log"')
    )
    with around:
        ui.label(text).classes("wh-code")
