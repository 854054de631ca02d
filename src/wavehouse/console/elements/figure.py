"""The figure of a KPI on a page."""

from __future__ import annotations

from dataclasses import asdict

from nicegui.element import Element

from wavehouse.dashboards.kpi import Kpi


class Figure(Element, component="figure.js"):
    """Shows a KPI, called `label`: one element of a page whatever it is made of, changed in its place."""

    def __init__(self, label: str, shown: Kpi) -> None:
        super().__init__()
        self._props.update({"label": label, **asdict(shown)})

    def show(self, shown: Kpi) -> None:
        """Show another one."""
        self._props.update(asdict(shown))
        self.update()
