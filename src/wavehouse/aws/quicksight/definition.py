"""A whole dashboard as QuickSight's `Definition`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wavehouse.aws.quicksight.actions import actions_of
from wavehouse.aws.quicksight.controls import Controls
from wavehouse.aws.quicksight.data import Data, Missing
from wavehouse.aws.quicksight.fields import Fields
from wavehouse.aws.quicksight.filters import visual_filters
from wavehouse.aws.quicksight.layout import control_layout, is_cut, visual_layout
from wavehouse.aws.quicksight.parameters import declaration, parameters_of
from wavehouse.aws.quicksight.visuals import visual_of
from wavehouse.aws.quicksight.wells import Wells
from wavehouse.aws.stage import Stage
from wavehouse.aws.template.intrinsics import Json
from wavehouse.dashboards.definition import Dashboard, Sheet
from wavehouse.dashboards.layout import places
from wavehouse.dashboards.visuals import Visual


@dataclass
class Defined:
    """`content` is the definition without its data sets, None where no visual is left; `used` are these."""

    content: Json | None
    used: list[str]
    notes: list[str]


def definition_of(
    dashboards: Mapping[str, Dashboard],
    dashboard: Dashboard,
    sets: Mapping[str, Data | Missing],
    linked: frozenset[str],
    stage: Stage,
) -> Defined:
    """A dashboard by its data sets; `linked` are the controls of it that links set."""
    return _Maker(dashboards, dashboard, sets, linked, stage).made()


@dataclass
class _Maker:
    dashboards: Mapping[str, Dashboard]
    dashboard: Dashboard
    sets: Mapping[str, Data | Missing]
    linked: frozenset[str]
    stage: Stage
    notes: list[str] = field(default_factory=list)
    groups: list[Json] = field(default_factory=list)

    def made(self) -> Defined:
        there = {name: one for name, one in self.sets.items() if isinstance(one, Data)}
        self.used = [
            name
            for name in there
            if any(self.dashboard.data_of(visual) == name for visual in self.dashboard.visuals)
        ]
        self.fields = Fields({name: there[name] for name in self.used})
        parameters = parameters_of(self.dashboard, self.linked)
        shown = {sheet.id: self._visuals(sheet) for sheet in self.dashboard.sheets}
        kept = [sheet for sheet in self.dashboard.sheets if shown[sheet.id]]
        for sheet in self.dashboard.sheets:
            if sheet not in kept:
                self.notes.append(f"{self.dashboard.dashboard}/{sheet.id}: the sheet has no visual left")
        if not kept:
            return Defined(None, [], self.notes)
        controls = Controls(self.fields, [sheet.id for sheet in kept], parameters)
        for control in self.dashboard.controls:
            controls.add(control)
        self.notes += [f"{self.dashboard.dashboard}/{id_}: {what}" for id_, what in controls.notes]
        sheets = [self._sheet(sheet, shown[sheet.id], controls) for sheet in kept]
        declared = [
            declaration(control, [name for name in self.used if id_ in there[name].parameters])
            for id_, control in parameters.items()
        ]
        content = {
            "Sheets": sheets,
            "CalculatedFields": [
                {"DataSetIdentifier": data, "Name": name, "Expression": text}
                for (data, name), text in sorted(self.fields.calculated.items())
            ],
            "ParameterDeclarations": declared,
            "FilterGroups": [*controls.groups, *self.groups],
            "Options": {"Timezone": "UTC", "WeekStart": "MONDAY"},
        }
        return Defined(content, self.used, self.notes)

    def _visuals(self, sheet: Sheet) -> list[tuple[Visual, Json]]:
        found = []
        for visual in sheet.visuals:
            notes: list[str] = []
            made = self._visual(sheet, visual, notes)
            if made is not None:
                found.append((visual, made))
                if is_cut(places(sheet)[visual.id]):
                    notes.append("is lower than here: QuickSight's highest visual has 21 rows")
            self.notes += [f"{self.dashboard.dashboard}/{visual.id}: {note}" for note in notes]
        return found

    def _visual(self, sheet: Sheet, visual: Visual, notes: list[str]) -> Json | None:
        name = self.dashboard.data_of(visual)
        data = self.sets[name]
        if isinstance(data, Missing):
            notes.append(f"is left out: '{name}' {data.why}")
            return None
        if unknown := self._unknown(visual, name):
            notes.append(f"is left out: '{unknown}' of '{name}' is of a type that QuickSight has not")
            return None
        wells = Wells(self.fields, visual, name, notes)
        made = visual_of(wells)
        if made is None:
            notes.append("is left out: none of its figures is one that QuickSight has")
            return None
        type_, content = made
        content["Actions"] = actions_of(
            self.dashboards, self.dashboard, visual, wells.groups, self.stage, notes
        )
        self.groups += visual_filters(self.fields, sheet.id, visual, name, notes)
        return {type_: content}

    def _unknown(self, visual: Visual, data: str) -> str | None:
        """A field that the visual groups by, which the data set has not."""
        listed = [*visual.levels_or_dimensions, visual.series, visual.trend]
        names = [name for one in listed if one for name in (one.field, one.label) if name]
        return next((name for name in names if self.fields.kind(data, name) is None), None)

    def _sheet(self, sheet: Sheet, shown: list[tuple[Visual, Json]], controls: Controls) -> Json:
        found: dict[str, list[Json]] = {"ParameterControls": [], "FilterControls": []}
        listed: list[tuple[str, str]] = []
        for control in self.dashboard.controls_of(sheet):
            made = controls.shown(control, sheet.id)
            if made is None:
                continue
            found[made[0]].append(made[1])
            (properties,) = made[1].values()
            if made[0] == "ParameterControls":
                listed.append((properties["ParameterControlId"], "PARAMETER_CONTROL"))
            else:
                listed.append((properties["FilterControlId"], "FILTER_CONTROL"))
        there = places(sheet)
        layout = control_layout(listed)
        return {
            "SheetId": sheet.id,
            "Name": sheet.title,
            "ContentType": "INTERACTIVE",
            **{key: value for key, value in found.items() if value},
            "Visuals": [one for _, one in shown],
            "Layouts": visual_layout((visual.id, there[visual.id]) for visual, _ in shown),
            **({"SheetControlLayouts": layout} if layout else {}),
        }
