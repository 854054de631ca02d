"""The page of dashboards."""

from __future__ import annotations

from nicegui import ui

from wavehouse.console.shell import Frame, Page


def dashboards_page() -> Page:
    """Dashboards of the project, over the lake."""

    async def build(frame: Frame) -> None:  # noqa: ARG001
        ui.label("No dashboards yet")

    return Page("dashboards", "Dashboards", "dashboard", build)
