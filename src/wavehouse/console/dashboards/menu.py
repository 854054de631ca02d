"""What can be done with one visual: save it, see its query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nicegui import ui

from wavehouse.console.elements.chart import Chart
from wavehouse.console.elements.entry import entry
from wavehouse.dashboards.document import as_csv

if TYPE_CHECKING:
    from wavehouse.console.dashboards.card import Card
    from wavehouse.console.dashboards.reading import Reading


def open_menu(card: Card, reading: Reading) -> None:
    """Open it at the card's button; it is made when it is asked for."""
    data, name = card.data, f"{reading.board.dashboard.dashboard}-{card.visual.id}"
    # (One that is still on its way out would be there twice for a moment.)
    for before in [one for one in card.more.default_slot.children if isinstance(one, ui.menu)]:
        before.delete()
    with card.more:
        menu = ui.menu().props("auto-close")
        menu.on("hide", menu.delete, args=[])
        with menu:
            chart = card.content
            if isinstance(chart, Chart):
                entry("Save as SVG", lambda: chart.save("svg", f"{name}.svg"))
                entry("Save as PNG", lambda: chart.save("png", f"{name}.png"))
            if data is not None and data.error is None:
                entry("Save as CSV", lambda: ui.download.content(as_csv(data), f"{name}.csv", "text/csv"))
            if data is not None and data.sql:
                entry("Show its SQL", lambda: _show_sql(card, reading))
    menu.open()


def _show_sql(card: Card, reading: Reading) -> None:
    sql = card.data.sql if card.data else ""
    # (Not in the menu, which goes.)
    with reading.frame.client.content, ui.dialog() as dialog, ui.element("div").classes("wh-card wh-dialog"):
        dialog.on("hide", dialog.delete, args=[])
        ui.label(card.visual.title).classes("wh-card-title")
        with ui.element("pre").classes("wh-sql"):
            ui.label(sql)
        ui.button("Close", on_click=dialog.close).props("flat dense no-caps")
    dialog.open()
