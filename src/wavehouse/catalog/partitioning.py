"""The partitions of a table: its folders, with the values of its keys, and their rows and bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wavehouse.catalog.partition_keys import key_names, typed_keys, value_of
from wavehouse.catalog.read_file import Problem, ReadFile
from wavehouse.catalog.text_types import Judgement
from wavehouse.catalog.tree import Tree
from wavehouse.core.data_catalog import CatalogColumn, Partition


@dataclass(frozen=True)
class Partitioned:
    """The keys with evidence, the partitions by values, their folders, and the files that are in one."""

    keys: tuple[CatalogColumn, ...]
    evidence: Mapping[str, Judgement]
    partitions: tuple[Partition, ...]
    folders: tuple[str, ...]
    files: tuple[ReadFile, ...]
    problems: tuple[Problem, ...] = ()


def partitioned(
    root: tuple[str, ...], levels: tuple[str | None, ...], files: Sequence[ReadFile], tree: Tree
) -> Partitioned:
    """The partitions of files below `root`; a second folder of the same values has no place."""
    if not levels:
        return Partitioned((), {}, (), (), tuple(files))
    depth = len(root) + len(levels)
    by_folder: dict[tuple[str, ...], list[ReadFile]] = {}
    for file in files:
        by_folder.setdefault(file.folders[:depth], []).append(file)
    by_values: dict[tuple[str | None, ...], tuple[str, ...]] = {}
    problems = []
    for folder in sorted(by_folder):
        values = tuple(value_of(name) for name in folder[len(root) :])
        other = by_values.setdefault(values, folder)
        if other != folder:
            what = f"its folder has the values of {'/'.join(other)}, and a partition has one folder"
            problems += [Problem(file.path, "beside", what) for file in by_folder[folder]]
    names = key_names(levels)
    keys, why = typed_keys(names, by_values)
    return Partitioned(
        keys,
        dict(zip(names, why, strict=True)),
        tuple(
            _partition(values, tree.location("/".join(folder)), by_folder[folder])
            for values, folder in by_values.items()
        ),
        tuple("/".join(folder) for folder in by_values.values()),
        tuple(file for folder in by_values.values() for file in by_folder[folder]),
        tuple(problems),
    )


def _partition(values: tuple[str | None, ...], location: str, files: Sequence[ReadFile]) -> Partition:
    counted = [file.rows for file in files]
    rows = sum(rows for rows in counted if rows is not None) if None not in counted else None
    return Partition(values, location, rows, len(files), sum(file.size for file in files))
