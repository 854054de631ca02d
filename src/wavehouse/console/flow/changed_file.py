"""What is asked when the file was changed by somebody else while the flow was edited: both are shown."""

from __future__ import annotations

from collections.abc import Callable
from difflib import unified_diff

from nicegui import ui

from wavehouse.flow.editing.draft import Draft, FileChangedError

_COLOURS = {"+": "fl-added", "-": "fl-removed", "@": "fl-place"}


def ask(
    draft: Draft, error: FileChangedError, take: Callable[[], object], write: Callable[[], object]
) -> None:
    """Show how the texts differ; `take` goes on with the file, `write` writes over it."""
    theirs = error.theirs
    with ui.dialog() as dialog, ui.element("div").classes("wh-dialog fl-changed q-card"):
        ui.label("The file has changed").classes("wh-h2").props('role="heading" aria-level="2"')
        if theirs is None:
            ui.label(f"{draft.path.name} is gone. Nothing was written.")
        else:
            ui.label(
                f"Somebody else has written {draft.path.name} since you opened it; nothing was written. "
                "Below is how yours differs: lines with − are in the file, lines with + are yours."
            )
            _difference(theirs.decode("utf-8", "replace"), draft.text)
        with ui.element("div").classes("wh-dialog-actions"):

            def then(act: Callable[[], object]) -> Callable[[], object]:
                def done() -> object:
                    dialog.close()
                    return act()  # (which may have to be waited for)

                return done

            ui.button("Go on editing", on_click=dialog.close).props("flat no-caps")
            if theirs is not None:
                ui.button("Load the file", on_click=then(take)).props("outline no-caps")
            ui.button("Write mine over it", on_click=then(write)).props("unelevated no-caps")
    dialog.open()


def _difference(theirs: str, mine: str) -> None:
    lines = list(unified_diff(theirs.splitlines(), mine.splitlines(), lineterm="", n=2))[2:]
    with ui.element("pre").classes("fl-difference").props('tabindex="0" aria-label="Difference"'):
        for line in lines:
            with ui.element("span").classes(_COLOURS.get(line[:1], "")):
                ui.label(line or " ")
