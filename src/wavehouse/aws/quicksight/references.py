"""What a definition names must be in it: QuickSight's own shapes take any text as a name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from wavehouse.aws.finding import Finding
from wavehouse.aws.template.intrinsics import Json

# Where ids are given, and what they are of.
_GIVEN = {
    "SheetId": "sheet",
    "VisualId": "visual",
    "FilterGroupId": "filter group",
    "FilterId": "filter",
    "FilterControlId": "control",
    "ParameterControlId": "control",
    "CustomActionId": "action",
    "HierarchyId": "hierarchy",
}
# Where they are named.
_NAMED = {
    "SourceFilterId": "filter",
    "TargetSheetId": "sheet",
    "SourceParameterName": "parameter",
    "DestinationParameterName": "parameter",
    "ParameterName": "parameter",
    "Parameter": "parameter",
}
# Structures whose ids are names of what is given elsewhere.
_NAMES_ITS_ID = frozenset({"SheetVisualScopingConfigurations"})
_COLUMN = re.compile(r"(?<!\$)\{([^{}]+)\}")
_PARAMETER = re.compile(r"\$\{([^{}]+)\}")


def reference_findings(definition: Json, columns: Mapping[str, set[str]]) -> list[Finding]:
    """What is named and not there, or there twice; `columns` are those of the data sets by identifier."""
    return [*_Checker(definition, columns).findings()]


Found = tuple[str, str, Any, list[str], Mapping[str, Any]]


def _walk(node: Any, path: str, above: list[str]) -> Iterator[Found]:
    """`(path, key, value, keys above, what stands beside it)` of everything below."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield f"{path}.{key}", key, value, above, node
            yield from _walk(value, f"{path}.{key}", [*above, key])
    elif isinstance(node, list):
        for at, value in enumerate(node):
            yield from _walk(value, f"{path}[{at}]", above)


class _Checker:
    def __init__(self, definition: Json, columns: Mapping[str, set[str]]) -> None:
        self.definition = definition
        self.everything = [*_walk(definition, "Definition", [])]
        self.declared = [one["Identifier"] for one in definition.get("DataSetIdentifierDeclarations", [])]
        self.columns = {name: set(columns.get(name, ())) for name in self.declared}
        for one in definition.get("CalculatedFields", []):
            self.columns.setdefault(one["DataSetIdentifier"], set()).add(one["Name"])
        self.given: dict[str, list[str]] = {kind: [] for kind in {*_GIVEN.values(), "parameter"}}
        for _, key, value, above, _ in self.everything:
            if key in _GIVEN and isinstance(value, str) and not self._is_named(key, above):
                self.given[_GIVEN[key]].append(value)
        for one in definition.get("ParameterDeclarations", []):
            self.given["parameter"] += [declared["Name"] for declared in one.values()]

    @staticmethod
    def _is_named(key: str, above: list[str]) -> bool:
        if key == "HierarchyId":
            return not any(one.endswith("Hierarchy") for one in above)
        return any(one in _NAMES_ITS_ID for one in above)

    def findings(self) -> Iterator[Finding]:
        yield from self._twice()
        for path, key, value, above, beside in self.everything:
            kind = _GIVEN.get(key) if self._is_named(key, above) else None
            kind = _NAMED.get(key, kind)
            if kind and isinstance(value, str):
                yield from self._known(path, kind, value)
            elif key == "VisualIds":
                for one in value:
                    yield from self._known(path, "visual", one)
            elif key == "DataSetIdentifier" and value not in self.declared:
                yield Finding(path, f"there is no data set '{value}'")
            elif key == "ColumnName":
                yield from self._column(path, beside["DataSetIdentifier"], value)
        yield from self._expressions()
        for at, sheet in enumerate(self.definition.get("Sheets", [])):
            yield from self._sheet(f"Definition.Sheets[{at}]", sheet)

    def _twice(self) -> Iterator[Finding]:
        listed = {**self.given, "data set": self.declared}
        listed["calculated field"] = [
            f"{one['DataSetIdentifier']}.{one['Name']}" for one in self.definition.get("CalculatedFields", [])
        ]
        for kind in sorted(listed):
            for name, count in Counter(listed[kind]).items():
                if count > 1:
                    yield Finding("Definition", f"there are {count} of the {kind} '{name}'")

    def _known(self, path: str, kind: str, name: str) -> Iterator[Finding]:
        if name not in self.given[kind]:
            yield Finding(path, f"there is no {kind} '{name}'")

    def _column(self, path: str, data: str, name: str) -> Iterator[Finding]:
        if data in self.columns and name not in self.columns[data]:
            yield Finding(path, f"the data set '{data}' has no column '{name}'")

    def _expressions(self) -> Iterator[Finding]:
        for at, one in enumerate(self.definition.get("CalculatedFields", [])):
            path = f"Definition.CalculatedFields[{at}].Expression"
            # (What stands in a text is no name.)
            text = re.sub(r"'[^']*'", "''", one["Expression"])
            for name in _COLUMN.findall(text):
                if name not in self.columns[one["DataSetIdentifier"]]:
                    yield Finding(path, f"the data set '{one['DataSetIdentifier']}' has no column '{name}'")
            for name in _PARAMETER.findall(text):
                yield from self._known(path, "parameter", name)

    def _sheet(self, path: str, sheet: Json) -> Iterator[Finding]:
        visuals = {next(iter(one.values()))["VisualId"] for one in sheet.get("Visuals", [])}
        controls = {
            one.get("FilterControlId") or one.get("ParameterControlId")
            for key in ("FilterControls", "ParameterControls")
            for control in sheet.get(key, [])
            for one in control.values()
        }
        for key, known in (("Layouts", visuals), ("SheetControlLayouts", controls)):
            placed = [
                value for _, name, value, *_ in _walk(sheet.get(key, []), path, []) if name == "ElementId"
            ]
            yield from self._placed(f"{path}.{key}", placed, known)
        for at, one in enumerate(sheet.get("Visuals", [])):
            yield from _visual_findings(f"{path}.Visuals[{at}]", one)

    def _placed(self, path: str, placed: list[str], known: set[Any]) -> Iterator[Finding]:
        for name, count in Counter(placed).items():
            if name not in known:
                yield Finding(path, f"there is nothing called '{name}' on this sheet to be placed")
            if count > 1:
                yield Finding(path, f"'{name}' is placed {count} times")
        for name in sorted(known - set(placed)):
            yield Finding(path, f"'{name}' has no place")


def _visual_findings(path: str, visual: Json) -> Iterator[Finding]:
    """Ids of fields: given once in the wells, and named in sorting, options and actions."""
    (content,) = visual.values()
    chart = content["ChartConfiguration"]
    wells = [*_walk(chart["FieldWells"], f"{path}.FieldWells", [])]
    given = [value for _, key, value, *_ in wells if key == "FieldId"]
    for name, count in Counter(given).items():
        if count > 1:
            yield Finding(path, f"there are {count} of the field '{name}'")
    rest = {key: value for key, value in chart.items() if key != "FieldWells"}
    named = [*_walk(rest, f"{path}.ChartConfiguration", []), *_walk(content.get("Actions", []), path, [])]
    for where, key, value, *_ in named:
        is_one, are_many = key in ("FieldId", "SourceField"), key in ("SelectedFields", "Order")
        listed = [value] if is_one else value if are_many else []
        for name in listed:
            if name not in given:
                yield Finding(where, f"the visual has no field '{name}'")
