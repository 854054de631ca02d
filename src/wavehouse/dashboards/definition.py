"""A dashboard's definition: data sets, controls, and sheets of visuals on a grid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationInfo, model_validator

from wavehouse.core.errors import CallError, DefinitionError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.core.table_name import TableName
from wavehouse.dashboards.controls import Control
from wavehouse.dashboards.records import RECORD_COLUMNS
from wavehouse.dashboards.visuals import Visual

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DataSet(_Strict):
    """What visuals are of: a table, a query in Athena SQL, or records that Wavehouse keeps.

    `fields` are calculated ones: Athena SQL expressions of a row of it. `where` is a condition that its rows
    meet. Both may name parameters (`$since`), as `sql` may.
    """

    table: str | None = None
    sql: str | None = None
    records: str | None = None
    where: str | None = None
    fields: dict[Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]*$")], str] = {}

    @model_validator(mode="after")
    def _is_one_thing(self) -> DataSet:
        given = [key for key in ("table", "sql", "records") if getattr(self, key) is not None]
        if len(given) != 1:
            raise ValueError("a data set is either a 'table', 'sql' or 'records'")
        if self.table is not None:
            try:
                TableName.parse(self.table)
            except CallError as error:
                raise ValueError(f"{error.what}. {error.remedy}") from None
        if self.records is not None and self.records not in RECORD_COLUMNS:
            raise ValueError(
                f"there are no records '{self.records}'. {did_you_mean(self.records, RECORD_COLUMNS)}"
            )
        return self


class Sheet(_Strict):
    """A page of visuals; `controls` are those that it shows (all, if it does not say)."""

    id: Name
    title: str
    controls: tuple[str, ...] | None = None
    visuals: tuple[Visual, ...] = Field(min_length=1)


class Dashboard(_Strict):
    """A dashboard. Its first data set is that of visuals that name none."""

    dashboard: Name
    title: str
    description: str = ""
    data: dict[Name, DataSet] = Field(min_length=1)
    controls: tuple[Control, ...] = ()
    sheets: tuple[Sheet, ...] = Field(min_length=1)

    _file: Any = PrivateAttr(None)

    @model_validator(mode="after")
    def _knows_its_place(self, info: ValidationInfo) -> Dashboard:
        if info.context:
            self._file = info.context["file"]
        return self

    def where(self, location: Sequence[Any] = ()) -> str:
        """`file:line` of what stands at that place of it; '' for one that was not read from a file."""
        return self._file.where(location) if self._file is not None else ""

    def place_of(self, visual: Visual, *keys: Any) -> str:
        """`file:line` of a visual, or of something in it."""
        for at, sheet in enumerate(self.sheets):
            for number, one in enumerate(sheet.visuals):
                if one.id == visual.id:
                    return self.where(["sheets", at, "visuals", number, *keys])
        return self.where()

    @property
    def visuals(self) -> list[Visual]:
        """The visuals of all sheets."""
        return [visual for sheet in self.sheets for visual in sheet.visuals]

    def shown(self, sheet: str | None) -> list[str]:
        """The ids of the visuals of a sheet, of all where none is named; raises as `sheet` does."""
        return [visual.id for visual in (self.sheet(sheet).visuals if sheet else self.visuals)]

    def visual(self, id_: str) -> Visual:
        """One visual; raises `CallError` where there is none of that name."""
        known = {visual.id: visual for visual in self.visuals}
        if id_ not in known:
            raise CallError(
                f"the dashboard {self.dashboard} has no visual '{id_}'", remedy=did_you_mean(id_, known)
            )
        return known[id_]

    def control(self, id_: str) -> Control:
        """One control; raises `CallError` where there is none of that name."""
        known = {control.id: control for control in self.controls}
        if id_ not in known:
            raise CallError(
                f"the dashboard {self.dashboard} has no control '{id_}'", remedy=did_you_mean(id_, known)
            )
        return known[id_]

    def sheet(self, id_: str | None = None) -> Sheet:
        """One sheet, the first if none is named; raises `CallError` where there is none of that name."""
        known = {sheet.id: sheet for sheet in self.sheets}
        if id_ is None:
            return self.sheets[0]
        if id_ not in known:
            raise CallError(
                f"the dashboard {self.dashboard} has no sheet '{id_}'", remedy=did_you_mean(id_, known)
            )
        return known[id_]

    def sheet_of(self, visual: Visual) -> Sheet:
        """The sheet that a visual stands on."""
        return next(sheet for sheet in self.sheets if any(one.id == visual.id for one in sheet.visuals))

    def data_of(self, visual: Visual) -> str:
        """The name of the data set of a visual."""
        return visual.data or next(iter(self.data))

    def controls_of(self, sheet: Sheet) -> list[Control]:
        """The controls that a sheet shows, in its order."""
        return [*self.controls] if sheet.controls is None else [self.control(id_) for id_ in sheet.controls]


def check_names(dashboard: Dashboard) -> None:
    """Raise `DefinitionError`, at its line, for a name in a dashboard that means nothing in it."""
    _once(dashboard, [(one.id, ["controls", at]) for at, one in enumerate(dashboard.controls)], "control")
    _once(dashboard, [(one.id, ["sheets", at]) for at, one in enumerate(dashboard.sheets)], "sheet")
    visuals = [
        (visual.id, ["sheets", at, "visuals", number])
        for at, sheet in enumerate(dashboard.sheets)
        for number, visual in enumerate(sheet.visuals)
    ]
    _once(dashboard, visuals, "visual")
    controls = {one.id: one for one in dashboard.controls}
    for at, sheet in enumerate(dashboard.sheets):
        for number, id_ in enumerate(sheet.controls or ()):
            _known(dashboard, id_, controls, ["sheets", at, "controls", number], "control")
        for number, visual in enumerate(sheet.visuals):
            place = ["sheets", at, "visuals", number]
            _check_visual(dashboard, visual, place, controls)
            for other in sheet.visuals[:number]:
                if visual.at and other.at and visual.at.overlaps(other.at):
                    raise DefinitionError(
                        f"'{visual.id}' covers a part of '{other.id}'",
                        where=dashboard.where([*place, "at"]),
                        remedy="Move one of them, or leave out 'at': it is then placed below the others",
                    )


def _check_visual(
    dashboard: Dashboard, visual: Visual, place: list[Any], controls: dict[str, Control]
) -> None:
    if visual.data is not None:
        _known(dashboard, visual.data, dashboard.data, [*place, "data"], "data set")
    named: list[tuple[list[Any], Any]] = [(["limit"], visual.limit)]
    named += [(["minimum", key], value) for key, value in visual.minimum.items()]
    for keys, value in named:
        if not isinstance(value, str):
            continue
        _known(dashboard, value.removeprefix("$"), controls, [*place, *keys], "control")
        control = controls[value.removeprefix("$")]
        if control.kind != "number":
            raise DefinitionError(
                f"'{value}' is a control of kind '{control.kind}', and a number is needed here",
                where=dashboard.where([*place, *keys]),
                remedy="Name a control of kind number",
            )
    for number, link in enumerate(visual.links):
        if link.dashboard not in (None, dashboard.dashboard) or link.url is not None:
            continue  # (other files are looked at when all have been read)
        where = [*place, "links", number]
        if link.sheet is not None:
            _known(dashboard, link.sheet, [one.id for one in dashboard.sheets], [*where, "sheet"], "sheet")
        for id_ in link.set:
            _known(dashboard, id_, controls, [*where, "set", id_], "control")


def _known(dashboard: Dashboard, name: str, known: Any, place: list[Any], what: str) -> None:
    if name not in known:
        raise DefinitionError(
            f"there is no {what} '{name}'", where=dashboard.where(place), remedy=did_you_mean(name, known)
        )


def _once(dashboard: Dashboard, named: list[tuple[str, list[Any]]], what: str) -> None:
    seen: set[str] = set()
    for name, place in named:
        if name in seen:
            raise DefinitionError(
                f"there is a second {what} '{name}'",
                where=dashboard.where([*place, "id"]),
                remedy="Rename one of the two",
            )
        seen.add(name)
