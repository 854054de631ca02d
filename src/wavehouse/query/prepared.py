"""Prepared statements, kept by name in the lake, as Athena keeps them in a workgroup.

https://docs.aws.amazon.com/athena/latest/ug/querying-with-prepared-statements.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from wavehouse.core.errors import QueryError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.store.durable import write_durably

# https://docs.aws.amazon.com/athena/latest/APIReference/API_CreatePreparedStatement.html
_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_@:]{0,255}", re.ASCII)
MOST = 1_000


@dataclass(frozen=True)
class PreparedStatements:
    """One file a statement in `folder`, which need not be there yet; a name is the same in any case."""

    folder: Path

    def names(self) -> Sequence[str]:
        """All names, sorted."""
        return sorted(path.stem for path in self.folder.glob("*.sql"))

    def keep(self, name: str, sql: str) -> None:
        """Keep a statement, durably; raises `QueryError` where the name is taken, or is no name."""
        if not _NAME.fullmatch(name):
            raise QueryError(
                f"'{name}' cannot be the name of a prepared statement",
                remedy="It begins with a letter or _, and has letters, digits, _, @ and : (at most 256)",
            )
        names = self.names()
        if name.lower() in names:
            raise QueryError(
                f"there is a prepared statement '{name}' already",
                remedy=f"Write DEALLOCATE PREPARE {name} first, or take another name",
            )
        if len(names) >= MOST:
            raise QueryError(f"there are {MOST:,} prepared statements", remedy="DEALLOCATE PREPARE some")
        write_durably(self._path(name), sql.encode("utf-8", "surrogatepass"))

    def find(self, name: str) -> str:
        """The statement of that name; raises `QueryError` where there is none."""
        if name.lower() not in self.names():
            raise self._none(name)
        return self._path(name).read_bytes().decode("utf-8", "surrogatepass")

    def forget(self, name: str) -> None:
        """Forget a statement; raises `QueryError` where there is none."""
        if name.lower() not in self.names():
            raise self._none(name)
        self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self.folder / f"{name.lower()}.sql"

    def _none(self, name: str) -> QueryError:
        return QueryError(f"no prepared statement '{name}'", remedy=did_you_mean(name, self.names()))
