"""A query that was neither run nor saved yet: its browser has it again, however long it is."""

from __future__ import annotations

from collections.abc import Mapping

from wavehouse.console.browsers import Unsaved
from wavehouse.console.shell import Frame

# Texts with their databases.
UnsavedTexts = Unsaved[tuple[str, str]]


class Typed:
    """What one page keeps in `unsaved`."""

    def __init__(self, frame: Frame, unsaved: UnsavedTexts) -> None:
        self._frame, self._unsaved = frame, unsaved

    def values(self) -> Mapping[str, str]:
        """What the address says; where it names no query, with the one that was being written."""
        told = self._frame.values()
        kept = None if told.keys() & {"query", "saved", "sql"} else self._unsaved.get(self._frame.client)
        return told if kept is None else {"database": kept[1], **told, "sql": kept[0]}

    def keep(self, sql: str, database: str) -> None:
        """Keep a text; one that was emptied is forgotten."""
        if sql.strip():
            self._unsaved.put(self._frame.client, (sql, database))
        else:
            self._unsaved.pop(self._frame.client)

    def forget(self, sql: str) -> None:
        """That text was run (the history has it) or saved; another one stays."""
        kept = self._unsaved.get(self._frame.client)
        if kept is not None and kept[0] == sql:
            self._unsaved.pop(self._frame.client)
