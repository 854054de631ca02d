"""Schemas of several files as one: types that widen, columns that come along, what does not go together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from wavehouse.core.columns import Column, element_type

# https://docs.aws.amazon.com/glue/latest/dg/crawler-s3-folder-table-partition.html
ALIKE = 0.7
# Of a column of a file in which no value stands: it goes with every other.
NO_TYPE = "none"
# Digits that a whole number of the type can have.
_DIGITS = {"int": 10, "bigint": 19}
_WIDER = {
    frozenset({"int", "bigint"}): "bigint",
    frozenset({"int", "double"}): "double",
    frozenset({"bigint", "double"}): "double",
    frozenset({"float", "double"}): "double",
    frozenset({"int", "float"}): "double",
    frozenset({"bigint", "float"}): "double",
    frozenset({"date", "timestamp"}): "timestamp",
}


def merged_type(one: str, other: str, *, text: bool) -> str | None:
    """The type that values of both types have; None where there is none.

    Where all files are `text` everything can be a string; a Parquet file says what its columns are.
    """
    if one == other or NO_TYPE in (one, other):
        return other if one == NO_TYPE else one
    inner = element_type(one), element_type(other)
    if inner[0] and inner[1]:
        element = merged_type(inner[0], inner[1], text=text)
        return f"array<{element}>" if element else None
    return (
        _WIDER.get(frozenset({one, other})) or _decimal(one, other, text=text) or ("string" if text else None)
    )


def _decimal(one: str, other: str, *, text: bool) -> str | None:
    sizes = [_size(type_) for type_ in (one, other)]
    if all(size is None or size[1] == 0 for size in sizes) and not any("decimal" in t for t in (one, other)):
        return None
    if "double" in (one, other) and text:
        return "double"
    if sizes[0] is None or sizes[1] is None:
        return None
    whole, after = max(sizes[0][0], sizes[1][0]), max(sizes[0][1], sizes[1][1])
    return f"decimal({whole + after},{after})" if whole + after <= 38 else None


def _size(type_: str) -> tuple[int, int] | None:
    """Digits before and after the point, of a decimal or whole number."""
    if found := re.fullmatch(r"decimal\((\d+),(\d+)\)", type_):
        return int(found[1]) - int(found[2]), int(found[2])
    return (_DIGITS[type_], 0) if type_ in _DIGITS else None


def likeness(one: Sequence[Column], other: Sequence[Column], *, text: bool) -> float:
    """Which share of the column names of both is in both, with types that can be merged (0 to 1)."""
    types = _by_name(one), _by_name(other)
    every = types[0].keys() | types[1].keys()
    if not every:
        return 1.0
    common = [
        name
        for name in types[0].keys() & types[1].keys()
        if merged_type(types[0][name], types[1][name], text=text)
    ]
    return len(common) / len(every)


def can_merge(one: Sequence[Column], other: Sequence[Column], *, text: bool) -> bool:
    """Whether all columns that both have can be merged."""
    types = _by_name(one), _by_name(other)
    return all(
        merged_type(types[0][name], types[1][name], text=text) for name in types[0].keys() & types[1].keys()
    )


def _by_name(columns: Iterable[Column]) -> dict[str, str]:
    # (Names differ by more than case, as Athena has it; of two that do not, the first counts.)
    found: dict[str, str] = {}
    for column in columns:
        found.setdefault(column.name.casefold(), column.type)
    return found


@dataclass(frozen=True)
class Conflict:
    """A file whose column cannot become the type that the table keeps; `other` is a file that has that."""

    column: str
    kept: str
    other: str
    type: str
    file: str


@dataclass(frozen=True)
class Merged:
    """The columns of a table, those that only some files have, and the files that do not go with the rest."""

    columns: tuple[Column, ...]
    conflicts: tuple[Conflict, ...]
    partial: Mapping[str, int]
    widened: Mapping[str, tuple[str, ...]]

    @property
    def left_out(self) -> frozenset[str]:
        """The paths of the files that do not go with the rest."""
        return frozenset(conflict.file for conflict in self.conflicts)


def merge_schemas(files: Mapping[str, tuple[Column, ...]], *, text: bool) -> Merged:
    """One schema for files (columns by path): the union of their columns by name.

    The order is that of the schema that most files agree with, which all others must fit, then that of the
    files by path. `partial` has, by
    column, how many files have it where not all do; `widened` the types that became one wider one.
    """
    schemas = Counter(files.values())
    if len(schemas) == 1:
        return Merged(tuple(Column(one.name, _held(one.type)) for one in next(iter(schemas))), (), {}, {})
    support = _support(schemas)
    order = sorted(schemas, key=lambda columns: (-support[columns], -schemas[columns], str(columns)))
    chosen, left = _chosen(order, text=text)
    conflicts = []
    holders: dict[tuple[str, str], str] = {}
    kept_by: dict[str, str] = {}  # (a file whose type was widened to the kept one)
    for path, columns in sorted(files.items()):
        if columns not in left:
            for column in columns:
                holders.setdefault((column.name.casefold(), column.type), path)
                kept_by.setdefault(column.name.casefold(), path)
    for path, columns in sorted(files.items()):
        if columns in left:
            name, kept, type_ = left[columns]
            other = holders.get((name.casefold(), kept), kept_by.get(name.casefold(), ""))
            conflicts.append(Conflict(name, kept, other, type_, path))
    kept_files = {path: columns for path, columns in files.items() if columns not in left}
    spelled: dict[str, str] = {}
    for columns in [*order, *(columns for _, columns in sorted(kept_files.items()))]:
        if columns not in left:
            for column in columns:
                spelled.setdefault(column.name.casefold(), column.name)
    having = Counter(name for columns in kept_files.values() for name in _by_name(columns))
    seen: dict[str, set[str]] = {}
    for columns in set(kept_files.values()):
        for column in columns:
            seen.setdefault(column.name.casefold(), set()).add(column.type)
    return Merged(
        tuple(Column(name, _held(chosen[folded])) for folded, name in spelled.items()),
        tuple(conflicts),
        {spelled[name]: count for name, count in having.items() if count < len(kept_files)},
        {
            spelled[name]: tuple(sorted(told))
            for name, types in seen.items()
            if len(told := types - {NO_TYPE}) > 1
        },
    )


def _held(type_: str) -> str:
    """The type of a table's column."""
    return type_.replace(NO_TYPE, "string")


def _chosen(
    order: Sequence[tuple[Column, ...]], *, text: bool
) -> tuple[dict[str, str], dict[tuple[Column, ...], tuple[str, str, str]]]:
    """The type of each column, and the schemas that do not fit it: column, kept type, own type."""
    chosen: dict[str, str] = {}
    left: dict[tuple[Column, ...], tuple[str, str, str]] = {}
    for columns in order:
        own = _by_name(columns)
        joined = {name: merged_type(chosen.get(name, type_), type_, text=text) for name, type_ in own.items()}
        misfit = next((name for name, type_ in joined.items() if type_ is None), None)
        if misfit is None:
            chosen |= {name: type_ for name, type_ in joined.items() if type_}
        else:
            spelled = next(column.name for column in columns if column.name.casefold() == misfit)
            left[columns] = (spelled, chosen[misfit], own[misfit])
    return chosen, left


def _support(schemas: Mapping[tuple[Column, ...], int]) -> dict[tuple[Column, ...], float]:
    """Of each schema, the share of files that agree with it, in the column where fewest do."""
    votes: dict[str, Counter[str]] = {}
    for columns, count in schemas.items():
        for name, type_ in _by_name(columns).items():
            votes.setdefault(name, Counter())[type_] += count
    return {
        columns: min(
            (votes[name][type_] / votes[name].total() for name, type_ in _by_name(columns).items()), default=1
        )
        for columns in schemas
    }
