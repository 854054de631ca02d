"""Tables of a page that are not for exploring: as they are, to be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from nicegui import ui

from wavehouse.console.elements.more import in_parts

Cell = str | int | float | Callable[[], object] | None


def table(
    headings: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    numbers: Sequence[int] = (),
    wide: Sequence[int] = (),
) -> None:
    """Rows below headings; a cell that is a function builds itself.

    The columns in `numbers` stand right, those that are `wide` are folded, and take the room. Of many rows
    the first hundred are there at once.
    """
    around = ui.element("div").classes("wh-plain-around")
    with (
        around.props('tabindex="0" role="region" aria-label="Table"'),
        ui.element("table").classes("wh-plain wh-folding" if wide else "wh-plain"),
    ):
        with ui.element("thead"), ui.element("tr"):
            for at, heading in enumerate(headings):
                _cell("th", heading, _style(at, numbers, wide)).props('scope="col"')
        body = ui.element("tbody")

    def build(row: Sequence[Cell]) -> None:
        with ui.element("tr"):
            for at, cell in enumerate(row):
                _cell("td", cell, _style(at, numbers, wide))

    in_parts(list(rows), build, body)


def facts(pairs: Iterable[tuple[str, Cell]]) -> None:
    """Names with what they stand for."""
    with ui.element("dl").classes("wh-facts"):
        for name, cell in pairs:
            with ui.element("div"):
                with ui.element("dt"):
                    ui.label(name)
                _cell("dd", cell, "")


def _style(at: int, numbers: Sequence[int], wide: Sequence[int]) -> str:
    return "wh-digits" if at in numbers else "wh-wide-cell" if at in wide else ""


def _cell(tag: str, cell: Cell, style: str) -> ui.element:
    made = ui.element(tag).classes(style)
    with made:
        if callable(cell):
            cell()
        elif cell is not None:
            ui.label(f"{cell:,}" if isinstance(cell, int) else str(cell))
    return made


def badge(text: str, kind: str = "muted") -> None:
    """A word with a colour: good, warning, bad, accent or muted."""
    ui.label(text).classes(f"wh-badge wh-{kind}")
