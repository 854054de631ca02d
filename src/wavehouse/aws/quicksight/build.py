"""The dashboards of a project as resources of its template."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from wavehouse.aws.finding import Finding, check
from wavehouse.aws.quicksight.data import Data, data_of
from wavehouse.aws.quicksight.definition import definition_of
from wavehouse.aws.quicksight.kinds import Columns
from wavehouse.aws.quicksight.parameters import set_by_links
from wavehouse.aws.quicksight.references import reference_findings
from wavehouse.aws.quicksight.resources import (
    SOURCE,
    dashboard_id,
    dashboard_resource,
    data_set,
    data_set_id,
    data_set_words,
    source,
)
from wavehouse.aws.stage import NOBODY, Stage
from wavehouse.aws.template.intrinsics import Json, Resources
from wavehouse.aws.validator import request_findings
from wavehouse.dashboards.definition import Dashboard


def quicksight(
    dashboards: Mapping[str, Dashboard], stage: Stage, columns: Columns
) -> tuple[Resources, list[str]]:
    """The resources of the dashboards, and a sentence for each thing that QuickSight has not, or not so.

    `columns` are those of the tables that there are. Raises `DefinitionError` for a dashboard that QuickSight
    would refuse.
    """
    sets: Resources = {}
    made: Resources = {}
    notes: list[str] = []
    linked = set_by_links(dashboards.values())
    for name, dashboard in sorted(dashboards.items()):
        data = {one: data_of(dashboard, one, columns) for one in dashboard.data}
        defined = definition_of(dashboards, dashboard, data, linked.get(name, frozenset()), stage)
        notes += defined.notes
        if defined.content is None:
            notes.append(f"{name}: the dashboard is not made, as no visual of it is left")
            continue
        ids: dict[str, str] = {}
        used: dict[str, Data] = {}
        for one in defined.used:
            found = data[one]
            assert isinstance(found, Data)  # noqa: S101 (no visual is of any other)
            words = data_set_words(dashboard, one, found)
            ids[one], used[one] = data_set_id(words), found
            sets |= data_set(stage, dashboard, words, found)
        resource = dashboard_resource(stage, dashboard, defined.content, ids)
        refused = "QuickSight would refuse this dashboard"
        check(findings_of(resource, used), refused, dashboard.where())
        made[dashboard_id(dashboard)] = resource
    if not made:
        return {}, notes
    return {SOURCE: source(stage), **dict(sorted(sets.items())), **made}, notes


def findings_of(resource: Json, used: Mapping[str, Data]) -> Iterator[Finding]:
    """Everything that is wrong with a dashboard: its shape, or, where that is right, what it names."""
    properties = {key: value for key, value in resource["Properties"].items() if key != "Permissions"}
    columns = {name: set(data.columns) for name, data in used.items()}
    yield from (
        request_findings("quicksight", "CreateDashboard", _resolved(properties))
        or reference_findings(properties["Definition"], columns)
    )


def _resolved(node: Any) -> Any:
    """A value as a request has it, with nobody's account, also in what is made with it."""
    match node:
        case {"Ref": _}:
            return NOBODY
        case {"Fn::GetAtt": [name, _]}:
            return f"arn:aws:quicksight:us-east-1:{NOBODY}:dataset/{name}"
        case dict():
            return {key: _resolved(value) for key, value in node.items()}
        case list():
            return [_resolved(value) for value in node]
    return node
