"""A table on a page: some hundred rows of texts, which are sorted and clicked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from nicegui import json
from nicegui.element import Element
from nicegui.events import GenericEventArguments

from wavehouse.console.elements.chart import OnMark
from wavehouse.dashboards.tables import Shown


class Table(Element, component="table.js"):
    """`on_mark` is told of clicks on rows, `on_sort` the position of a title."""

    def __init__(
        self,
        label: str,
        shown: Shown,
        on_mark: OnMark | None = None,
        on_sort: Callable[[int], None] | None = None,
    ) -> None:
        super().__init__()
        self._props["label"] = label
        self._props["clickable"] = on_mark is not None
        self._props["told"] = json.dumps(shown.document())
        self._props["chosen"] = []
        self._props["sort"] = None

        async def marked(event: GenericEventArguments) -> None:
            match event.args:
                case [int(row), bool(also)] if on_mark is not None:
                    await on_mark(row, also)

        def sorted_by(event: GenericEventArguments) -> None:
            if on_sort is not None and type(event.args) is int:
                on_sort(event.args)

        self.on("mark", marked)
        self.on("sort", sorted_by)

    def show(self, shown: Shown, chosen: Iterable[int] = (), sort: tuple[int, bool] | None = None) -> None:
        """Show other rows."""
        new: dict[str, Any] = {"told": json.dumps(shown.document()), "chosen": sorted(chosen), "sort": sort}
        for name, value in new.items():
            self._props[name] = value
        self.update()
