"""Arrow keys in a row of tabs, as a screen reader tells that they work there."""

from __future__ import annotations

from nicegui import ui

_KEYS = """(event) => {
  const tabs = [...event.currentTarget.querySelectorAll("[role=tab]")].filter((one) => one.offsetParent);
  const at = tabs.indexOf(document.activeElement);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
  if (at < 0 || to === undefined) return;
  event.preventDefault();
  const tab = tabs[(to + tabs.length) % tabs.length];
  tab.focus();
  tab.click();
}"""


def with_arrow_keys(tabs: ui.element) -> ui.element:
    """Let arrows, Home and End choose among the elements of the role `tab` inside; see `mark_tab`."""
    tabs.on("keydown", js_handler=_KEYS)
    return tabs


def mark_tab(tab: ui.element, *, chosen: bool) -> None:
    """Tell whether a tab is the chosen one: the Tab key reaches that one alone."""
    tab.props["aria-selected"] = "true" if chosen else "false"
    tab.props["tabindex"] = "0" if chosen else "-1"
    tab.update()
