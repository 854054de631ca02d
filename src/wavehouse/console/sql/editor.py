"""The editor: SQL with proposals, Ctrl-Enter, and the place of an error marked."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path
from typing import Any

from nicegui import ui

from wavehouse.console.sql.faults import place_of

_LABEL = "SQL editor. Escape and then Tab leave it, Ctrl-Enter runs the query"


class Editor:
    """An editor in the place where it is made; `changed` is called when somebody types."""

    def __init__(self, text: str, run: Callable[[], Awaitable[None]], changed: Callable[[], object]) -> None:
        ui.add_head_html(_script())

        async def pressed() -> None:
            await run()

        self._element = ui.codemirror(
            text, language="SQL", theme="vscodeLight", line_wrapping=True, keymap={"Mod-Enter": pressed}
        )
        self._element.classes("wh-editor").on_value_change(lambda _: changed())
        self._run_script(f"wavehouse.sql.prepare({self._element.id}, {json.dumps(_LABEL)})")

    @property
    def text(self) -> str:
        """What is written in it."""
        return self._element.value or ""

    def write(self, text: str) -> None:
        """Put another text into it."""
        self._element.set_value(text)

    def propose(self, words: dict[str, Any]) -> None:
        """Propose these from now on."""
        self._run_script(f"wavehouse.sql.words = {json.dumps(words)}")

    def mark(self, message: str) -> None:
        """Mark the place that an error names; '' for no error."""
        place = place_of(self.text, message) if message else None
        if place is None:
            self._element.decorations = []
            return
        start, end = place
        mark = {
            "kind": "mark",
            "from": start,
            "to": end,
            "class": "wh-fault",
            "attributes": {"data-fault": "here"},
        }
        self._element.decorations = [mark]

    def _run_script(self, script: str) -> None:
        self._element.client.run_javascript(script)


@cache
def _script() -> str:
    return f"<script>{(Path(__file__).parent / 'editor.js').read_text('utf-8')}</script>"
