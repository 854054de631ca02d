"""A table as the crawler would have it: from the files of a group, with the evidence for every decision."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from wavehouse.catalog.adoptable import obstacles_of
from wavehouse.catalog.census import Census, counted_together
from wavehouse.catalog.grouping import Group
from wavehouse.catalog.merging import Merged, merge_schemas
from wavehouse.catalog.naming import IN_FOLDER, Identity
from wavehouse.catalog.partitioning import Partitioned, partitioned
from wavehouse.catalog.read_file import Form, Problem, ReadFile
from wavehouse.catalog.text_types import Judgement, judge
from wavehouse.catalog.tree import Tree
from wavehouse.core.columns import Column
from wavehouse.core.data_catalog import CatalogColumn, Partition


@dataclass(frozen=True)
class Proposal:
    """A table without a name: `called` is the folder that it is named by, or `./` and the file.

    `columns` are without the keys, but for a table that can be Iceberg: there all stand in the files.
    `evidence` has a judgement for every column and key. `obstacles` say why it cannot be an Iceberg table;
    none for one that can. `left_out` are paths, relative to the table, that lie among its files.
    """

    called: str
    location: str
    root: str
    form: Form
    columns: tuple[CatalogColumn, ...]
    keys: tuple[CatalogColumn, ...]
    evidence: Mapping[str, Judgement]
    partitions: tuple[Partition, ...]
    files: tuple[ReadFile, ...]
    left_out: tuple[str, ...]
    reasons: tuple[str, ...]
    obstacles: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def identity(self) -> Identity:
        """What tells it from other tables of the crawler."""
        return self.location, self.called

    @property
    def rows(self) -> int | None:
        """The rows of all files, where all were counted."""
        counted = [file.rows for file in self.files]
        return sum(rows for rows in counted if rows is not None) if None not in counted else None

    @property
    def size(self) -> int:
        """The bytes of all files."""
        return sum(file.size for file in self.files)


def propose(
    group: Group, tree: Tree, paths: Sequence[str], against: Iterable[str] = ()
) -> tuple[Proposal, list[Problem]]:
    """The table of a group, and the files of it that do not go with the rest.

    `paths` are all files of the tree, sorted, those that are in no table among them. `against` says what
    speaks against an Iceberg table besides the files.
    """
    merged = merge_schemas(
        {file.path: file.columns for file in group.files}, text=group.files[0].form.is_text
    )
    problems = [
        Problem(
            conflict.file,
            "conflict",
            f"its column '{conflict.column}' is of the type {conflict.type}, and the table keeps "
            f"{conflict.kept}, as in {conflict.other}",
        )
        for conflict in merged.conflicts
    ]
    files = [file for file in group.files if file.path not in merged.left_out]
    if group.files[0].form.csv:
        files, misplaced = _in_order(files, merged.columns)
        problems += misplaced
    parts = partitioned(group.root, group.levels, files, tree)
    problems += parts.problems
    keys = {key.name for key in parts.keys}
    evidence = _evidence(merged, parts.files)
    columns = tuple(
        CatalogColumn(column.name, evidence[column.name].type if column.name in evidence else column.type)
        for column in merged.columns
    )
    inside = [column for column in columns if column.name.casefold() in keys]
    obstacles = (*against, *obstacles_of(parts.files, merged, keys))
    notes: list[str] = []
    if group.files[0].form.csv:
        notes += [note for file in parts.files[:1] for note in file.notes]
    else:
        problems += _columns_left_out(parts.files)
    if inside and obstacles:
        told = ", ".join(f"'{column.name}'" for column in inside)
        notes.append(f"{told} stands in the files too; the folders' names count")
        columns, evidence = _without(columns, inside, evidence, by_place=group.files[0].form.csv is not None)
    root = "/".join(group.root)
    members = {file.path for file in parts.files}
    called = (root or tree.root).rstrip("/").rpartition("/")[2]
    if not group.whole:
        # (A folder can be called like a file in it.)
        called = f"{IN_FOLDER}{group.files[0].path.rpartition('/')[2]}"
    return (
        Proposal(
            called,
            tree.location(root),
            root,
            group.files[0].form,
            columns,
            parts.keys if obstacles else (),
            {**evidence, **(parts.evidence if obstacles else {})},
            parts.partitions if obstacles else (),
            parts.files,
            _left_out(root, parts, members, paths),
            group.reasons,
            obstacles,
            tuple(notes),
        ),
        problems,
    )


def _columns_left_out(files: Sequence[ReadFile]) -> list[Problem]:
    """What no table can hold, each told once, of the first file that has it."""
    first: dict[str, str] = {}
    for file in files:
        for note in file.notes:
            first.setdefault(note, file.path)
    return [Problem(path, "left out", note) for note, path in first.items()]


def _without(
    columns: Sequence[CatalogColumn],
    inside: Sequence[CatalogColumn],
    evidence: dict[str, Judgement],
    *,
    by_place: bool,
) -> tuple[tuple[CatalogColumn, ...], dict[str, Judgement]]:
    """The columns without those that are keys; CSV is read `by_place`: one before others has another name."""
    kept: list[CatalogColumn] = []
    found = dict(evidence)
    last = max((at for at, column in enumerate(columns) if column not in inside), default=-1)
    taken = {column.name.casefold() for column in columns}
    for at, column in enumerate(columns):
        if column not in inside:
            kept.append(column)
            continue
        judgement = found.pop(column.name, None)
        if by_place and at < last:
            name = f"{column.name}_in_file"
            while name.casefold() in taken:
                name += "_"
            taken.add(name.casefold())
            kept.append(replace(column, name=name))
            if judgement is not None:
                found[name] = judgement
    return tuple(kept), found


def _evidence(merged: Merged, files: Sequence[ReadFile]) -> dict[str, Judgement]:
    """Of each column, its type and why."""
    if files and files[0].form.is_text:
        censuses: dict[str, list[Census]] = {}
        for file in files:
            for column, census in zip(file.columns, file.censuses, strict=True):
                censuses.setdefault(column.name.casefold(), []).append(census)
        found = {
            column.name: judge(counted_together(censuses.get(column.name.casefold(), [])))
            for column in merged.columns
        }
    else:
        types: dict[str, Counter[str]] = {}
        for columns, count in Counter(file.columns for file in files).items():
            for column in columns:
                types.setdefault(column.name.casefold(), Counter())[column.type] += count
        found = {
            column.name: Judgement(
                column.type, 0, _said(column, types.get(column.name.casefold(), Counter()))
            )
            for column in merged.columns
        }
    for name, count in merged.partial.items():
        judgement = found[name]
        found[name] = replace(judgement, why=f"{judgement.why}; {count:,} of {len(files):,} files have it")
    return found


def _said(column: Column, types: Counter[str]) -> str:
    if set(types) <= {column.type}:
        return f"the footers of {types.total():,} files say so" if types.total() > 1 else "its footer says so"
    told = ", ".join(f"{count:,} say {type_}" for type_, count in sorted(types.items()))
    return f"of the footers of {types.total():,} files, {told}; all of them fit {column.type}"


def _in_order(files: Sequence[ReadFile], columns: Sequence[Column]) -> tuple[list[ReadFile], list[Problem]]:
    """The CSV files whose columns stand where those of the table do: they are read by position.

    https://docs.aws.amazon.com/athena/latest/ug/handling-schema-updates-chapter.html
    """
    order = [column.name.casefold() for column in columns]
    kept, problems = [], []
    for file in files:
        names = [column.name.casefold() for column in file.columns]
        if names == order[: len(names)]:
            kept.append(file)
            continue
        at = next(at for at, name in enumerate(names) if name != order[at])
        problems.append(
            Problem(
                file.path,
                "order",
                f"its column {at + 1} is '{file.columns[at].name}', and that of the table "
                f"'{columns[at].name}'; CSV is read by position",
            )
        )
    return kept, problems


def _left_out(root: str, parts: Partitioned, members: set[str], paths: Sequence[str]) -> tuple[str, ...]:
    """The files among those of the table that are not its own, relative to it."""
    prefix = f"{root}/" if root else ""
    folders = [f"{folder}/" for folder in parts.folders] if parts.keys else [prefix]
    found = []
    for folder in folders:
        at = bisect_left(paths, folder)
        while at < len(paths) and paths[at].startswith(folder):
            if paths[at] not in members:
                found.append(paths[at].removeprefix(prefix))
            at += 1
    return tuple(sorted(found))
