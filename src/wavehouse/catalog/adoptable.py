"""Whether Parquet files can be an Iceberg table as they are, and if not, why (docs/decisions/013)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from wavehouse.catalog.merging import Merged
from wavehouse.catalog.read_file import ReadFile
from wavehouse.lake.field_ids import RESERVED, widens
from wavehouse.lake.layout import UNSAFE_IN_PATHS


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
    found += [f"'{name}' is a name that Iceberg keeps for itself" for name in sorted(names & RESERVED)]
    if partly := [name for name in merged.partial if name.casefold() in keys]:
        found.append(f"some files are without {', '.join(partly)}, which the names of the folders have")
    first: dict[str, str] = {}
    spelled: dict[str, str] = {}
    for file in files:
        for obstacle in file.obstacles:
            first.setdefault(obstacle, file.path)
        if not UNSAFE_IN_PATHS.isdisjoint(file.path):
            first.setdefault("its name has a sign that readers of Iceberg take for a pattern", file.path)
    for columns in {file.columns for file in files}:
        for column in columns:
            if spelled.setdefault(column.name.casefold(), column.name) != column.name:
                found.append(f"files spell '{column.name}' in several ways")
    whole = {column.name: column.type for column in merged.columns}
    for name, types in merged.widened.items():
        if not all(type_ == whole[name] or widens(type_, whole[name]) for type_ in types):
            found.append(f"'{name}' is {' and '.join(types)}, which Iceberg does not read as one type")
    return (*sorted(set(found)), *(f"{what} ({path})" for what, path in sorted(first.items())))
