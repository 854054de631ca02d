"""The bar of controls above a sheet."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from nicegui import ui
from nicegui.events import GenericEventArguments

from wavehouse.console.dashboards.asking import asked
from wavehouse.console.elements.choice import MOST, Choice
from wavehouse.console.elements.field import Field
from wavehouse.console.elements.span import Span
from wavehouse.core.errors import WavehouseError
from wavehouse.dashboards.board import Board
from wavehouse.dashboards.controls import Control
from wavehouse.dashboards.slider import Slider, slider_of
from wavehouse.dashboards.view import ControlValue, Range, View

Set = Callable[[Control, ControlValue], Awaitable[None]]


class Bar:
    """Shows the controls of a sheet as a view sets them; `change` is told what a reader sets."""

    def __init__(self, board: Board, controls: list[Control], change: Set) -> None:
        self._shown: list[Callable[[View], None]] = []
        self._choices: dict[str, Choice] = {}
        self._filling: list[Callable[[], Awaitable[None]]] = []
        self._board, self._change = board, change
        if controls:
            with ui.element("div").classes("wh-bar").props('role="group" aria-label="Filters"'):
                for control in controls:
                    with ui.element("div").classes(f"wh-control wh-control-{control.kind}"):
                        getattr(self, f"_{control.kind}")(control)

    def show(self, view: View) -> None:
        """Show what the view sets."""
        for show in self._shown:
            show(view)

    def name(self, control: str, labels: Mapping[str, str]) -> None:
        """Say what values of a choice are called, by their texts in an address."""
        if control in self._choices:
            self._choices[control].name(labels)

    async def fill(self) -> None:
        """Ask how far ranges go."""
        for fill in self._filling:
            try:
                await fill()
            except WavehouseError:
                # (The visuals say what is wrong with the data set.)
                continue

    def _range(self, control: Control) -> None:
        ui.label(control.title).classes("wh-label")
        filled: list[Slider] = []
        current = [View()]

        async def change(low: float, high: float) -> None:
            await self._change(control, filled[0].range(low, high))

        span = Span(control.title, change)

        def show(view: View) -> None:
            current[0] = view
            value = view.value(control)
            if isinstance(value, Range) and filled:
                slider = filled[0]
                span.show(
                    slider.low if value.low is None else float(value.low),
                    slider.high if value.high is None else float(value.high),
                )

        async def fill() -> None:
            found = await asked(self._board, lambda: self._board.bounds(control.id))
            slider = slider_of(control, found)
            if slider is not None:
                filled[:] = [slider]
                span.bound(slider.low, slider.high, slider.step)
                show(current[0])

        self._shown.append(show)
        self._filling.append(fill)

    def _dates(self, control: Control) -> None:
        ui.label(control.title).classes("wh-label")
        held = [Range()]

        async def begin(text: str) -> None:
            await self._change(control, Range(text or None, held[0].high))

        async def end(text: str) -> None:
            await self._change(control, Range(held[0].low, text or None))

        fields = Field("date", f"{control.title} from", begin), Field("date", f"{control.title} to", end)

        def show(view: View) -> None:
            value = view.value(control)
            if isinstance(value, Range):
                held[0] = value
                for field, shown in zip(fields, (value.low, value.high), strict=True):
                    field.show(str(shown or ""))

        self._shown.append(show)

    def _choice(self, control: Control) -> None:
        ui.label(control.title).classes("wh-label")

        async def choose(values: tuple[Any, ...]) -> None:
            await self._change(control, values)

        element = Choice(
            control.title,
            lambda text, stop: asked(self._board, lambda: self._board.options(control.id, text, MOST, stop)),
            choose,
            many=control.many and not control.is_parameter,
            needed=control.is_parameter,
        )
        self._choices[control.id] = element

        def show(view: View) -> None:
            value = view.value(control)
            element.show(value if isinstance(value, tuple) else ())

        self._shown.append(show)

    def _toggle(self, control: Control) -> None:
        async def changed(event: GenericEventArguments) -> None:
            await self._change(control, bool(event.args))

        switch = ui.element("label").classes("wh-switch")
        with switch:
            box = ui.element("input").props('type="checkbox" role="switch"')
            box.on("change", changed, js_handler="(e) => emit(e.target.checked)")
            ui.label(control.title)

        def show(view: View) -> None:
            box.props["checked"] = bool(view.value(control))

        self._shown.append(show)

    def _text(self, control: Control) -> None:
        ui.label(control.title).classes("wh-label")

        async def changed(text: str) -> None:
            await self._change(control, text[:1000])

        field = Field("search", control.title, changed)
        self._shown.append(lambda view: field.show(str(view.value(control))))

    def _number(self, control: Control) -> None:
        ui.label(control.title).classes("wh-label")
        shown = [""]

        async def changed(text: str) -> None:
            try:
                number = _number(text)
            except ValueError:
                field.show(shown[0])
                return
            low = control.min if isinstance(control.min, int | float) else number
            high = control.max if isinstance(control.max, int | float) else number
            await self._change(control, min(max(number, low), high))

        bounds = {name: getattr(control, name) for name in ("min", "max", "step")}
        bounds = {name: bound for name, bound in bounds.items() if bound is not None}
        field = Field("number", control.title, changed, bounds)

        def show(view: View) -> None:
            shown[0] = str(view.value(control))
            field.show(shown[0])

        self._shown.append(show)


def _number(text: str) -> int | float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return int(number) if number.is_integer() else number
