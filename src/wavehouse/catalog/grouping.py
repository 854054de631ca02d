"""Which files are one table: from the leaves of the tree up, and why.

The rule is Glue's, as far as it is documented
(https://docs.aws.amazon.com/glue/latest/dg/crawler-s3-folder-table-partition.html): when most of the schemas
at a folder level are similar, the folders are partitions of a table instead of tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from wavehouse.catalog.depths import Gathered, gathered
from wavehouse.catalog.likeness import Cluster, Look, alike, clusters, look_of, mergeable, most
from wavehouse.catalog.partition_keys import hive_key, key_names
from wavehouse.catalog.read_file import Problem, ReadFile

Folder = tuple[str, ...]

_SINGLE = "--single-schema: what can be merged is one table"
_LEVEL = "--table-level: tables lie at this level"


@dataclass(frozen=True)
class GroupOptions:
    """`single_schema`: what can be merged is one table; `table_depth`: tables are the folders so deep.

    With both, what can be merged is one table within each of these folders.
    """

    single_schema: bool = False
    table_depth: int | None = None


@dataclass(frozen=True)
class Group:
    """The files of one table.

    `levels` are the levels of folders below `root` that are partition keys: a key, or None for plain names.
    `whole` says that it is the table of its folder; else it is called by its first file.
    """

    root: Folder
    files: tuple[ReadFile, ...]
    levels: tuple[str | None, ...]
    reasons: tuple[str, ...]
    whole: bool = True


@dataclass(frozen=True)
class Grouped:
    """The tables by folder, and the files that go with a table and have no place in it."""

    tables: tuple[Group, ...]
    beside: tuple[Problem, ...]


@dataclass(frozen=True)
class _Unit:
    """Files that are alike and may still become part of a table further up."""

    look: Look
    group: Group

    @property
    def in_its_folder(self) -> Look:
        """What its folder looks like among others: hive keys count, plain names and depths do not."""
        levels = (hive_key(self.group.root[-1]), *self.group.levels)
        return replace(self.look, keys=levels if any(levels) else ())


def group_files(files: Iterable[ReadFile], options: GroupOptions | None = None) -> Grouped:
    """The tables that files make, whatever their order."""
    return _Grouping(options or GroupOptions()).run(sorted(files, key=lambda file: file.path))


@dataclass
class _Tree:
    own: list[ReadFile]
    children: dict[str, _Tree]

    def below(self, folder: Folder) -> Iterator[tuple[Folder, _Tree]]:
        """This folder and all in it, each before those in it. (Folders can be deeper than calls.)"""
        waiting = [(folder, self)]
        while waiting:
            at, tree = waiting.pop()
            yield at, tree
            waiting += [((*at, name), child) for name, child in tree.children.items()]

    def all_files(self) -> list[ReadFile]:
        return [file for _, tree in self.below(()) for file in tree.own]


class _Grouping:
    def __init__(self, options: GroupOptions) -> None:
        self._options = options
        self._tables: list[Group] = []
        self._beside: list[Problem] = []

    def run(self, files: Sequence[ReadFile]) -> Grouped:
        root = _Tree([], {})
        for file in files:
            tree = root
            for name in file.folders:
                tree = tree.children.setdefault(name, _Tree([], {}))
            tree.own.append(file)
        if self._options.single_schema and self._options.table_depth is None:
            self._forced((), root, _SINGLE, mergeable)
        else:
            unit = self._all_units(root)
            if unit:
                self._tables.append(_innermost(unit.group))
        tables = [_with_keys(group) for group in self._tables]
        return Grouped(
            tuple(sorted(tables, key=lambda group: (group.root, not group.whole, group.files[0].path))),
            tuple(sorted(self._beside, key=lambda problem: problem.path)),
        )

    def _all_units(self, root: _Tree) -> _Unit | None:
        """Visit all folders, each after those in it; what is left for the folder of all."""
        depth = self._options.table_depth
        units: dict[Folder, _Unit | None] = {}
        for folder, tree in reversed([*root.below(())]):
            if depth is not None and len(folder) > depth:
                continue
            if len(folder) == depth:
                if self._options.single_schema:
                    self._forced(folder, tree, f"{_LEVEL}; {_SINGLE}", mergeable)
                else:
                    self._forced(folder, tree, _LEVEL, alike)
                units[folder] = None
            elif not tree.children:
                units[folder] = self._leaf(folder, tree.own)
            else:
                found = [units.pop((*folder, name)) for name in sorted(tree.children)]
                units[folder] = self._inner(folder, tree, [unit for unit in found if unit])
        return units[()]

    def _leaf(self, folder: Folder, own: Sequence[ReadFile]) -> _Unit | None:
        found = clusters(own, look_of)
        main = most(found, len(own))
        if main is None:
            share = len(found[0].members) if found else 0
            self._apart(
                folder, found, f"{share} of the {len(own)} files of its folder are alike, not more than 70 %"
            )
            return None
        for other in found[1:]:
            self._tables.append(self._own_table(folder, other, "unlike the other files of its folder"))
        reason = _files_reason(main)
        return _Unit(main.look, Group(folder, _sorted(main.members), (), (reason,)))

    def _inner(self, folder: Folder, tree: _Tree, units: Sequence[_Unit]) -> _Unit | None:
        """A folder with folders in it: they are partitions when most of them are alike."""
        found = clusters(units, lambda unit: unit.in_its_folder)
        main = most(found, len(tree.children))
        own = clusters(tree.own, look_of)
        if main is None:
            share = len(found[0].members) if found else 0
            why = f"{share} of {len(tree.children)} folders are alike, not more than 70 %: each is a table"
            for unit in units:
                reasons = (*unit.group.reasons, why) if len(tree.children) > 1 else unit.group.reasons
                self._tables.append(replace(unit.group, reasons=reasons))
            if own:
                self._apart(folder, own, "its folder has folders that are other tables")
            return None
        for cluster in found[1:]:
            for unit in cluster.members:
                why = f"unlike {len(main.members)} of the {len(tree.children)} folders beside it"
                self._tables.append(replace(unit.group, reasons=(*unit.group.reasons, why)))
        files = [file for unit in main.members for file in unit.group.files]
        look = replace(main.look, keys=())
        self._apart(folder, [one for one in own if not alike(look, one.look)], "unlike the folders beside it")
        goes_along = [file for one in own if alike(look, one.look) for file in one.members]
        if main.look.keys:
            self._put_beside(goes_along)
        else:
            files += goes_along
        reasons = main.members[0].group.reasons
        if len(tree.children) > 1:
            together = f"{len(main.members)} of {len(tree.children)} folders are alike"
            reasons = (together, *reasons) if together not in reasons else reasons
        return self._unit(folder, look, gathered(folder, files), reasons)

    def _unit(self, folder: Folder, look: Look, found: Gathered, reasons: tuple[str, ...]) -> _Unit:
        self._beside += found.beside
        group = Group(folder, _sorted(found.files), found.levels, (*reasons, *found.why))
        return _Unit(look, group)

    def _forced(self, folder: Folder, tree: _Tree, why: str, same: Callable[[Look, Look], bool]) -> None:
        found = clusters(tree.all_files(), look_of, same)
        for at, cluster in enumerate(found):
            unit = self._unit(
                folder, cluster.look, gathered(folder, cluster.members), (why, _files_reason(cluster))
            )
            self._tables.append(replace(unit.group, whole=at == 0))

    def _apart(self, folder: Folder, found: Sequence[Cluster[ReadFile]], why: str) -> None:
        tables = [self._own_table(folder, cluster, why) for cluster in found]
        # Of several, one with several files is called by its folder.
        self._tables += [replace(one, whole=not at and len(one.files) > 1) for at, one in enumerate(tables)]

    def _own_table(self, folder: Folder, cluster: Cluster[ReadFile], why: str) -> Group:
        return Group(folder, _sorted(cluster.members), (), (_files_reason(cluster), why), whole=False)

    def _put_beside(self, files: Iterable[ReadFile]) -> None:
        what = "it lies beside the partitions of its table, and no folder gives it a key"
        self._beside += [Problem(file.path, "beside", what) for file in files]


def _with_keys(group: Group) -> Group:
    if not group.levels:
        return group
    names = ", ".join(key_names(group.levels))
    why = f"the folders between it and its files are partitions by {names}"
    return replace(group, reasons=(*group.reasons, why))


def _innermost(group: Group) -> Group:
    """The table of all files, at the innermost folder that has them: one folder tells nothing apart."""
    root, levels = group.root, group.levels
    flat = not levels
    while (flat or (levels and levels[0] is None)) and all(
        len(file.folders) > len(root)
        and file.folders[: len(root) + 1] == group.files[0].folders[: len(root) + 1]
        for file in group.files
    ):
        root, levels = group.files[0].folders[: len(root) + 1], levels[1:]
        flat = flat and not hive_key(root[-1])
    return replace(group, root=root, levels=levels)


def _files_reason(cluster: Cluster[ReadFile]) -> str:
    count = len(cluster.members)
    form = cluster.look.form
    return f"{count:,} files are alike: {form}" if count > 1 else f"one file: {form}"


def _sorted(files: Iterable[ReadFile]) -> tuple[ReadFile, ...]:
    return tuple(sorted(files, key=lambda file: file.path))
