"""Tables of a page that are not for exploring: as they are, to be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from nicegui import ui

Cell = str | int | float | Callable[[], object] | None


def table(headings: Sequence[str], rows: Iterable[Sequence[Cell]], *, numbers: Sequence[int] = ()) -> None:
    """Rows below headings; a cell that is a function builds itself, the columns in `numbers` stand right."""
    with ui.element("div").classes("wh-table-around").props('tabindex="0" role="region" aria-label="Table"'):
        with ui.element("table").classes("wh-table"):
            with ui.element("thead"), ui.element("tr"):
                for at, heading in enumerate(headings):
                    _cell("th", heading, number=at in numbers).props('scope="col"')
            with ui.element("tbody"):
                for row in rows:
                    with ui.element("tr"):
                        for at, cell in enumerate(row):
                            _cell("td", cell, number=at in numbers)


def facts(pairs: Iterable[tuple[str, Cell]]) -> None:
    """Names with what they stand for."""
    with ui.element("dl").classes("wh-facts"):
        for name, cell in pairs:
            with ui.element("div"):
                with ui.element("dt"):
                    ui.label(name)
                _cell("dd", cell, number=False)


def _cell(tag: str, cell: Cell, *, number: bool) -> ui.element:
    made = ui.element(tag).classes("wh-number" if number else "")
    with made:
        if callable(cell):
            cell()
        elif cell is not None:
            ui.label(f"{cell:,}" if isinstance(cell, int) else str(cell))
    return made


def badge(text: str, kind: str = "muted") -> None:
    """A word with a colour: good, warning, bad, accent or muted."""
    ui.label(text).classes(f"wh-badge wh-{kind}")
