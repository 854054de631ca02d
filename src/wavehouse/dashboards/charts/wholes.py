"""Parts of a whole: rings and treemaps."""

from __future__ import annotations

from wavehouse.dashboards.charts.drawing import Drawing, Figures, Option, frame
from wavehouse.dashboards.colours import SCALE, SERIES


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
        "radius": ["46%", "76%"],
        "center": ["50%", "45%"],
        "data": data,
        "label": {"show": False},
        "itemStyle": {"borderColor": "$surface", "borderWidth": 2},
        "emphasis": {"scaleSize": 4},
        "avoidLabelOverlap": True,
    }
    option = frame({"series": [series]}, legend=True)
    # (In one line that can be turned: several would lie on the ring in a small card.)
    option["legend"] |= {"top": "auto", "bottom": 0}
    return Drawing(option, [[*range(len(data))]], figures.tips())


def treemap(figures: Figures) -> Drawing:
    """Rectangles; of several dimensions one inside the other. A second measure is their colour."""
    at, *second = figures.measures
    depth = len(figures.data.places("dimension"))
    names = [figures.names(number) for number in range(depth)]
    colours = figures.numbers(second[0]) if second else []
    roots: list[Option] = []
    # (Two artists may have one name: what tells them apart are the values.)
    keys_at = figures.data.places("dimension")
    below: dict[tuple[object, ...], Option] = {}
    for row, value in enumerate(figures.numbers(at)):
        level = roots
        for number in range(depth - 1):
            path = tuple(figures.rows[row][at] for at in keys_at[: number + 1])
            if path not in below:
                below[path] = {"name": names[number][row], "children": []}
                level.append(below[path])
            level = below[path]["children"]
        leaf: Option = {
            "name": names[-1][row],
            "value": [value, colours[row]] if second else value,
            "row": row,
        }
        style = figures.colour(row, SERIES[row % len(SERIES)])
        if second or depth > 1:
            del style["color"]
        level.append({**leaf, "itemStyle": style})
    scale: Option = {"color": list(SERIES)}
    if second:
        known = [one for one in colours if one is not None]
        scale = {
            "color": list(SCALE),
            "colorMappingBy": "value",
            "visualDimension": 1,
            "visualMin": min(known, default=0),
            "visualMax": max(known, default=1),
        }
    border = {"textBorderColor": "$shade", "textBorderWidth": 2}
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
        **scale,
        "itemStyle": {"borderColor": "$surface", "borderWidth": 1, "gapWidth": 1},
        "label": {"color": "#FFFFFF", "fontSize": 11, "overflow": "truncate", **border},
        "upperLabel": {"show": depth > 1, "height": 18, "color": "$text", "fontSize": 11},
        "levels": [scale, {**scale, "itemStyle": {"borderColor": "$surface", "gapWidth": 1}}],
    }
    return Drawing(frame({"series": [series]}), [[*range(len(figures.rows))]], figures.tips())
