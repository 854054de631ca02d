"""DQDL text → a ruleset, or one sentence that says what is wrong and where."""

from __future__ import annotations

from collections.abc import Callable

from wavehouse.core.errors import DefinitionError
from wavehouse.quality.dqdl.refusal import Refusal
from wavehouse.quality.rules import Position, Ruleset

# AWS takes 65,536 characters; what is much larger is not a ruleset.
MAX_CHARACTERS = 1_000_000


def parse(text: str, place: Callable[[Position], str] = str) -> Ruleset:
    """The ruleset of a DQDL document; raises `DefinitionError` at `place(position)` for what AWS refuses."""
    # It loads the parser library, which a project without rules need not pay for.
    from wavehouse.quality.dqdl.sections import read_document

    try:
        if len(text) > MAX_CHARACTERS:
            raise Refusal(
                f"this text has {len(text):,} characters, more than {MAX_CHARACTERS:,}",
                Position(1, 1),
                "Make several rulesets of it",
            )
        return read_document(text)
    except Refusal as refusal:
        raise DefinitionError(refusal.what, where=place(refusal.position), remedy=refusal.remedy) from None
