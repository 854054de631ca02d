"""Controls without a field, and those that links set: parameters, and what they are called there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from wavehouse.aws.template.intrinsics import Json
from wavehouse.dashboards.controls import Control
from wavehouse.dashboards.definition import Dashboard


def parameter_name(control: str) -> str:
    """The name of the parameter of a control: letters and digits, `min_tracks` as `minTracks`."""
    first, *more = control.split("_")
    return first + "".join(word.capitalize() for word in more)


def set_by_links(dashboards: Iterable[Dashboard]) -> dict[str, frozenset[str]]:
    """The controls that links of any dashboard set, by their dashboard."""
    found: dict[str, set[str]] = {}
    for dashboard in dashboards:
        for link in (link for visual in dashboard.visuals for link in visual.links):
            found.setdefault(link.dashboard or dashboard.dashboard, set()).update(link.set)
    return {name: frozenset(controls) for name, controls in found.items()}


def declaration(control: Control, used_in: Iterable[str] = ()) -> Json:
    """The declaration of a parameter; `used_in` are the data sets whose SQL has it."""
    name = parameter_name(control.id)
    mapped = [{"DataSetIdentifier": data, "DataSetParameterName": name} for data in used_in]
    more: Json = {"MappedDataSetParameters": mapped} if mapped else {}
    if control.field is not None:
        # (Unset, it is all values.)
        unset = {"ValueWhenUnset": {"ValueWhenUnsetOption": "RECOMMENDED_VALUE"}}
        default = [str(one) for one in control.default] if isinstance(control.default, tuple) else []
        return {
            "StringParameterDeclaration": {
                "Name": name,
                "ParameterValueType": "MULTI_VALUED" if control.many else "SINGLE_VALUED",
                "DefaultValues": {"StaticValues": default},
                **unset,
            }
        }
    kind, value = _typed(control)
    return {
        f"{kind}ParameterDeclaration": {
            "Name": name,
            "ParameterValueType": "SINGLE_VALUED",
            "DefaultValues": {"StaticValues": [value]},
            **more,
        }
    }


def data_set_parameter(control: Control) -> Json:
    """The same parameter as a data set has it, in whose SQL it stands."""
    kind, value = _typed(control)
    name = parameter_name(control.id)
    return {
        f"{kind}DatasetParameter": {
            # (An id of its own, which is the same every time.)
            "Id": name,
            "Name": name,
            "ValueType": "SINGLE_VALUED",
            "DefaultValues": {"StaticValues": [value]},
        }
    }


def _typed(control: Control) -> tuple[str, int | float | str]:
    value = control.default
    if isinstance(value, bool):
        return "String", "true" if value else "false"
    if isinstance(value, int) and all(one is None or isinstance(one, int) for one in _numbers(control)):
        return "Integer", value
    if isinstance(value, int | float):
        return "Decimal", float(value)
    return "String", str(value)


def _numbers(control: Control) -> list[object]:
    return [control.min, control.max, control.step, *(control.options)]


def parameters_of(dashboard: Dashboard, linked: frozenset[str]) -> Mapping[str, Control]:
    """The controls of a dashboard that are parameters there, by their ids."""
    return {
        one.id: one
        for one in dashboard.controls
        if one.is_parameter or (one.id in linked and one.kind == "choice")
    }
