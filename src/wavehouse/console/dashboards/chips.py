"""Chips: what filters a sheet without being seen in its controls, each with a way to remove it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass

from wavehouse.console.elements.chips import Chip
from wavehouse.dashboards.answers import VisualData
from wavehouse.dashboards.chosen import in_words, mark_in_words
from wavehouse.dashboards.controls import Control
from wavehouse.dashboards.definition import Dashboard
from wavehouse.dashboards.marks import links_of, row_of
from wavehouse.dashboards.view import ControlValue, Mark, View, default_of
from wavehouse.dashboards.visuals import Link

# By the id of a control, and by the values as an address has them.
Names = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Acts:
    """What chips ask of the page."""

    unmark: Callable[[Mark], Awaitable[None]]
    set: Callable[[Control, ControlValue], Awaitable[None]]
    follow: Callable[[Link, VisualData, int], Awaitable[None]]


def chips_of(
    dashboard: Dashboard, view: View, answers: Mapping[str, VisualData], names: Names, acts: Acts
) -> Iterator[Chip]:
    """One for each mark of the view, and for each control that is set and that this sheet does not show.

    `names` says what values of controls are called, where they are not called as they are.
    """
    shown = {one.id for one in dashboard.controls_of(dashboard.sheet(view.sheet))}
    for id_, value in view.controls.items():
        control = dashboard.control(id_)
        if id_ not in shown:
            yield Chip(
                id_,
                f"{control.title}: {in_words(value, names.get(id_, {}))}",
                lambda control=control: acts.set(control, default_of(control)),  # type: ignore[misc]
            )
    for mark in view.marks:
        yield _of_mark(dashboard, mark, answers.get(mark.visual), acts)


def _of_mark(dashboard: Dashboard, mark: Mark, data: VisualData | None, acts: Acts) -> Chip:
    visual = dashboard.visual(mark.visual)
    id_ = f"{mark.visual} {mark.values}"
    row, told = row_of(mark, data), mark_in_words(visual, mark, data)
    if data is None or row is None:
        return Chip(id_, told, lambda: acts.unmark(mark))
    links = [(link.title, lambda link=link: acts.follow(link, data, row)) for link in links_of(data)]
    return Chip(id_, told, lambda: acts.unmark(mark), links)
