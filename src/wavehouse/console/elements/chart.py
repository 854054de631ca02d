"""A chart on a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

# (Registers ECharts, which NiceGUI's wheel has.)
import nicegui.elements.echart  # noqa: F401
from nicegui.element import Element
from nicegui.events import GenericEventArguments

import wavehouse.dashboards
from wavehouse.console.elements.safe import checked

_DRAWING = Path(wavehouse.dashboards.__file__).parent / "browser"


class Chart(Element, component="chart.js", esm={"wavehouse-drawing": str(_DRAWING)}):
    """Shows the document of a `dashboards.charts.drawing.Drawing`; `label` is what it is called.

    `on_mark` is given the row of a mark that was clicked.
    """

    def __init__(
        self, label: str, drawing: Mapping[str, Any], on_mark: Callable[[int], Any] | None = None
    ) -> None:
        super().__init__()
        self._props["label"] = label
        self._props["drawing"] = checked(drawing)
        self._props["clickable"] = on_mark is not None
        self._update_method = "show"
        if on_mark is not None:

            async def marked(event: GenericEventArguments) -> None:
                row = event.args
                if isinstance(row, int) and not isinstance(row, bool):
                    await on_mark(row)

            self.on("mark", marked)

    def show(self, drawing: Mapping[str, Any]) -> None:
        """Show another one in its place."""
        self._props["drawing"] = checked(drawing)
        self.update()

    async def image(self, kind: str) -> str:
        """It as an SVG text or, for `png`, as a data URL."""
        found: str = await self.run_method("image", kind, timeout=10)
        return found
