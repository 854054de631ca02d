"""Where the paths of a flow lead: below the project's folder, into the lake, or where they say."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from wavehouse.core.errors import DefinitionError

_WAREHOUSE = "${warehouse}/"


@dataclass(frozen=True)
class Places:
    """`project` is where relative paths begin, `warehouse` what `${warehouse}/` stands for here."""

    project: Path
    warehouse: Path

    def path(self, written: str) -> Path:
        """The path that a node means; raises `DefinitionError` for one that leads nowhere here."""
        if written.startswith(_WAREHOUSE):
            inside = Path(written.removeprefix(_WAREHOUSE))
            if not inside.parts or ".." in inside.parts or inside.is_absolute():
                raise DefinitionError(
                    f"the path '{written}' is not of the form ${{warehouse}}/<folder>/",
                    remedy="Name a folder there",
                )
            return self.warehouse / inside
        if "${" in written:
            raise DefinitionError(
                f"nothing is known to stand for what the path '{written}' names",
                remedy="${staging}/<source>/ are the rows of a contract, ${warehouse}/<folder>/ files of the "
                "lake",
            )
        if "://" in written:
            raise DefinitionError(
                f"the path '{written}' leads to a bucket or another store, and a run here knows the files of "
                "this machine alone",
                remedy="Name a place on this machine, by a path relative to the project's folder: copy there "
                "what is read, or write to ${warehouse}/<folder>/",
            )
        if written.startswith("~"):
            raise DefinitionError(
                f"the path '{written}' begins in somebody's home, which is another place for everyone",
                remedy="Name it relative to the project's folder, or from the root (./~ is a folder's name)",
            )
        return Path(os.path.normpath(self.project.absolute() / written))
