"""Prepared statements, kept by name in the lake, as Athena keeps them in a workgroup.

https://docs.aws.amazon.com/athena/latest/APIReference/API_PreparedStatement.html
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from wavehouse.core.errors import QueryError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.store.durable import write_durably

# https://docs.aws.amazon.com/athena/latest/APIReference/API_CreatePreparedStatement.html
_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_@:]{0,255}", re.ASCII)
_MOST = 1_000
# Longer ones are kept under their hash: names of files have at most 255 bytes, with what is behind them.
_LONGEST = 200


@dataclass(frozen=True)
class PreparedStatement:
    """A statement by name; where `sql` has `?`, a constant is given for each when it is executed."""

    name: str
    sql: str
    description: str = ""
    modified: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(frozen=True)
class PreparedStatements:
    """Those in `folder`, which need not be there yet; a name is the same in any case."""

    folder: Path

    def all(self) -> Mapping[str, PreparedStatement]:
        """All that can be read, by name, sorted."""
        found = filter(None, map(_read, self.folder.glob("*.json")))
        return {one.name: one for one in sorted(found, key=lambda one: one.name)}

    def get(self, name: str) -> PreparedStatement | None:
        """One of them, None where there is none."""
        return _read(self._path(name)) if _NAME.fullmatch(name) else None

    def save(self, statement: PreparedStatement) -> None:
        """Keep one durably, in the place of one of that name; raises `QueryError` for what is no name."""
        if not _NAME.fullmatch(statement.name):
            raise QueryError(
                f"'{statement.name}' cannot be the name of a prepared statement",
                remedy="It begins with a letter or _, and has letters, digits, _, @ and : (at most 256)",
            )
        if self.get(statement.name) is None and len(self.all()) >= _MOST:
            raise QueryError(f"there are {_MOST:,} prepared statements", remedy="DEALLOCATE PREPARE some")
        told = {**asdict(statement), "modified": statement.modified.isoformat()}
        write_durably(self._path(statement.name), json.dumps(told).encode("utf-8", "surrogatepass"))

    def keep(self, name: str, sql: str) -> None:
        """Keep a new one; raises `QueryError` where the name is taken."""
        if self.get(name) is not None:
            raise QueryError(
                f"there is a prepared statement '{name}' already",
                remedy=f"Write DEALLOCATE PREPARE {name} first, or take another name",
            )
        self.save(PreparedStatement(name, sql))

    def find(self, name: str) -> str:
        """The SQL of one; raises `QueryError` where there is none of that name."""
        found = self.get(name)
        if found is None:
            raise QueryError(f"no prepared statement '{name}'", remedy=did_you_mean(name, self.all()))
        return found.sql

    def forget(self, name: str) -> None:
        """Forget one; raises `QueryError` where there is none of that name."""
        self.find(name)
        self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        name = name.lower()
        # (No name has a minus in it.)
        kept = name if len(name) <= _LONGEST else f"-{hashlib.sha256(name.encode()).hexdigest()}"
        return self.folder / f"{kept}.json"


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
