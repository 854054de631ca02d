"""Where statements may put files, and find them: in the lake's folder of files, and nowhere else.

A statement may come from anybody who may ask: it must not read or write what else is on the machine.
"""

from __future__ import annotations

from pathlib import Path

from wavehouse.core.errors import QueryError
from wavehouse.lake.layout import UNSAFE_IN_PATHS
from wavehouse.query.statements.context import Writing

_WAREHOUSE = "${warehouse}/"


def place(written: str, writing: Writing, what: str, *, reading: bool = False) -> Path:
    """The folder that a statement names: `${warehouse}/folder/`, or its whole path.

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
    if written.startswith(_WAREHOUSE):
        path = root / written.removeprefix(_WAREHOUSE).strip("/")
    else:
        path = Path(written.removeprefix("file://").rstrip("/") or "/")
    real = path.resolve()
    if real.is_relative_to(root.resolve()):
        versioned = any(part.startswith(".") for part in real.relative_to(root.resolve()).parts)
        if versioned and not reading:
            raise QueryError(f"a flow writes the files in '{written}'", remedy="Name another folder")
    inside = real.is_relative_to(root.resolve()) and real != root.resolve() and ".." not in path.parts
    if not inside or not path.is_absolute() or UNSAFE_IN_PATHS & set(str(path.relative_to(root))):
        raise QueryError(
            f"{what} cannot be in '{written}': statements have files in the lake's own folder alone",
            remedy=f"Write '${{warehouse}}/folder/', which is {root}/folder/",
        )
    if any(part.startswith((".", "_")) for part in path.relative_to(root).parts):
        raise QueryError(f"no file is read in '{written}': a folder of it begins with . or _")
    return path
