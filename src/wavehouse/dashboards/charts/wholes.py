"""Parts of a whole: rings and treemaps."""

from __future__ import annotations

from wavehouse.dashboards.charts.drawing import Drawing, Figures, Option, frame
from wavehouse.dashboards.colours import SERIES
from wavehouse.dashboards.figures import text_of


def donut(figures: Figures) -> Drawing:
    """A ring, and its names below it."""
    at = figures.measures[0]
    data = [
        {"name": name, "value": value, "itemStyle": figures.colour(row, SERIES[row % len(SERIES)])}
        for row, (name, value) in enumerate(zip(figures.names(), figures.numbers(at), strict=True))
    ]
    series = {
        "type": "pie",
        "name": figures.title_of(at),
        "radius": ["44%", "70%"],
        "center": ["50%", "40%"],
        "data": data,
        "label": {"show": False},
        "itemStyle": {"borderColor": "$surface", "borderWidth": 2},
        "emphasis": {"scaleSize": 4},
        "avoidLabelOverlap": True,
    }
    option = frame({"series": [series]}, legend=True)
    option["legend"] |= {"type": "plain", "top": "auto", "bottom": 0, "left": "center"}
    return Drawing(option, [[*range(len(data))]], figures.tips())


def treemap(figures: Figures) -> Drawing:
    """Rectangles; of several dimensions one inside the other. A second measure is told, and not drawn."""
    at = figures.measures[0]
    depth = len(figures.data.places("dimension"))
    names = [figures.names(number) for number in range(depth)]
    roots: list[Option] = []
    places: list[int] = []
    below: dict[tuple[str, ...], Option] = {}
    for row, value in enumerate(figures.numbers(at)):
        level = roots
        for number in range(depth - 1):
            path = tuple(names[step][row] for step in range(number + 1))
            if path not in below:
                below[path] = {"name": path[-1], "children": []}
                level.append(below[path])
            level = below[path]["children"]
        leaf: Option = {"name": names[-1][row] if depth else text_of(row), "value": value, "row": row}
        if figures.chosen or depth == 1:
            leaf["itemStyle"] = figures.colour(row, SERIES[row % len(SERIES)] if depth == 1 else "")
            if not leaf["itemStyle"]["color"]:
                del leaf["itemStyle"]["color"]
        level.append(leaf)
        places.append(row)
    series = {
        "type": "treemap",
        "name": figures.title_of(at),
        "data": roots,
        "roam": False,
        "nodeClick": False,
        "breadcrumb": {"show": False},
        "left": 0,
        "right": 0,
        "top": 0,
        "bottom": 0,
        "color": list(SERIES),
        "itemStyle": {"borderColor": "$surface", "borderWidth": 1, "gapWidth": 1},
        "label": {
            "color": "#FFFFFF",
            "fontSize": 11,
            "overflow": "truncate",
            "textBorderColor": "#00000066",
            "textBorderWidth": 2,
        },
        "upperLabel": {"show": depth > 1, "height": 18, "color": "$text", "fontSize": 11},
        "levels": [{}, {"itemStyle": {"borderColor": "$border", "gapWidth": 2}}],
    }
    return Drawing(frame({"series": [series]}), [places], figures.tips())
