"""What may travel to ECharts and AG Grid.

NiceGUI runs the value of any key that begins with `:` as JavaScript, at any depth of their options and rows.
A column called `:x` would be enough to run what somebody else's file says. So everything goes by here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from nicegui import ui

_Given = TypeVar("_Given")


def checked(option: _Given) -> _Given:
    """The same; raises `ValueError` where a key begins with `:`."""
    waiting: list[Any] = [option]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Mapping):
            for key, value in one.items():
                if isinstance(key, str) and key.lstrip().startswith(":"):
                    raise ValueError(f"the key {key!r} would be run as a program by the browser")
                waiting.append(value)
        elif isinstance(one, list | tuple):
            waiting.extend(one)
    return option


def grid(
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    definitions: Sequence[Mapping[str, Any]] = (),
    **more: Any,
) -> ui.aggrid:
    """An AG Grid of rows; columns have any names: they are called c0, c1 … and only headed by them.

    `definitions` has for each column what else is to be said of it, `more` are options of the grid.
    """
    extra = [*definitions, *({} for _ in range(len(columns) - len(definitions)))]
    options = {
        "columnDefs": [
            {"headerName": name, "field": f"c{at}", **extra[at]} for at, name in enumerate(columns)
        ],
        "rowData": grid_rows(rows),
        **more,
    }
    return ui.aggrid(checked(options))


def grid_rows(rows: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
    """Rows as a grid of `grid` has them; what is a structure becomes a text."""
    return [{f"c{at}": _cell(value) for at, value in enumerate(row)} for row in rows]


def _cell(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)
