"""Prepared statements: queries with `?`, kept by name in the lake.

https://docs.aws.amazon.com/athena/latest/APIReference/API_PreparedStatement.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from wavehouse.core.errors import CallError
from wavehouse.store.durable import write_durably

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9@_]{0,255}")
_MOST = 1_000


@dataclass(frozen=True)
class PreparedStatement:
    """A query by name."""

    name: str
    sql: str
    description: str = ""
    modified: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(frozen=True)
class PreparedStatements:
    """Those below `folder`. Names differ in case, as Athena's do."""

    folder: Path

    def all(self) -> Mapping[str, PreparedStatement]:
        """All that can be read, sorted by name."""
        found = [_read(path) for path in self.folder.glob("*.json")] if self.folder.is_dir() else []
        return {one.name: one for one in sorted(filter(None, found), key=lambda one: one.name)}

    def get(self, name: str) -> PreparedStatement | None:
        """One of them."""
        return _read(self._path(name)) if _NAME.fullmatch(name) else None

    def save(self, statement: PreparedStatement) -> None:
        """Keep one; raises `CallError` for a name that none may have."""
        if not _NAME.fullmatch(statement.name):
            raise CallError(f"'{statement.name}' is no name for a prepared statement")
        if self.get(statement.name) is None and len(self.all()) >= _MOST:
            raise CallError(f"there are {_MOST:,} prepared statements already")
        told = {**asdict(statement), "modified": statement.modified.isoformat()}
        write_durably(self._path(statement.name), json.dumps(told).encode("utf-8", "surrogatepass"))

    def remove(self, name: str) -> None:
        """Forget one."""
        self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        # Two names may be one to the disk.
        marked = "".join(f"{sign.lower()}+" if sign.isupper() else sign for sign in name)
        return self.folder / f"{marked}.json"


def _read(path: Path) -> PreparedStatement | None:
    try:
        told = json.loads(path.read_bytes())
        return PreparedStatement(
            str(told["name"]),
            str(told["sql"]),
            str(told["description"]),
            datetime.fromisoformat(told["modified"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
