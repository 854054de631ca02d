"""What every rule measured, run by run: a line for each, and a chart of the one that was chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

from nicegui import ui

from wavehouse.console.elements.chart import Chart
from wavehouse.console.elements.plain_table import Cell, badge, table
from wavehouse.console.moments import moment
from wavehouse.core.markup import Markup, tag
from wavehouse.core.run_record import measured
from wavehouse.dashboards.charts.drawing import Drawing, category_axis, frame, value_axis
from wavehouse.quality.measured import MeasuredRule, Measurement

# So many runs, the last, are drawn.
_SHOWN = 60
_WIDTH, _HEIGHT = 180, 26


def show_trends(rules: Sequence[MeasuredRule], chosen: str, choose: Callable[[str], object]) -> None:
    """`chosen` is `source: rule`."""
    one = next((rule for rule in rules if _name(rule) == chosen), None)
    if one is not None:
        ui.label(_name(one)).classes("wh-card-title").props('role="heading" aria-level="3"')
        Chart(f"What {_name(one)} measured", _drawing(one).document()).classes("wh-trend")
    table(
        ["Rule", "Runs", "Course", "Measured last", "Failing rows", "Verdict"],
        [_row(rule, choose) for rule in rules],
        numbers=[1, 3, 4],
        wide=[0],
    )


def _name(rule: MeasuredRule) -> str:
    return f"{rule.source}: {rule.rule}"


def _row(rule: MeasuredRule, choose: Callable[[str], object]) -> list[Cell]:
    last = rule.runs[-1]

    def name() -> None:
        button = ui.button(_name(rule), on_click=lambda: choose(_name(rule)))
        button.props("flat no-caps dense align=left").classes("wh-code wh-text-button")

    def verdict() -> None:
        badge("holds" if last.passed else "fails", "good" if last.passed else "bad")

    failing = "–" if last.failed_rows is None else last.failed_rows
    return [
        name,
        len(rule.runs),
        lambda: _course(rule.runs[-_SHOWN:]),
        measured(last.metric),
        failing,
        verdict,
    ]


def _figure(one: Measurement) -> float | None:
    """What is followed: the measure, or for a rule that has none the rows that fail."""
    return one.metric if one.metric is not None else one.failed_rows


def course(runs: Sequence[Measurement]) -> Markup:
    """A line through what was measured, with a dot for every run in which the rule failed.

    A run without a measure breaks the line; where it failed, its dot stands at the bottom.
    """
    figures = [_figure(one) for one in runs]
    known = [figure for figure in figures if figure is not None]
    low, high = (min(known), max(known)) if known else (0.0, 0.0)

    def at(place: int, figure: float | None) -> tuple[float, float]:
        x = 4 + place * (_WIDTH - 8) / max(len(runs) - 1, 1)
        part = 0.0 if figure is None else (figure - low) / (high - low) if high > low else 0.5
        return x, _HEIGHT - 5 - part * (_HEIGHT - 10)

    points = [at(place, figure) for place, figure in enumerate(figures)]
    parts = [
        list(part)
        for has_figure, part in groupby(range(len(runs)), lambda place: figures[place] is not None)
        if has_figure
    ]
    lines = [
        tag(
            "polyline",
            points=" ".join(f"{x:.1f},{y:.1f}" for x, y in (points[place] for place in part)),
            fill="none",
            stroke="var(--accent)",
            stroke_width="1.5",
        )
        for part in parts
    ]
    # (A line of one point is none.)
    alone = {part[0] for part in parts if len(part) == 1}
    dots = [
        tag(
            "circle",
            cx=f"{x:.1f}",
            cy=f"{y:.1f}",
            r="2.5",
            fill=f"var(--{'accent' if run.passed else 'bad'})",
        )
        for place, ((x, y), run) in enumerate(zip(points, runs, strict=True))
        if not run.passed or place in alone
    ]
    failed = sum(not run.passed for run in runs)
    said = f"{len(runs)} runs, {failed} of them failed"
    return tag("svg", *lines, *dots, viewBox=f"0 0 {_WIDTH} {_HEIGHT}", width=str(_WIDTH),
               height=str(_HEIGHT), role="img", aria_label=said)  # fmt: skip


def _course(runs: Sequence[Measurement]) -> None:
    ui.html(str(course(runs)), sanitize=False)


def _drawing(rule: MeasuredRule) -> Drawing:
    runs = rule.runs[-_SHOWN:]
    marks = [
        {"value": _figure(one), "itemStyle": {"color": "$series-1" if one.passed else "$bad"}} for one in runs
    ]
    option = frame(
        {
            "xAxis": category_axis([moment(one.started)[:16] for one in runs]),
            "yAxis": value_axis(scale=True),
            "series": [
                {
                    "type": "line",
                    "name": rule.subject,
                    "data": marks,
                    "symbol": "circle",
                    "symbolSize": 7,
                    "lineStyle": {"color": "$series-1", "width": 2},
                }
            ],
        }
    )
    tips = [
        (
            moment(one.started),
            [
                ("Measured", measured(one.metric)),
                ("Failing rows", "–" if one.failed_rows is None else f"{one.failed_rows:,}"),
                ("Verdict", "holds" if one.passed else "fails"),
            ],
        )
        for one in runs
    ]
    return Drawing(option, [[*range(len(runs))]], tips)
