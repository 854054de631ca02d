"""What the flow page can do; who makes the page gives it these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from wavehouse.console.background import Job
from wavehouse.core.columns import Column
from wavehouse.engines.readers import Stop
from wavehouse.flow.editing.new_node import Surroundings
from wavehouse.flow.graph import Graph
from wavehouse.project.yaml_file import YamlFile

Document = dict[str, Any]


@dataclass(frozen=True)
class LastRun:
    """The newest run, and what runs tell of the nodes of a flow.

    `rows` are those of run `rows_of`, which counted all ('' where none did); `kept_aside` and `seconds` are
    those of the newest run.
    """

    run: str = ""
    started: str = ""
    status: str = ""
    seconds: float = 0.0
    error: str = ""
    rows_of: str = ""
    rows: Mapping[str, int] = field(default_factory=dict)
    node_seconds: Mapping[str, float] = field(default_factory=dict)
    kept_aside: Mapping[str, int] = field(default_factory=dict)
    failed_rules: Sequence[str] = ()


class FlowTools(Protocol):
    """The flows of a project over a lake. Everything may take a while, and raises a `WavehouseError`.

    A flow is given as it is edited: nothing needs to be saved first.
    """

    def files(self) -> list[Path]:
        """The files of the flows."""

    def surroundings(self, file: YamlFile) -> Surroundings:
        """What a new node can name."""

    def look_through(self, file: YamlFile) -> tuple[dict[str, tuple[Column, ...]], list[Document]]:
        """By node, its columns, as far as they are known; and what is wrong or remarkable.

        A finding has `code`, `severity`, `node`, `where`, `message` and `remedy`.
        """

    def preview(self, file: YamlFile, node: str, rows: int, stop: Stop) -> Document:
        """Some rows of a node, their number, and what is NULL; `stop` stops it."""

    def sql(self, file: YamlFile, node: str, dialect: str) -> Document:
        """One statement that makes the rows of a node."""

    def glue(self, file: YamlFile) -> tuple[str, list[str]]:
        """The flow as JSON for Glue, and what has no place there."""

    def last_run(self, graph: Graph) -> LastRun:
        """What the last runs tell of a flow as it is in its file."""

    def start_run(self) -> Job:
        """Begin a run of the whole project; raises `CallError` while the lake is being changed."""
