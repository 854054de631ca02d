"""A dashboard as one HTML file that opens without a server: its figures as they were, its charts alive."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

from wavehouse.core.errors import WavehouseError
from wavehouse.dashboards.answers import VisualData
from wavehouse.dashboards.board import Board
from wavehouse.dashboards.charts.draw import CHARTS, drawing
from wavehouse.dashboards.chosen import in_words, mark_in_words
from wavehouse.dashboards.colours import variables
from wavehouse.dashboards.definition import Sheet
from wavehouse.dashboards.exports.echarts import imports
from wavehouse.dashboards.figures import insight_text, text_of
from wavehouse.dashboards.kpi import kpi
from wavehouse.dashboards.layout import in_reading_order, places
from wavehouse.dashboards.marks import chosen_rows
from wavehouse.dashboards.notes import note_of
from wavehouse.dashboards.tables import table
from wavehouse.dashboards.view import Scalar, View, address_text

_BROWSER = Path(__file__).parents[1] / "browser"
# Nothing may be loaded, whatever is in the data.
_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' data:; style-src 'unsafe-inline'; img-src data: blob:"
)


def page_of(board: Board, view: View, visuals: Collection[str] | None = None) -> str:
    """All sheets of a dashboard (or only these visuals) in a view, as a page; `OutsideError` without ECharts.

    A visual that could not be answered says why in its place.
    """
    dashboard = board.dashboard
    drawings: dict[str, Any] = {}
    parts = []
    answered: dict[str, VisualData] = {}
    for one in dashboard.sheets:
        ids = [visual.id for visual in one.visuals if visuals is None or visual.id in visuals]
        if ids:
            seen = view.on_sheet(one.id)
            answers = board.answer(seen, ids)
            answered |= answers
            parts.append(_sheet(one, seen, answers, drawings))
    when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    told = " · ".join([*_filters(board, view, answered), f"as of {when}"])
    return _PAGE.format(
        policy=_POLICY,
        title=escape(dashboard.title),
        told=escape(told),
        style=variables(by_preference=True) + (_BROWSER / "sheet.css").read_text("utf-8"),
        imports=_json({"imports": imports()}),
        drawings=_json(drawings),
        sheets="\n".join(parts),
    )


def _sheet(sheet: Sheet, view: View, answers: Mapping[str, VisualData], drawings: dict[str, Any]) -> str:
    where = places(sheet)
    cards = []
    for id_ in (one for one in in_reading_order(sheet) if one in answers):
        data, place = answers[id_], where[id_]
        visual = data.visual
        body = "".join(_body(data, view, drawings))
        cards.append(
            f'<section class="wh-card wh-visual wh-kind-{visual.kind.replace("_", "-")}" '
            f'style="--x:{place.x + 1};--w:{place.w};--y:{place.y + 1};--h:{place.h}" '
            f'aria-label="{escape(visual.title)}"><div class="wh-card-head"><h3 class="wh-card-title">'
            f'{escape(visual.title)}</h3><div class="wh-note">{escape(note_of(data))}</div></div>'
            f'<div class="wh-card-body">{body}</div></section>'
        )
    return f'<h2 class="wh-sheet-title">{escape(sheet.title)}</h2><div class="wh-grid">{"".join(cards)}</div>'


def _body(data: VisualData, view: View, drawings: dict[str, Any]) -> Iterator[str]:
    if data.error is not None:
        yield f'<div class="wh-error">{escape(str(data.error))}</div>'
    elif not data.rows:
        yield '<div class="wh-empty">Nothing here meets the filters.</div>'
    elif data.visual.kind == "kpi":
        shown = kpi(data)
        yield f'<div class="wh-kpi-body"><div><div class="wh-kpi-figure">{escape(shown.figure)}</div>'
        yield f'<div class="wh-kpi-beside wh-{shown.tone or "even"}">{escape(shown.beside)}</div></div>'
        if shown.path:
            yield '<div class="wh-spark"><svg viewBox="0 0 120 28" preserveAspectRatio="none">'
            yield f'<path d="{shown.path}"/></svg></div>'
        yield "</div>"
    elif data.visual.kind == "insight":
        yield f'<div class="wh-insight">{escape(insight_text(data))}</div>'
    elif data.visual.kind in CHARTS:
        drawings[data.visual.id] = drawing(data, chosen_rows(data, view)).document()
        title = escape(data.visual.title)
        yield '<div class="wh-chart" tabindex="0" role="application" aria-roledescription="chart" '
        yield f'aria-label="{title}" data-visual="{escape(data.visual.id)}">'
        yield '<div class="wh-chart-place"></div></div>'
    else:
        yield from _table(data)


def _table(data: VisualData) -> Iterator[str]:
    shown = table(data)
    kinds = ['class="wh-figure"' if figure else "" for figure in shown.figures]
    yield '<div class="wh-table" tabindex="0"><table><thead><tr>'
    yield "".join(
        f"<th scope=col {kind}>{escape(one)}</th>" for kind, one in zip(kinds, shown.titles, strict=True)
    )
    yield "</tr></thead><tbody>"
    for cells in shown.cells:
        line = "".join(f"<td {kind}>{escape(one)}</td>" for kind, one in zip(kinds, cells, strict=True))
        yield f"<tr>{line}</tr>"
    yield "</tbody></table></div>"


def _filters(board: Board, view: View, answers: Mapping[str, VisualData]) -> Iterator[str]:
    """What was chosen, as the chips of a page tell it."""
    for control in board.dashboard.controls:
        if control.id in view.controls:
            value = view.controls[control.id]
            names: Mapping[Scalar, str] = {}
            with suppress(WavehouseError):
                names = board.labels(control.id, value if isinstance(value, tuple) else ())
            said = in_words(value, {address_text(one): name for one, name in names.items()})
            yield f"{control.title}: {said}"
    for mark in view.marks:
        yield mark_in_words(board.dashboard.visual(mark.visual), mark, answers.get(mark.visual))
    for id_, path in view.drills.items():
        data = answers.get(id_)
        steps = data.steps if data is not None and data.steps else [*map(text_of, path)]
        yield f"{board.dashboard.visual(id_).title}: {' › '.join(steps)}"


def _json(value: Any) -> str:
    """JSON inside of a script: no text in it can end the script."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
<script type="importmap">{imports}</script>
<script type="application/json" id="drawings">{drawings}</script>
</head>
<body class="wh-file">
<header><h1>{title}</h1><p class="wh-muted">{told}</p></header>
<main>{sheets}</main>
<script type="module">
import {{ echarts }} from "nicegui-echart";
import {{ Chart }} from "wavehouse-drawing";
const drawings = JSON.parse(document.getElementById("drawings").textContent);
const charts = [...document.querySelectorAll("[data-visual]")].map((card) => {{
  const chart = new Chart(echarts, card.firstElementChild);
  chart.draw(drawings[card.dataset.visual]);
  card.addEventListener("keydown", (event) => chart.key(event));
  card.addEventListener("blur", () => chart.leave());
  return chart;
}});
addEventListener("resize", () => charts.forEach((chart) => chart.resize()));
const dark = matchMedia("(prefers-color-scheme: dark)");
dark.addEventListener("change", () => charts.forEach((chart) => chart.redraw()));
document.documentElement.dataset.drawn = charts.length;
// For the command line: the same charts as pictures.
const kind = location.hash.slice(1);
if (kind === "svg" || kind === "png") {{
  const cards = [...document.querySelectorAll("[data-visual]")];
  const told = cards.map((card, at) => [card.dataset.visual, charts[at][kind]()]);
  const text = document.createElement("pre");
  text.id = "pictures";
  text.textContent = JSON.stringify(Object.fromEntries(told));
  document.body.replaceChildren(text);
}}
</script>
</body>
</html>
"""
