"""Links that change a page without loading it again, and lead to the same state when they are copied."""

from __future__ import annotations

from collections.abc import Callable

from nicegui import ui

from wavehouse.console.shell import link_to

# With a key held down a browser opens a new window or tab: that is left to it.
_PLAIN_CLICK = """(event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  emit();
}"""


def link(text: str, target: str) -> ui.element:
    """A link to `target`, an address of the console."""
    made = link_to(target)
    if text:
        with made:
            ui.label(text)
    return made


def state_link(text: str, target: str, go: Callable[[], object]) -> ui.element:
    """A link to `target`, an address of this page, that calls `go` instead."""
    made = link(text, target)
    made.on("click", go, js_handler=_PLAIN_CLICK)
    return made


def tabs(
    titles: dict[str, str], chosen: str, target: Callable[[str], str], go: Callable[[str], object]
) -> None:
    """A row of links, one for each part of a page; `chosen` is the one that is shown."""
    with ui.element("nav").classes("wh-views").props('aria-label="Views"'):
        for name, title in titles.items():
            one = state_link(title, target(name), lambda name=name: go(name)).classes("wh-view")  # type: ignore[misc]
            if name == chosen:
                one.classes("wh-view-on").props('aria-current="true"')
