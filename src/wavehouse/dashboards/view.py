"""A view of a dashboard: what its reader has set, clicked and drilled into, and its text in an address."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from wavehouse.core.errors import CallError
from wavehouse.dashboards.controls import Control, is_date
from wavehouse.dashboards.definition import Dashboard

# A value of a mark or a control as JSON knows it; a date is its text.
Scalar = str | int | float | bool | None
_NULL, _ALL = "~null", "~all"
_MOST_VALUES = 200
_LONGEST = 1_000


@dataclass(frozen=True)
class Range:
    """Numbers or dates (as texts) from … to, both included; None is an open end."""

    low: int | float | str | None = None
    high: int | float | str | None = None


# By the kind of its control: Range, a tuple of values, True or False, a text, a number.
ControlValue = Range | tuple[Scalar, ...] | bool | str | int | float


@dataclass(frozen=True)
class Mark:
    """A mark that was clicked: its visual, and the values of the dimensions (and series) it stands for."""

    visual: str
    values: tuple[Scalar, ...]


@dataclass(frozen=True)
class View:
    """What one reader looks at. `controls` has what differs from the defaults; `drills` the values by which
    a visual was drilled into, level by level. Two equal views show the same."""

    sheet: str | None = None
    controls: Mapping[str, ControlValue] = field(default_factory=dict)
    marks: tuple[Mark, ...] = ()
    drills: Mapping[str, tuple[Scalar, ...]] = field(default_factory=dict)

    @property
    def is_untouched(self) -> bool:
        """Whether nothing but the sheet was chosen."""
        return not (self.controls or self.marks or self.drills)

    def on_sheet(self, sheet: str) -> View:
        """The same on another sheet."""
        return replace(self, sheet=sheet)

    def with_control(self, control: Control, value: ControlValue) -> View:
        """With a control set; the default is not kept. Raises `CallError` for a parameter without a value."""
        if control.is_parameter and value == ():
            raise CallError(
                f"'{control.id}' needs one of its options",
                remedy=f"Known: {', '.join(str(one) for one in control.options)}",
            )
        others = {id_: one for id_, one in self.controls.items() if id_ != control.id}
        default = default_of(control)
        # (An address has texts: '1990' is the default 1990.)
        if value != default and _texts(value) != _texts(default):
            others[control.id] = value
        return replace(self, controls=others)

    def value(self, control: Control) -> ControlValue:
        """What a control is set to."""
        return self.controls.get(control.id, default_of(control))

    def toggled(self, mark: Mark) -> View:
        """With a mark clicked: one that is marked is not any more."""
        others = tuple(one for one in self.marks if one != mark)
        return replace(self, marks=others if mark in self.marks else (*self.marks, mark))

    def drilled(self, visual: str, value: Scalar) -> View:
        """One level further down in a visual, into a mark of it; marks of the level above are gone."""
        drills = {**self.drills, visual: (*self.drills.get(visual, ()), value)}
        return replace(self, drills=drills, marks=tuple(one for one in self.marks if one.visual != visual))

    def risen(self, visual: str, depth: int = 0) -> View:
        """Up in a visual again, to the level that so many steps down lead to."""
        drills = {**self.drills, visual: self.drills.get(visual, ())[:depth]}
        kept = {id_: path for id_, path in drills.items() if path}
        return replace(self, drills=kept, marks=tuple(one for one in self.marks if one.visual != visual))

    def cleared(self) -> View:
        """Nothing but the sheet."""
        return View(self.sheet)

    def query_string(self) -> str:
        """What stands behind the `?` of the address; the same for equal views, '' for the plain one."""
        pairs: list[tuple[str, str]] = [("sheet", self.sheet)] if self.sheet else []
        for id_, value in sorted(self.controls.items()):
            pairs += [(id_, text) for text in _texts(value)]
        marks = sorted((f"mark.{one.visual}", _json(one.values)) for one in self.marks)
        drills = sorted((f"drill.{id_}", _json(path)) for id_, path in self.drills.items())
        return urlencode([*pairs, *marks, *drills])


def read_view(dashboard: Dashboard, query: str | Iterable[tuple[str, str]]) -> View:
    """The view that an address tells; raises `CallError` for what the dashboard does not know.

    A control is its id: `years=1990..1999` (an end may be missing), `genre=pop&genre=rock`, `explicit=true`,
    `top=20`; `~null` is no value, `~all` is nothing chosen, and a text that begins with `~` has another
    before it.
    """
    pairs = parse_qsl(query, keep_blank_values=True) if isinstance(query, str) else [*query]
    view = View()
    texts: dict[str, list[str]] = {}
    for key, text in pairs:
        kind, _, name = key.partition(".")
        if key == "sheet":
            view = replace(view, sheet=dashboard.sheet(text).id)
        elif name and kind in ("mark", "drill"):
            visual, values = dashboard.visual(name), _values(key, text)
            if kind == "mark":
                mark = Mark(visual.id, values)
                view = view if mark in view.marks else replace(view, marks=(*view.marks, mark))
            elif len(values) >= len(visual.drill):
                raise CallError(f"'{key}': there are no {len(values) + 1} levels in '{visual.id}'")
            elif values:
                view = replace(view, drills={**view.drills, visual.id: values})
        else:
            texts.setdefault(dashboard.control(key).id, []).append(text)
    for id_, given in texts.items():
        control = dashboard.control(id_)
        view = view.with_control(control, control_value(control, given))
    _check_marks(dashboard, view)
    return replace(view, marks=tuple(sorted(view.marks, key=lambda one: (one.visual, _json(one.values)))))


def default_of(control: Control) -> ControlValue:
    """What a control is set to before anybody sets it: for a filter mostly nothing."""
    given = control.default
    match control.kind:
        case "range" | "dates":
            return Range(*given) if isinstance(given, tuple) else Range()
        case "choice" if control.is_parameter:
            return (given,) if not isinstance(given, tuple) else given
        case "choice":
            return given if isinstance(given, tuple) else ()
        case "toggle":
            return bool(given)
        case "text":
            return str(given or "")
    assert isinstance(given, int | float)  # noqa: S101 (the definition says so)
    return given


def address_text(value: Scalar) -> str:
    """A value as an address has it: values of one text are one choice, as 1990 and what was read of it."""
    if value is None:
        return _NULL
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"~{text}" if text.startswith("~") else text


def control_value(control: Control, texts: list[str]) -> ControlValue:
    """What texts of an address or a command line set a control to; raises `CallError` for no value of it."""
    if len(texts) > _MOST_VALUES or any(len(text) > _LONGEST for text in texts):
        raise CallError(f"'{control.id}': that is more than anybody chooses", remedy="Choose fewer values")
    if control.kind == "choice":
        values = () if texts == [_ALL] else tuple(dict.fromkeys(_plain_text(text) for text in texts))
        if control.is_parameter:
            return (_option(control, values),) if values else ()
        if len(values) > 1 and not control.many:
            raise CallError(f"'{control.id}' takes one value, and {len(values)} are given")
        return values
    text = texts[-1]
    if control.kind in ("range", "dates"):
        return _range(control, text)
    if control.kind == "number":
        return _within(control, _number(control, text))
    if control.kind == "text":
        return _plain_text(text) or ""
    if text not in ("true", "false"):
        raise CallError(f"'{control.id}' is true or false, not '{text}'")
    return text == "true"


def _range(control: Control, text: str) -> Range:
    if text == _ALL:
        return Range()
    low, dots, high = text.partition("..")
    if not dots:
        low = high = text
    read = _date if control.kind == "dates" else _number
    return Range(read(control, low) if low else None, read(control, high) if high else None)


def _texts(value: ControlValue) -> list[str]:
    match value:
        case Range(low=None, high=None):
            return [_ALL]
        case Range():
            return [f"{'' if value.low is None else value.low}..{'' if value.high is None else value.high}"]
        case tuple():
            return [address_text(one) for one in value] or [_ALL]
        case str():
            return [address_text(value)]
        case bool():
            return ["true" if value else "false"]
    return [repr(value)]


def _plain_text(text: str) -> str | None:
    return None if text == _NULL else text.removeprefix("~")


def _option(control: Control, values: tuple[str | None, ...]) -> Scalar:
    for option in control.options:
        if len(values) == 1 and values[0] is not None and address_text(option).removeprefix("~") == values[0]:
            return option
    raise CallError(
        f"'{control.id}': there is no option '{', '.join(str(one) for one in values)}'",
        remedy=f"Known: {', '.join(str(one) for one in control.options)}",
    )


def _number(control: Control, text: str) -> int | float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise CallError(f"'{control.id}' takes numbers, and '{text}' is none")
    return int(number) if number.is_integer() and "." not in text and "e" not in text.lower() else number


def _within(control: Control, number: int | float) -> int | float:
    for bound, beyond in ((control.min, -1), (control.max, 1)):
        if isinstance(bound, int | float) and (number - bound) * beyond > 0:
            raise CallError(f"'{control.id}' is at {'most' if beyond > 0 else 'least'} {bound}, not {number}")
    return number


def _date(control: Control, text: str) -> str:
    if not is_date(text):
        raise CallError(f"'{control.id}' takes dates such as 2024-01-31, and '{text}' is none")
    return text


def _json(values: tuple[Scalar, ...]) -> str:
    return json.dumps(list(values), ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _values(key: str, text: str) -> tuple[Scalar, ...]:
    try:
        values: Any = json.loads(text[: _MOST_VALUES * _LONGEST], parse_constant=lambda _: [])
    except (ValueError, RecursionError):
        values = None
    # (JSON has no infinite numbers, but 1e999 is read as one.)
    if not isinstance(values, list) or not all(
        one is None or isinstance(one, str | int) or (isinstance(one, float) and math.isfinite(one))
        for one in values
    ):
        raise CallError(f"'{key}' is a JSON list of values, and '{text[:40]}' is none")
    return tuple(values)


def _check_marks(dashboard: Dashboard, view: View) -> None:
    for mark in view.marks:
        visual = dashboard.visual(mark.visual)
        depth = len(view.drills.get(visual.id, ()))
        wanted = len(visual.dimensions_at(depth)) + (visual.series is not None)
        if not mark.values or len(mark.values) > wanted:
            raise CallError(
                f"'mark.{visual.id}' has {len(mark.values)} values, and a mark there has {wanted}"
            )
