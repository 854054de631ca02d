"""A chart on a page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

# (Registers ECharts, which NiceGUI's wheel has.)
import nicegui.elements.echart  # noqa: F401
from nicegui import json
from nicegui.element import Element
from nicegui.events import GenericEventArguments

import wavehouse.dashboards

_DRAWING = Path(wavehouse.dashboards.__file__).parent / "browser"


# The row of a mark, and whether it is clicked beside others (with Ctrl or Shift).
OnMark = Callable[[int, bool], Awaitable[None]]


class Chart(Element, component="chart.js", esm={"wavehouse-drawing": str(_DRAWING)}):
    """Shows the document of a `dashboards.charts.drawing.Drawing`; `label` is what it is called.

    (It travels as a text: NiceGUI watches every value of a structure, which took longer than to draw it, and
    runs what stands at some keys of one.)

    `on_mark` is told of clicks.
    """

    def __init__(self, label: str, drawing: Mapping[str, Any], on_mark: OnMark | None = None) -> None:
        super().__init__()
        self._props["label"] = label
        self._props["drawing"] = json.dumps(drawing)
        self._props["clickable"] = on_mark is not None
        self._update_method = "show"
        if on_mark is not None:

            async def marked(event: GenericEventArguments) -> None:
                match event.args:
                    case [int(row), bool(also)]:
                        await on_mark(row, also)

            self.on("mark", marked)

    def show(self, drawing: Mapping[str, Any]) -> None:
        """Show another one in its place."""
        self._props["drawing"] = json.dumps(drawing)
        self.update()

    def save(self, kind: str, name: str) -> None:
        """Let the browser save it as a file: svg or png."""
        self.run_method("save", kind, name)
