"""A flow in the language of Graphviz, for who wants to draw it in a way of their own."""

from __future__ import annotations

from collections.abc import Mapping

from wavehouse.core.printable import printable
from wavehouse.flow.pictures.cards import Card


def dot(name: str, cards: Mapping[str, Card]) -> str:
    """The cards of the flow `name` as a directed graph; ids are Glue's, names and kinds are labels."""
    lines = [f"digraph {_quoted(name)} {{", "  rankdir=LR", '  node [shape=box, fontname="sans-serif"]']
    for id_, card in cards.items():
        # In a label \\n begins a new line.
        label = f'{_quoted(card.name)[:-1]}\\n{card.kind}"'
        lines.append(f"  {_quoted(id_)} [label={label}]")
    for id_, card in cards.items():
        lines += [f"  {_quoted(input_)} -> {_quoted(id_)}" for input_ in dict.fromkeys(card.inputs)]
    return "\n".join([*lines, "}"]) + "\n"


def _quoted(text: str) -> str:
    escaped = printable(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
