"""The page of flows."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from nicegui import ui

from wavehouse.console.browsers import Unsaved
from wavehouse.console.elements.panel import pauses
from wavehouse.console.elements.styles import page_styles
from wavehouse.console.flow.picture import Spot
from wavehouse.console.flow.session import Session
from wavehouse.console.flow.tools import FlowTools
from wavehouse.console.flow.view import FlowView
from wavehouse.console.shell import Frame, Page, address, show_error
from wavehouse.core.errors import CallError, WavehouseError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.flow.editing.draft import Draft


def flow_page(tools: FlowTools) -> Page:
    """The flows of the project; /console/flow/<name of the file> is one of them."""
    # Where nodes were dragged, by file: all who look at a flow see it alike, until the server ends.
    moved: dict[Path, dict[str, Spot]] = {}
    drafts = Unsaved[Draft]()

    async def build(frame: Frame) -> None:
        page_styles()
        ui.add_head_html(_style())
        try:
            _open(frame, tools, moved, drafts)
        except WavehouseError as error:
            show_error(error)
            _try_later(frame, tools, pauses())

    return Page("flow", "Flow", "account_tree", build)


def _open(frame: Frame, tools: FlowTools, moved: dict[Path, dict[str, Spot]], drafts: Unsaved[Draft]) -> None:
    files = {path.stem: path for path in tools.files()}
    path = _path(files, frame.rest)
    if len(files) > 1:
        with frame.header, ui.element("nav").classes("wh-views").props('aria-label="Flows"'):
            for stem in files:
                link = ui.link(stem, address("flow", stem)).classes("wh-view")
                if stem == path.stem:
                    link.classes("wh-view-on").props('aria-current="page"')
    # (Who may only read arranges nodes for himself.)
    spots = {} if frame.read_only else moved.setdefault(path, {})
    session = Session(_draft(frame, path, drafts), tools, spots)
    frame.title.set_text(str(session.draft.file.data.get("flow") or path.stem))
    frame.subtitle.set_text(str(session.draft.file.data.get("description") or path.name))
    FlowView(frame, session)


def _draft(frame: Frame, path: Path, drafts: Unsaved[Draft]) -> Draft:
    """What this browser has not saved yet, with all that can be undone; else the file as it is."""
    kept = None if frame.read_only else drafts.get(frame.client, str(path))
    if kept is None:
        kept = Draft(path, writable=not frame.read_only)
        if not frame.read_only:
            drafts.put(frame.client, kept, str(path))
    elif not kept.changed and kept.stale():
        kept.take_theirs()
    return kept


def _path(files: dict[str, Path], name: str) -> Path:
    """The file of that name, without one the first."""
    if not files:
        raise CallError("the project has no flow", remedy="Write one in the folder flows/ of the project")
    if name and name not in files:
        raise CallError(f"there is no flow '{name}'", remedy=did_you_mean(name, files))
    return files[name] if name else next(iter(files.values()))


def _try_later(frame: Frame, tools: FlowTools, waits: Iterator[float]) -> None:
    """Load the page again once the flow can be opened."""

    def look() -> None:
        try:
            Draft(_path({path.stem: path for path in tools.files()}, frame.rest))
        except WavehouseError:
            _try_later(frame, tools, waits)
        else:
            ui.navigate.reload()

    ui.timer(next(waits), look, once=True, immediate=False)


@cache
def _style() -> str:
    return f"<style>{(Path(__file__).parent / 'flow.css').read_text('utf-8')}</style>"
