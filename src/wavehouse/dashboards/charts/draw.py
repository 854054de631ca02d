"""The chart of a visual, by its kind."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial

from wavehouse.dashboards.answers import VisualData
from wavehouse.dashboards.charts import bars, fields, lines, wholes
from wavehouse.dashboards.charts.drawing import Drawing, Figures

# The other kinds (kpi, table, pivot, insight) are texts and tables.
CHARTS: Mapping[str, Callable[[Figures], Drawing]] = {
    "bar": bars.bar,
    "stacked_bar": bars.stacked_bar,
    "histogram": bars.histogram,
    "combo": bars.combo,
    "line": lines.line,
    "area": partial(lines.line, area=True),
    "profile": lines.profile,
    "donut": wholes.donut,
    "treemap": wholes.treemap,
    "heat_map": fields.heat_map,
    "scatter": fields.scatter,
}


def drawing(data: VisualData, chosen: Collection[int] = ()) -> Drawing:
    """The chart of a visual; `chosen` are the positions of the rows whose marks were clicked."""
    return CHARTS[data.visual.kind](Figures(data, chosen))
