"""The bar of controls above a sheet."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from nicegui import ui
from nicegui.events import GenericEventArguments

from wavehouse.console.dashboards.asking import asked
from wavehouse.console.elements.choice import MOST, Choice
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
        ends: list[ui.element] = []

        async def changed(at: int, event: GenericEventArguments) -> None:
            given = str(event.args or "") or None
            value = held[0]
            low, high = (given, value.high) if at == 0 else (value.low, given)
            await self._change(control, Range(low, high))

        held = [Range()]
        for at, name in enumerate(("from", "to")):
            field = _field("date", f"{control.title} {name}")
            field.on(
                "change", lambda event, at=at: changed(at, event), js_handler="(e) => emit(e.target.value)"
            )
            ends.append(field)

        def show(view: View) -> None:
            value = view.value(control)
            if isinstance(value, Range):
                held[0] = value
                for field, end in zip(ends, (value.low, value.high), strict=True):
                    field.props["value"] = end or ""

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

        async def changed(event: GenericEventArguments) -> None:
            await self._change(control, str(event.args or "")[:1000])

        field = _field("search", control.title)
        field.on("change", changed, js_handler="(e) => emit(e.target.value)")

        def show(view: View) -> None:
            field.props["value"] = str(view.value(control))

        self._shown.append(show)

    def _number(self, control: Control) -> None:
        ui.label(control.title).classes("wh-label")

        async def changed(event: GenericEventArguments) -> None:
            try:
                number = _number(event.args)
            except (TypeError, ValueError):
                field.update()
                return
            low = control.min if isinstance(control.min, int | float) else number
            high = control.max if isinstance(control.max, int | float) else number
            await self._change(control, min(max(number, low), high))

        field = _field("number", control.title)
        for name in ("min", "max", "step"):
            if (bound := getattr(control, name)) is not None:
                field.props[name] = bound
        field.on("change", changed, js_handler="(e) => emit(e.target.value)")

        def show(view: View) -> None:
            field.props["value"] = view.value(control)

        self._shown.append(show)


def _field(type_: str, label: str) -> ui.element:
    field = ui.element("input").classes(f"wh-input wh-{type_}").props(f'type="{type_}"')
    field.props["aria-label"] = label
    return field


def _number(value: Any) -> int | float:
    number = float(value)
    return int(number) if number.is_integer() else number
