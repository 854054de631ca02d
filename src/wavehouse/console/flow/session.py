"""A flow while somebody looks at it and edits it: the draft, what is known of it, where its nodes stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from wavehouse.console.flow.picture import Spot, picture
from wavehouse.console.flow.tools import Document, FlowTools, LastRun
from wavehouse.core.columns import Column
from wavehouse.flow.editing.draft import Draft
from wavehouse.flow.graph import read_graph
from wavehouse.flow.lint.structure import broken


@dataclass
class Session:
    """What one page knows. `findings` are None until they were looked for."""

    draft: Draft
    tools: FlowTools
    moved: dict[str, Spot]
    columns: Mapping[str, Sequence[Column]] = field(default_factory=dict)
    findings: list[Document] | None = None
    run: LastRun = field(default_factory=LastRun)

    def __post_init__(self) -> None:
        self.edited()

    def edited(self) -> None:
        """The draft is another: what can be said at once is said, the rest is to be looked for."""
        self.saw()
        self.graph, wrong = self.draft.graph()
        self.at_once = [asdict(broken(error)) for error in wrong]
        self.findings = None

    def saw(self) -> None:
        """What the draft is now is what is shown."""
        self._shown = self.draft.file, self.draft.saved

    @property
    def overtaken(self) -> bool:
        """Whether another page of the same browser has edited or saved the draft."""
        return self.is_behind or self._shown[1] is not self.draft.saved

    @property
    def is_behind(self) -> bool:
        """Whether what is shown is not the draft: another page of the same browser has edited it."""
        return self._shown[0] is not self.draft.file

    @property
    def told(self) -> list[Document]:
        """The findings that there are so far."""
        return self.findings if self.findings is not None else self.at_once

    def of(self, node: str) -> list[Document]:
        """The findings of a node."""
        return [one for one in self.told if one["node"] == node]

    def picture(self) -> dict[str, Any]:
        """The graph as it is drawn."""
        return picture(
            self.graph, self.draft.file.data, self.draft.saved.data, self.run, self.told, self.moved
        )

    def last_run(self) -> LastRun:
        """What runs tell of the flow as it was saved (this takes a while)."""
        return self.tools.last_run(read_graph(self.draft.saved, lambda _: None))
