"""Controls: filters that a reader sets, and parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from wavehouse.aws.quicksight.fields import Fields, column_of
from wavehouse.aws.quicksight.filters import group_of
from wavehouse.aws.quicksight.kinds import is_number
from wavehouse.aws.quicksight.parameters import parameter_name
from wavehouse.aws.template.intrinsics import Json
from wavehouse.dashboards.controls import Control

# Where a slider ends of which nobody says it: QuickSight does not ask the data.
_ENDS = (0, 3_000)
_TITLE: Json = {"TitleOptions": {"Visibility": "VISIBLE"}}


@dataclass
class Controls:
    """The controls of a dashboard on the sheets with these ids; `parameters` are those that are one there.

    Filters stand in `groups`; `shown` gives what a sheet has of a control.
    """

    fields: Fields
    sheets: Sequence[str]
    parameters: Mapping[str, Control]
    groups: list[Json] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    _filters: dict[str, Json] = field(default_factory=dict)

    def add(self, control: Control) -> None:
        """The filter of a control, if it is one."""
        if control.field is None:
            return
        where = [data for data in self.fields.sets if self.fields.kind(data, control.field) is not None]
        if not where:
            self.notes.append(
                (control.id, f"is left out: no data set has the field '{control.field}' in QuickSight")
            )
            return
        columns = [self._column(data, control) for data in where]
        data, column = where[0], columns[0]
        made = self._filter(control, column_of(data, column), data)
        if made is None:
            return
        shown = self._options(control)
        kind, properties = next(iter(made.items()))
        if len(self.sheets) > 1 and control.id not in self.parameters:
            properties["DefaultFilterControlConfiguration"] = {
                "Title": control.title,
                "ControlOptions": {_DEFAULT[next(iter(shown))]: next(iter(shown.values()))},
            }
        scope = {
            "SelectedSheets": {
                "SheetVisualScopingConfigurations": [
                    {"SheetId": sheet, "Scope": "ALL_VISUALS"} for sheet in self.sheets
                ]
            }
        }
        self.groups.append(group_of(control.id, [{kind: properties}], scope, all_data=len(where) > 1))
        self._filters[control.id] = shown

    def shown(self, control: Control, sheet: str) -> tuple[str, Json] | None:
        """A control as it stands on a sheet: `FilterControls` or `ParameterControls`, and what is there."""
        id_ = f"control-{sheet}-{control.id}"
        if control.id in self.parameters:
            if control.field is not None and control.id not in self._filters:
                return None
            return "ParameterControls", self._parameter(control, id_)
        if control.id not in self._filters:
            return None
        source = {"FilterControlId": id_, "SourceFilterId": control.id}
        if len(self.sheets) > 1:
            return "FilterControls", {"CrossSheet": source}
        ((kind, options),) = self._filters[control.id].items()
        return "FilterControls", {kind: {**source, "Title": control.title, **options}}

    def _column(self, data: str, control: Control) -> str:
        name = str(control.field)
        if control.kind == "toggle":
            return self.fields.is_true(data, name)
        if control.kind == "choice":
            label = control.label
            if label is not None and self.fields.kind(data, label) is not None:
                return self.fields.as_text(data, label)
            return self.fields.as_text(data, name)
        return name

    def _filter(self, control: Control, column: Json, data: str) -> Json | None:
        head: Json = {"FilterId": control.id, "Column": column}
        kind = self.fields.kind(data, str(control.field))
        fits = {"range": is_number(kind), "dates": kind == "DATETIME", "text": kind == "STRING"}
        if not fits.get(control.kind, True):
            self.notes.append((control.id, f"is left out: '{control.field}' is of another kind there"))
            return None
        match control.kind:
            case "range":
                return {"NumericRangeFilter": {**head, **self._range(control)}}
            case "dates":
                return {
                    "TimeRangeFilter": {
                        **head,
                        **_bounds(control, "Value"),
                        "NullOption": "ALL_VALUES",
                        "TimeGranularity": "DAY",
                    }
                }
            case "text":
                return {"CategoryFilter": {**head, "Configuration": _contains(control)}}
        return {"CategoryFilter": {**head, "Configuration": self._values(control)}}

    def _range(self, control: Control) -> Json:
        if control.min is None or control.max is None:
            self.notes.append(
                (
                    control.id,
                    f"is a slider from {_end(control, 0)} to {_end(control, 1)}: QuickSight does not ask the "
                    "data where it ends (give it 'min' and 'max')",
                )
            )
        chosen = _bounds(control, "")
        # (Nothing chosen keeps rows without a value, anything chosen does not.)
        all_: Json = {} if control.default is not None else {"SelectAllOptions": "FILTER_ALL_VALUES"}
        return {**chosen, **all_, "NullOption": "NON_NULLS_ONLY"}

    def _values(self, control: Control) -> Json:
        if control.label is not None:
            self.notes.append(
                (control.id, f"chooses by '{control.label}': two of one name are chosen together there")
            )
        if control.id in self.parameters:
            return {
                "CustomFilterConfiguration": {
                    "MatchOperator": "EQUALS",
                    "ParameterName": parameter_name(control.id),
                    "NullOption": "ALL_VALUES",
                }
            }
        values: list[str] = []
        if control.kind == "toggle":
            values = ["yes"] if control.default else []
        elif isinstance(control.default, tuple):
            values = [str(one) for one in control.default if one is not None]
        chosen: Json = {"CategoryValues": values} if values else {"SelectAllOptions": "FILTER_ALL_VALUES"}
        return {"FilterListConfiguration": {"MatchOperator": "CONTAINS", **chosen}}

    def _options(self, control: Control) -> Json:
        """The control of a filter by its type."""
        match control.kind:
            case "range":
                low, high = _end(control, 0), _end(control, 1)
                return {
                    "Slider": {
                        "Type": "RANGE",
                        "DisplayOptions": _TITLE,
                        "MinimumValue": low,
                        "MaximumValue": high,
                        "StepSize": control.step or 1,
                    }
                }
            case "dates":
                return {"DateTimePicker": {"Type": "DATE_RANGE", "DisplayOptions": _TITLE}}
            case "text":
                return {"TextField": {"DisplayOptions": _TITLE}}
        many = control.many and control.kind == "choice"
        listed = {"SelectableValues": {"Values": ["yes"]}} if control.kind == "toggle" else _listed(control)
        return {
            "Dropdown": {
                "Type": "MULTI_SELECT" if many else "SINGLE_SELECT",
                "DisplayOptions": {"SelectAllOptions": {"Visibility": "VISIBLE"}, **_TITLE},
                **listed,
            }
        }

    def _parameter(self, control: Control, id_: str) -> Json:
        head: Json = {
            "ParameterControlId": id_,
            "Title": control.title,
            "SourceParameterName": parameter_name(control.id),
        }
        shown = {**head, "DisplayOptions": _TITLE}
        if control.kind == "number" and control.min is not None and control.max is not None:
            return {
                "Slider": {
                    **shown,
                    "MinimumValue": control.min,
                    "MaximumValue": control.max,
                    "StepSize": control.step or 1,
                }
            }
        if control.kind in ("number", "text"):
            return {"TextField": shown}
        if control.kind == "toggle":
            values: Json = {"Values": ["true", "false"]}
        elif control.field is not None and not control.options:
            data = next(one for one in self.fields.sets if self.fields.kind(one, control.field) is not None)
            values = {"LinkToDataSetColumn": column_of(data, self._column(data, control))}
        else:
            values = {"Values": [str(one) for one in control.options]}
        many = control.many and control.field is not None
        return {
            "Dropdown": {
                **shown,
                "Type": "MULTI_SELECT" if many else "SINGLE_SELECT",
                "SelectableValues": values,
            }
        }


# What the same control is called where it is the default of a filter of several sheets.
_DEFAULT = {
    "Slider": "DefaultSliderOptions",
    "DateTimePicker": "DefaultDateTimePickerOptions",
    "TextField": "DefaultTextFieldOptions",
    "Dropdown": "DefaultDropdownOptions",
}


def _end(control: Control, side: int) -> int | float:
    given = (control.min, control.max)[side]
    return given if isinstance(given, int | float) else _ENDS[side]


def _bounds(control: Control, suffix: str) -> Json:
    """From where to where a range is by default; an open end has no bound."""
    found: Json = {"IncludeMinimum": True, "IncludeMaximum": True}
    pair = control.default if isinstance(control.default, tuple) else (None, None)
    for name, value in zip(("RangeMinimum", "RangeMaximum"), pair, strict=True):
        if value is not None:
            found[f"{name}{suffix}"] = {"StaticValue": f"{value}T00:00:00Z" if suffix else value}
    return found


def _contains(control: Control) -> Json:
    text = str(control.default or "")
    return {
        "CustomFilterConfiguration": {
            "MatchOperator": "CONTAINS",
            "NullOption": "NON_NULLS_ONLY" if text else "ALL_VALUES",
            **({"CategoryValue": text} if text else {"SelectAllOptions": "FILTER_ALL_VALUES"}),
        }
    }


def _listed(control: Control) -> Json:
    if not control.options:
        return {}
    return {"SelectableValues": {"Values": [str(one) for one in control.options]}}
