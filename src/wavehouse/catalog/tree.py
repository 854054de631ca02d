"""What lies in a folder or below a prefix: sizes and times, and what cannot be taken. Nothing is opened."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from wavehouse.catalog.read_file import Problem
from wavehouse.core.errors import CallError
from wavehouse.core.exclusions import Exclusions
from wavehouse.core.hidden_names import is_hidden
from wavehouse.core.printable import printable
from wavehouse.core.progress import Progress
from wavehouse.store.object_store import ObjectStore

STEP = "list"
_METADATA = ".metadata.json"
_TOLD_EVERY = 5_000  # files


@dataclass(frozen=True, slots=True)
class TreeFile:
    """A file: its path relative to the tree (parts separated by `/`), its size in bytes, its time in ns."""

    path: str
    size: int
    modified: int


@dataclass
class Tree:
    """The files below `root` (an absolute path or s3://…), all without those in `iceberg`.

    `iceberg` has, by the folder of an Iceberg table, its newest metadata file. `excluded` are files that
    are not to be looked at, `others` those of Iceberg tables and those that could not be taken: a table in
    whose folder one of them lies must leave it out.
    """

    root: str
    files: list[TreeFile] = field(default_factory=list)
    excluded: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    iceberg: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def location(self, path: str) -> str:
        """Where a path of the tree lies; '' is the tree."""
        return f"{self.root.rstrip('/')}/{path}" if path else self.root


def walk_directory(root: Path, exclusions: Exclusions, progress: Progress) -> Tree:
    """All below a directory; raises `CallError` where there is none."""
    if not root.is_dir():
        what = "this is a file" if root.exists() else "there is nothing here"
        raise CallError(what, where=str(root), remedy="Name a directory, or s3://bucket/prefix")
    tree = Tree(str(root.absolute()))
    walk = _Walk(tree, exclusions, progress)
    walk.run()
    _sort(tree)
    return tree


class _Walk:
    def __init__(self, tree: Tree, exclusions: Exclusions, progress: Progress) -> None:
        self._tree = tree
        self._excluded = exclusions
        self._progress = progress
        self._top = Path(os.path.realpath(tree.root))
        self._linked: set[Path] = set()

    def run(self) -> None:
        waiting = [("", True)]
        while waiting:
            folder, taken = waiting.pop()
            try:
                waiting += self._folder(folder, taken=taken)
            except OSError as error:
                self._problem(folder or ".", "unreadable", _why(error))

    def _folder(self, folder: str, *, taken: bool) -> list[tuple[str, bool]]:
        """Look at one folder, whose files may not be `taken`; returns its folders, and whether theirs may."""
        if taken and (metadata := self._metadata(folder)):
            self._tree.iceberg[folder] = metadata
            taken = False
        below = []
        with os.scandir(self._tree.location(folder)) as entries:
            for entry in entries:
                path = f"{folder}/{entry.name}" if folder else entry.name
                if is_hidden(entry.name):
                    continue
                try:
                    named = self._is_named(path) if taken else False
                    if self._entry(entry, path, taken=named):
                        below.append((path, named))
                except OSError as error:
                    self._problem(path, "unreadable", _why(error))
        return below

    def _entry(self, entry: os.DirEntry[str], path: str, *, taken: bool) -> bool:
        """Take a file; returns whether it is a folder to look into."""
        if entry.is_symlink() and (not taken or not self._may_follow(entry.path, path)):
            self._tree.others.append(path)
            return False
        if entry.is_dir():
            return True
        if not taken:
            self._tree.others.append(path)
        elif not entry.is_file():
            self._problem(path, "odd", "it is neither a file nor a folder")
        elif self._excluded(path):
            self._tree.excluded.append(path)
        else:
            stat = entry.stat()
            self._tree.files.append(TreeFile(path, stat.st_size, stat.st_mtime_ns))
            if len(self._tree.files) % _TOLD_EVERY == 0:
                # How many there are is not known; the bar shows that it goes on.
                count = len(self._tree.files)
                self._progress.advanced(STEP, count / (count + 4 * _TOLD_EVERY))
        return False

    def _may_follow(self, location: str, path: str) -> bool:
        """Whether a link leads to what lies in the tree and is not seen there by itself."""
        link = Path(location)
        target = Path(os.path.realpath(link))
        if not target.exists():
            self._problem(path, "link", "it is a link to nothing")
        elif not target.is_relative_to(self._top):
            self._problem(path, "link", "it is a link that leads out of what is crawled")
        elif Path(os.path.realpath(link.parent)).is_relative_to(target):
            self._problem(path, "link", "it is a link to a folder that it lies in: a loop")
        elif not any(map(is_hidden, (inside := target.relative_to(self._top)).parts)) or (
            target in self._linked
        ):
            self._problem(path, "link", f"it is a link to {printable(str(inside))}, which is crawled already")
        else:
            self._linked.add(target)
            return True
        return False

    def _is_named(self, path: str) -> bool:
        if path.isascii() and path.isprintable():
            return True
        what = ""
        if _has_controls(path.rpartition("/")[2]):
            what = "a line break or another control sign"
        elif any(0xD800 <= ord(sign) <= 0xDFFF for sign in path):
            what = "bytes that are not UTF-8"
        if what:
            told = path.encode("utf-8", "backslashreplace").decode()
            self._problem(told, "name", f"its name has {what} in it, which no location in a catalog can have")
        return not what

    def _metadata(self, folder: str) -> str | None:
        path = f"{folder}/metadata" if folder else "metadata"
        try:
            with os.scandir(self._tree.location(path)) as entries:
                newest = newest_metadata([f"{path}/{entry.name}" for entry in entries])
        except OSError:
            return None
        return None if newest and self._excluded(newest) else newest

    def _problem(self, path: str, kind: str, what: str) -> None:
        self._tree.problems.append(Problem(path, kind, what))


def walk_store(location: str, store: ObjectStore, exclusions: Exclusions) -> Tree:
    """All below s3://bucket/prefix; raises `CallError` where there is nothing."""
    tree = Tree(location.rstrip("/"))
    metadata: dict[str, list[str]] = {}
    for found in store.files(tree.root):
        path = found.location.removeprefix(f"{tree.root}/")
        *folders, name = path.split("/")
        if any(map(is_hidden, (*folders, name))):
            continue
        if folders and folders[-1] == "metadata" and name.endswith(_METADATA):
            metadata.setdefault("/".join(folders[:-1]), []).append(path)
        if _has_controls(path):
            what = "its name has a line break or another control sign in it, which no location can have"
            tree.problems.append(Problem(path, "name", what))
            tree.others.append(path)
        elif exclusions(path):
            tree.excluded.append(path)
        else:
            tree.files.append(TreeFile(path, found.size, int(found.modified.timestamp() * 1_000_000_000)))
    if not (tree.files or tree.excluded or metadata):
        raise CallError("there is nothing here", where=location, remedy="Check bucket and prefix")
    for folder, paths in metadata.items():
        if (newest := newest_metadata(paths)) and not exclusions(newest):
            tree.iceberg[folder] = newest
    for folder in tree.iceberg:
        prefix = f"{folder}/" if folder else ""
        tree.others += [file.path for file in tree.files if file.path.startswith(prefix)]
        tree.files = [file for file in tree.files if not file.path.startswith(prefix)]
    _sort(tree)
    return tree


def newest_metadata(paths: list[str]) -> str | None:
    """The metadata file of the highest version (`v3.metadata.json`, `00003-<uuid>.metadata.json`), if any."""
    versions = [(int(found[1]), path) for path in paths if (found := _VERSION.fullmatch(_name(path)))]
    return max(versions)[1] if versions else None


_VERSION = re.compile(r"v?(\d+)(?:-[^/]*)?(?:\.gz)?\.metadata\.json")


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _sort(tree: Tree) -> None:
    tree.files.sort(key=lambda file: file.path)
    tree.excluded.sort()
    tree.problems.sort(key=lambda problem: problem.path)


def _has_controls(text: str) -> bool:
    return any(ord(sign) < 32 or ord(sign) == 127 for sign in text)


def _why(error: OSError) -> str:
    return f"it cannot be read ({(error.strerror or str(error)).lower()})"
