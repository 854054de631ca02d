"""Whether Parquet files can be an Iceberg table as they are, and if not, why (docs/decisions/013)."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from wavehouse.catalog.merging import Merged
from wavehouse.catalog.read_file import ReadFile

# Readers of Iceberg take these for patterns, escapes or parts of a URI.
_UNSAFE = re.compile(r"[*?\[\]{}#%]")
# https://iceberg.apache.org/spec/#schema-evolution
_WIDENINGS = ({"int", "bigint"}, {"float", "double"})


def obstacles_of(files: Sequence[ReadFile], merged: Merged, keys: Collection[str]) -> tuple[str, ...]:
    """What speaks against an Iceberg table of files with that schema, in folders of these keys."""
    if not files:
        return ("none of its files is left",)
    if files[0].form.format != "parquet":
        return (f"its files are {files[0].form}; those of an Iceberg table are Parquet",)
    found = []
    names = {column.name.casefold() for column in merged.columns}
    if missing := [key for key in keys if key not in names]:
        found.append(f"the files are without {', '.join(missing)}, which the names of the folders have")
    first: dict[str, str] = {}
    spelled: dict[str, str] = {}
    for file in files:
        for obstacle in file.obstacles:
            first.setdefault(obstacle, file.path)
        if _UNSAFE.search(file.path):
            first.setdefault("its name has a sign that readers of Iceberg take for a pattern", file.path)
    for columns in {file.columns for file in files}:
        for column in columns:
            if spelled.setdefault(column.name.casefold(), column.name) != column.name:
                found.append(f"files spell '{column.name}' in several ways")
    for name, types in merged.widened.items():
        if not (set(types) in _WIDENINGS or _same_scale(types)):
            found.append(f"'{name}' is {' and '.join(types)}, which Iceberg does not read as one type")
    return (*sorted(set(found)), *(f"{what} ({path})" for what, path in sorted(first.items())))


def _same_scale(types: Sequence[str]) -> bool:
    found = [re.fullmatch(r"decimal\(\d+,(\d+)\)", type_) for type_ in types]
    return all(found) and len({one[1] for one in found if one}) == 1
