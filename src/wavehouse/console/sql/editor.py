"""The editor: SQL with proposals, Ctrl-Enter, and the place of an error marked."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path
from typing import Any

from nicegui import ui
from nicegui.events import GenericEventArguments

from wavehouse.console.sql.faults import place_of

_LABEL = "SQL editor. Escape and then Tab leave it, Ctrl-Enter runs the query"


class Editor:
    """An editor in the place where it is made; `changed` is called when somebody has typed, `run` when the
    query is to be run."""

    def __init__(self, text: str, run: Callable[[], Awaitable[None]], changed: Callable[[], object]) -> None:
        ui.add_head_html(_script())
        self.text = text
        self._element = ui.codemirror(text, language="SQL", theme="vscodeLight", line_wrapping=True)
        self._element.classes("wh-editor")

        def typed(event: GenericEventArguments) -> None:
            if event.args != self.text:
                self.text = str(event.args)
                changed()

        async def pressed(event: GenericEventArguments) -> None:
            typed(event)
            await run()

        self._element.on("text", typed)
        self._element.on("run", pressed)
        self._run_script(f"wavehouse.sql.prepare({self._element.id}, {json.dumps(_LABEL)})")

    def write(self, text: str) -> None:
        """Put another text into it."""
        self.text = text
        self._run_script(f"wavehouse.sql.write({json.dumps(text)})")

    def propose(self, words: dict[str, Any]) -> None:
        """Propose these from now on."""
        self._run_script(f"wavehouse.sql.words = {json.dumps(words)}")

    def mark(self, message: str) -> None:
        """Mark the place that an error names; '' for no error."""
        text = self.text
        start, end = (place_of(text, message) if message else None) or (0, 0)
        # (A browser counts the two halves of what is beyond 16 bits.)
        units = [len(text[:at].encode("utf-16-le", "surrogatepass")) // 2 for at in (start, end)]
        self._run_script(f"wavehouse.sql.mark({units[0]}, {units[1]}, {json.dumps(text)})")

    def _run_script(self, script: str) -> None:
        self._element.client.run_javascript(script)


@cache
def _script() -> str:
    return f"<script>{(Path(__file__).parent / 'editor.js').read_text('utf-8')}</script>"
