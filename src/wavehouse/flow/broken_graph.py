"""What can be wrong in a graph by itself, before anything is looked at but its file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from wavehouse.core.errors import DefinitionError

# The sorts of things that can be wrong in a graph.
Wrong = Literal["kind", "fields", "names", "input", "target", "circle"]


class BrokenGraphError(DefinitionError):
    """Something wrong in a graph: `node` is the node that has it ('' for the whole), `wrong` its sort."""

    def __init__(self, node: str, wrong: Wrong, what: str, *, where: str, remedy: str = "") -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.node = node
        self.wrong = wrong


Complain = Callable[[BrokenGraphError], None]


def stop(error: BrokenGraphError) -> None:
    """Raise the first complaint."""
    raise error from None
