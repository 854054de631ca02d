"""Links that change a page without loading it again, and lead to the same state when they are copied."""

from __future__ import annotations

from collections.abc import Callable

from nicegui import ui

# With a key held down a browser opens a new window or tab: that is left to it.
_PLAIN_CLICK = """(event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  emit();
}"""


def state_link(text: str, target: str, go: Callable[[], object]) -> ui.link:
    """A link to `target`, an address of this page, that calls `go` instead."""
    link = ui.link(text, target)
    link.on("click", go, js_handler=_PLAIN_CLICK)
    return link


def tabs(
    titles: dict[str, str], chosen: str, target: Callable[[str], str], go: Callable[[str], object]
) -> None:
    """A row of links, one for each part of a page; `chosen` is the one that is shown."""
    with ui.element("nav").classes("wh-views").props('aria-label="Views"'):
        for name, title in titles.items():
            link = state_link(title, target(name), lambda name=name: go(name)).classes("wh-view")  # type: ignore[misc]
            if name == chosen:
                link.classes("wh-view-on").props('aria-current="true"')
