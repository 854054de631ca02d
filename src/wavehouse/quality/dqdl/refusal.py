"""What is wrong with a DQDL text, and at which place."""

from __future__ import annotations

from wavehouse.core.suggestions import did_you_mean
from wavehouse.quality.rules import Position


class Refusal(Exception):  # noqa: N818 - it becomes a DefinitionError, which knows the name of the file too
    """`what` is wrong at `position`; `remedy` says what to do instead."""

    def __init__(self, what: str, position: Position, remedy: str = "") -> None:
        self.what, self.position, self.remedy = what, position, remedy
        super().__init__(what)


def near(name: str, *known: str) -> str:
    """'Did you mean …?' where one of `known` is near, else nothing."""
    sentence = did_you_mean(name, known)
    return sentence if sentence.startswith("Did you mean") else ""
