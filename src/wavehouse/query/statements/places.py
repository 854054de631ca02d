"""Where statements may put files, and find them: in the lake's folder of files, and nowhere else.

A statement may come from anybody who may ask: it must not read or write what else is on the machine.
"""

from __future__ import annotations

import os
from pathlib import Path

from wavehouse.core.errors import QueryError
from wavehouse.core.hidden_names import is_hidden
from wavehouse.lake.layout import UNSAFE_IN_PATHS
from wavehouse.query.statements.context import Writing

_WAREHOUSE = "${warehouse}/"
# File systems take 255 bytes, and the name by which a folder is written aside is longer than its own.
_LONGEST = 200


def place(written: str, writing: Writing, what: str, *, reading: bool = False) -> Path:
    """The folder that a statement names: `${warehouse}/folder/`, or its whole path, told from the lake's own.

    A folder that flows write can be read, not written.

    Raises `QueryError` for one outside of the lake's folder of files, for that folder itself, and where the
    tables of the lake lie in a bucket.
    """
    root = writing.folder
    if writing.layout.s3 is not None:
        raise QueryError(
            f"{what} is not covered yet where the lake's tables lie in a bucket",
            remedy="Make an Iceberg table: WITH (table_type = 'ICEBERG', is_external = false)",
        )
    inside = _inside(written, root)
    if inside is None:
        raise QueryError(
            f"{what} cannot be in '{written}': statements have files in the lake's own folder alone",
            remedy=f"Write '${{warehouse}}/folder/', which is {root}/folder/",
        )
    if any(len(os.fsencode(part)) > _LONGEST for part in inside.parts):
        raise QueryError(f"a folder of '{written}' has a name of more than {_LONGEST} bytes")
    versioned = any(
        part.startswith(".") for part in (root / inside).resolve().relative_to(root.resolve()).parts
    )
    if versioned and not reading:
        raise QueryError(f"a flow writes the files in '{written}'", remedy="Name another folder")
    if any(is_hidden(part) for part in inside.parts):
        raise QueryError(f"no file is read in '{written}': a folder of it begins with . or _")
    return root / inside


def _inside(written: str, root: Path) -> Path | None:
    """The path of a place from the lake's folder of files, however that is spelled; None for any other."""
    if written.startswith(_WAREHOUSE):
        path = root / written.removeprefix(_WAREHOUSE).strip("/")
    else:
        path = Path(written.removeprefix("file://").rstrip("/") or "/")
    if not path.is_absolute() or ".." in path.parts or "\0" in written:
        return None
    real, home = path.resolve(), root.resolve()
    if real == home or not real.is_relative_to(home):
        return None
    # (What a link of the lake leads to may change: the link is kept.)
    spelled = next((parent for parent in path.parents if parent.resolve() == home), None)
    inside = real.relative_to(home) if spelled is None else path.relative_to(spelled)
    return None if UNSAFE_IN_PATHS & set(str(inside)) else inside
