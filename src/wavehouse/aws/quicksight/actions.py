"""What a click does: filter the other visuals, lead to another sheet, or to a page."""

from __future__ import annotations

import re
from collections.abc import Mapping

from wavehouse.aws.quicksight.fields import column_in, id_of
from wavehouse.aws.quicksight.parameters import parameter_name
from wavehouse.aws.quicksight.resources import dashboard_name
from wavehouse.aws.stage import Stage
from wavehouse.aws.template.intrinsics import Json
from wavehouse.dashboards.controls import Control
from wavehouse.dashboards.definition import Dashboard
from wavehouse.dashboards.visuals import Link, Visual

# A page of QuickSight, which leads to that of the reader's region.
_DASHBOARD = "https://quicksight.aws.amazon.com/sn/dashboards/{id}"


def actions_of(
    dashboards: Mapping[str, Dashboard],
    dashboard: Dashboard,
    visual: Visual,
    groups: list[Json],
    stage: Stage,
    notes: list[str],
) -> list[Json]:
    """The actions of a visual; `groups` are its fields of dimensions."""
    found: list[Json] = []
    if visual.action == "filter" and groups:
        found.append(_action(f"{visual.id}-filter", "Filter the others", _filter(groups), click=True))
    columns = {column_in(one)["ColumnName"]: one for one in groups}
    for at, link in enumerate(visual.links, 1):
        click = visual.action == "link" and at == 1
        if operations := _link(dashboards, dashboard, link, columns, visual, stage, notes):
            found.append(_action(f"{visual.id}-link-{at}", link.title, operations, click=click))
    return found


def _action(id_: str, name: str, operations: list[Json], *, click: bool) -> Json:
    return {
        "CustomActionId": id_,
        "Name": name,
        "Status": "ENABLED",
        "Trigger": "DATA_POINT_CLICK" if click else "DATA_POINT_MENU",
        "ActionOperations": operations,
    }


def _filter(groups: list[Json]) -> list[Json]:
    return [
        {
            "FilterOperation": {
                "SelectedFieldsConfiguration": {"SelectedFields": [id_of(one) for one in groups]},
                "TargetVisualsConfiguration": {
                    "SameSheetTargetVisualConfiguration": {"TargetVisualOptions": "ALL_VISUALS"}
                },
            }
        }
    ]


def _link(
    dashboards: Mapping[str, Dashboard],
    dashboard: Dashboard,
    link: Link,
    columns: Mapping[str, Json],
    visual: Visual,
    stage: Stage,
    notes: list[str],
) -> list[Json]:
    if link.url is not None:
        missing = [name for name in link.columns if name not in columns]
        if missing:
            notes.append(f"has no link '{link.title}': '{missing[0]}' is no group that QuickSight shows")
            return []
        return _page(re.sub(r"\{(\w+)\}", r"<<\1>>", link.url))
    other = dashboards[link.dashboard] if link.dashboard else dashboard
    given: dict[str, Json] = {}
    for id_, name in link.set.items():
        found = _source(other.control(id_), visual, name, columns)
        if found is None:
            notes.append(f"has the link '{link.title}' without '{id_}', which QuickSight cannot set by it")
        else:
            given[parameter_name(id_)] = found
    if other is not dashboard:
        if link.sheet is not None:
            notes.append(f"has the link '{link.title}' to the first sheet: links lead to no other there")
        names = "&".join(f"p.{name}=<<{column_in(one)['ColumnName']}>>" for name, one in given.items())
        address = _DASHBOARD.format(id=dashboard_name(stage, other))
        return _page(f"{address}#{names}" if names else address)
    leads: Json = {
        "NavigationOperation": {
            "LocalNavigationConfiguration": {"TargetSheetId": link.sheet or dashboard.sheets[0].id}
        }
    }
    if not given:
        return [leads]
    values = [
        {"DestinationParameterName": name, "Value": {"SourceField": id_of(one)}}
        for name, one in given.items()
    ]
    return [leads, {"SetParametersOperation": {"ParameterValueConfigurations": values}}]


def _source(control: Control, visual: Visual, name: str, columns: Mapping[str, Json]) -> Json | None:
    """The field that gives a control its value: that which the control shows for the same thing."""
    if control.kind != "choice":
        return None
    if control.label is None:
        return columns.get(name)
    of_name = [one for one in visual.dimensions_at() if one.field == name and one.label == control.label]
    return columns.get(control.label) if of_name else None


def _page(address: str) -> list[Json]:
    return [{"URLOperation": {"URLTemplate": address, "URLTarget": "NEW_TAB"}}]
