"""A flow's file while it is edited: its text, what was done to it, and whether the file is still the same."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wavehouse.core.columns import Column
from wavehouse.core.errors import CallError, DefinitionError, OvertakenError, in_words
from wavehouse.flow.broken_graph import BrokenGraphError
from wavehouse.flow.editing import changes
from wavehouse.flow.editing.new_node import Surroundings, free_id, new_fields
from wavehouse.flow.graph import Graph, read_graph
from wavehouse.project.yaml_edit import edited_yaml
from wavehouse.project.yaml_file import YamlFile, parse_yaml, read_yaml
from wavehouse.store.durable import write_durably

# The levels of a flow's file that never share a line: its keys, its nodes, their kinds.
_BELOW = 3


class FileChangedError(OvertakenError):
    """The file is not what was opened; `theirs` is its text now, None where it is gone."""

    def __init__(self, path: Path, theirs: bytes | None) -> None:
        what = "the file was changed by somebody else" if theirs is not None else "the file is gone"
        super().__init__(
            f"{what} since it was opened; nothing was written",
            where=str(path),
            remedy="Look at both, then take the one or write over it",
        )
        self.theirs = theirs


@dataclass(frozen=True)
class _Step:
    """What was done, and the text before and after."""

    label: str
    before: str
    after: str


class Draft:
    """A flow that is edited. Nothing is written before `save`; each edit can be taken back, to the byte."""

    def __init__(self, path: Path, *, writable: bool = True) -> None:
        """Open a file; raises `DefinitionError` for one that cannot be read, or has no nodes.

        What is not `writable` is only looked at: every edit, and saving, is refused with `CallError`.
        """
        self.path = path
        self._writable = writable
        file = read_yaml(path)
        _check_nodes(file)
        self._file = self._saved = file
        self._done: list[_Step] = []
        self._undone: list[_Step] = []

    @property
    def file(self) -> YamlFile:
        """The text as it is now, as a tree that knows its lines."""
        return self._file

    @property
    def text(self) -> str:
        """The text as it is now."""
        return self._file.text

    @property
    def saved(self) -> YamlFile:
        """The text as it was opened or saved last."""
        return self._saved

    @property
    def changed(self) -> bool:
        """Whether there is something to save."""
        return self._file.text != self._saved.text

    @property
    def undoable(self) -> str:
        """What `undo` would take back, in words; '' for nothing."""
        return self._done[-1].label if self._done else ""

    @property
    def redoable(self) -> str:
        """What `redo` would do again, in words; '' for nothing."""
        return self._undone[-1].label if self._undone else ""

    def graph(self) -> tuple[Graph, list[BrokenGraphError]]:
        """The graph as far as it is one, and what is wrong with it."""
        wrong: list[BrokenGraphError] = []
        return read_graph(self._file, wrong.append), wrong

    def add(
        self,
        kind: str,
        inputs: Sequence[str] = (),
        columns: Sequence[Column] = (),
        around: Surroundings | None = None,
    ) -> str:
        """Add a node that reads `inputs`; gives its id. `columns` are those of the first input, if known."""
        changes.check_kind(kind)
        id_ = free_id(kind, self._file.data["nodes"])
        fields = new_fields(kind, id_, (), columns, around or Surroundings())
        tree = changes.with_node(self._file.data, id_, kind, fields)
        for one in inputs:
            tree = changes.connected(tree, one, id_)
        self._do(f"add {id_}", tree)
        return id_

    def remove(self, ids: Collection[str]) -> None:
        """Remove nodes and their connections."""
        self._do(f"delete {', '.join(ids)}", changes.without_nodes(self._file.data, ids))

    def rename(self, old: str, new: str) -> None:
        """Give a node another id."""
        self._do(f"rename {old}", changes.renamed(self._file.data, old, new))

    def set_field(self, id_: str, field: str, value: Any) -> None:
        """Give a field of a node another value; None takes it out."""
        self._do(f"change {field} of {id_}", changes.with_field(self._file.data, id_, field, value))

    def connect(self, start: str, end: str, port: int | None = None) -> None:
        """Let `end` read `start`, in the place of its input `port` if there is one."""
        self._do(f"connect {start} to {end}", changes.connected(self._file.data, start, end, port))

    def disconnect(self, start: str, end: str) -> None:
        """Let `end` not read `start`."""
        self._do(f"disconnect {start} from {end}", changes.disconnected(self._file.data, start, end))

    def undo(self) -> None:
        """Take the last edit back."""
        self._move(self._done, self._undone, lambda step: step.before, "undo")

    def redo(self) -> None:
        """Do again what was taken back last."""
        self._move(self._undone, self._done, lambda step: step.after, "do again")

    def save(self, seen: FileChangedError | None = None) -> None:
        """Write the file as a whole; with `seen`, also over the other text that this told of.

        Raises `FileChangedError` where the file is another now, and `BrokenGraphError` for a graph that no
        run could read: one broken flow would stop those of the whole project.
        """
        self._check_writable()
        # (What is edited while this is written is not saved.)
        file = self._file
        read_graph(file)
        content = file.text.encode()
        theirs = self._on_disk()
        if theirs not in (self._saved.text.encode(), content) and not (seen and theirs == seen.theirs):
            raise FileChangedError(self.path, theirs)
        if theirs != content:
            try:
                write_durably(self.path.resolve(), content)
            except OSError as error:
                raise in_words(error, str(self.path)) from error
        self._saved = file

    def take_theirs(self) -> None:
        """Go on with what is in the file now; that too can be taken back. Raises as opening it does."""
        file = read_yaml(self.path)
        _check_nodes(file)
        self._saved = file
        self._become(file, "load the file")

    def stale(self) -> bool:
        """Whether the file is not what was opened or saved last."""
        return self._on_disk() != self._saved.text.encode()

    def _on_disk(self) -> bytes | None:
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise in_words(error, str(self.path)) from error

    def _check_writable(self) -> None:
        if not self._writable:
            raise CallError(f"{self.path.name} is only looked at here, and not edited")

    def _do(self, label: str, tree: changes.Tree) -> None:
        self._check_writable()
        text = edited_yaml(self.path, self._file.text, tree, below=_BELOW)
        self._become(parse_yaml(self.path, text.encode()), label)

    def _become(self, file: YamlFile, label: str) -> None:
        if file.text != self._file.text:
            self._done.append(_Step(label, self._file.text, file.text))
            self._undone.clear()
            self._file = file

    def _move(
        self, source: list[_Step], target: list[_Step], text: Callable[[_Step], str], what: str
    ) -> None:
        if not source:
            raise CallError(f"there is nothing to {what}")
        step = source.pop()
        target.append(step)
        self._file = parse_yaml(self.path, text(step).encode())


def _check_nodes(file: YamlFile) -> None:
    nodes = file.data.get("nodes")
    if not isinstance(nodes, dict):
        raise DefinitionError(
            "this file has no nodes to edit",
            where=file.where(["nodes"]),
            remedy="Write them in the file first",
        )
