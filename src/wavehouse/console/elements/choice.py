"""A choice among very many values: only those travel that are seen."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

from nicegui.element import Element
from nicegui.events import GenericEventArguments

from wavehouse.core.errors import WavehouseError
from wavehouse.dashboards.board import Option
from wavehouse.dashboards.figures import text_of
from wavehouse.dashboards.view import Scalar, address_text
from wavehouse.engines.readers import Stop, StoppedError

MOST = 50


class Choice(Element, component="choice.js"):
    """`find` gives the values that have a text in them; `on_choose` is given all that are chosen then.

    Of `needed` ones exactly one is chosen. Values of an address are texts: what is chosen is told by them.
    """

    def __init__(
        self,
        label: str,
        find: Callable[[str, Stop], Awaitable[list[Option]]],
        on_choose: Callable[[tuple[Scalar, ...]], Awaitable[None]],
        *,
        many: bool = True,
        needed: bool = False,
    ) -> None:
        super().__init__()
        self._find, self._many = find, many
        self._chosen: tuple[Scalar, ...] = ()
        self._known: dict[str, str] = {}
        self._options: list[Option] = []
        self._asked = 0
        self._stop = Stop()
        self._props.update(
            {"label": label, "many": many, "chosen": [], "names": [], "options": [], "more": False}
        )

        async def choose(event: GenericEventArguments) -> None:
            place = event.args
            if type(place) is int and 0 <= place < len(self._options):
                toggled = self._toggled(self._options[place].value)
                if toggled or not needed:
                    await on_choose(toggled)

        self.on("search", self._search)
        self.on("choose", choose)

    def show(self, chosen: Sequence[Scalar]) -> None:
        """Show what is chosen."""
        self._chosen = tuple(chosen)
        texts = [address_text(one) for one in chosen]
        self._props["chosen"] = texts
        self._props["names"] = [
            self._known.get(text, text_of(one)) for text, one in zip(texts, chosen, strict=True)
        ]
        self.update()

    def name(self, labels: Mapping[str, str]) -> None:
        """Say what values are called, by their texts in an address."""
        self._known |= labels
        self.show(self._chosen)

    def _toggled(self, value: Scalar) -> tuple[Scalar, ...]:
        text = address_text(value)
        others = tuple(one for one in self._chosen if address_text(one) != text)
        if len(others) < len(self._chosen):
            return others
        return (*others, value) if self._many else (value,)

    async def _search(self, event: GenericEventArguments) -> None:
        self._asked = mine = self._asked + 1
        # (What was asked for before a key was pressed is not wanted any more.)
        self._stop.stop()
        self._stop = stop = Stop()
        self._props["waiting"] = True
        try:
            found = await self._find(str(event.args)[:200], stop)
        except (WavehouseError, StoppedError, asyncio.CancelledError):
            found = []
        if mine != self._asked:
            return
        self._options = found
        self._known |= {address_text(option.value): option.label for option in found}
        self._props["waiting"] = False
        self._props["more"] = len(found) == MOST
        self._props["options"] = [
            {
                "text": address_text(one.value),
                "label": one.label,
                "rows": f"{one.rows:,}" if one.rows else "",
            }
            for one in found
        ]
        self.update()
