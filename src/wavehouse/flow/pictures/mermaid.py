"""A flow as a Mermaid flowchart, which GitHub and GitLab draw where it stands in a Markdown file."""

from __future__ import annotations

from collections.abc import Mapping

from wavehouse.core.printable import printable
from wavehouse.flow.pictures.cards import Card

# Stores for what lies somewhere, other shapes for what is written in a language of its own.
_SHAPES = {
    "source": ('[("', '")]'),
    "target": ('[("', '")]'),
    "quality": ('{{"', '"}}'),
    "query": ('[/"', '"/]'),
}
_PLAIN = frozenset(" .,:-")


def mermaid(cards: Mapping[str, Card]) -> str:
    """The cards of a flow as a flowchart from left to right; the same flow gives the same text."""
    # (An id may be a word of Mermaid's, such as `end`.)
    numbers = {id_: f"n{number}" for number, id_ in enumerate(cards, 1)}
    lines = ["flowchart LR"]
    for id_, card in cards.items():
        before, after = _SHAPES.get(card.family, ('["', '"]'))
        lines.append(f"    {numbers[id_]}{before}{_text(card.name)}<br><i>{card.kind}</i>{after}")
    for id_, card in cards.items():
        lines += [f"    {numbers[input_]} --> {numbers[id_]}" for input_ in dict.fromkeys(card.inputs)]
    return "\n".join(lines) + "\n"


def _text(name: str) -> str:
    """A name between quotes; what could mean something to Mermaid, Markdown or HTML becomes a code."""
    return "".join(
        character if character.isalnum() or character in _PLAIN else f"#{ord(character)};"
        for character in printable(name)
    )
