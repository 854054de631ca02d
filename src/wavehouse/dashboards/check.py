"""Whether a dashboard can be shown on a lake: every field, control and visual, without reading rows."""

from __future__ import annotations

from wavehouse.core.errors import CallError, DefinitionError, QueryError, WavehouseError
from wavehouse.dashboards.board import Board
from wavehouse.dashboards.view import View


def problems(board: Board) -> list[WavehouseError]:
    """What is wrong, in the order of the file, each with its line; of a data set that is wrong only that."""
    dashboard, found = board.dashboard, list[WavehouseError]()
    wrong: set[str] = set()
    fields: set[str] = set()
    for name in dashboard.data:
        try:
            fields |= board.fields(name).keys()
        except WavehouseError as error:
            wrong.add(name)
            found.append(error)
    for at, control in enumerate(dashboard.controls):
        for key in ("field", "label"):
            named = getattr(control, key)
            if named is not None and named not in fields and not wrong:
                found.append(board.unknown_field(named, dashboard.where(["controls", at, key])))
    for visual in dashboard.visuals:
        if dashboard.data_of(visual) in wrong:
            continue
        for depth in range(max(1, len(visual.drill))):
            view = View(drills={visual.id: (None,) * depth} if depth else {})
            try:
                board.check(view, visual)
            except (CallError, DefinitionError) as error:
                found.append(error)
                break
            except QueryError as error:
                where = dashboard.place_of(visual)
                found.append(DefinitionError(error.what, where=where, remedy=error.remedy))
                break
    return found
