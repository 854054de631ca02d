"""Where everything in a YAML text stands: the characters of every map, list and value, comments left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    MappingStartEvent,
    ScalarEvent,
)

_Parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# What the parser counts to a text in a block, though it stands after it.
_AFTER_BLOCK = re.compile(r"(?:\r?\n[ \t]*)+\Z")


@dataclass
class Span:
    """One value: `text[start:end]`; `flow` says that it is a map or list in brackets.

    `keys` are those of a map, beside its `values`; a list has values alone. What stands behind an alias is
    not looked into.
    """

    kind: Literal["map", "list", "scalar", "alias"]
    start: int
    end: int
    flow: bool = False
    name: str = ""
    keys: list[Span] = field(default_factory=list)
    values: list[Span] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """The keys of a map, as they are read."""
        return [key.name for key in self.keys]


def spans_of(text: str) -> Span:
    """The one document in a text that `read_tree` reads as a map or a list."""
    events = (
        event
        for event in yaml.parse(text, Loader=_Parser)
        if isinstance(event, ScalarEvent | AliasEvent | CollectionStartEvent | CollectionEndEvent)
    )
    # (The parser does not count the mark of order in front of the first character.)
    return _span(next(events), events, text, int(text.startswith("\ufeff")))


def _span(event: Any, events: Iterator[Any], text: str, ahead: int) -> Span:
    # (The stubs do not know of marks that are there, nor of styles.)
    start, end = event.start_mark.index + ahead, event.end_mark.index + ahead
    if isinstance(event, AliasEvent):
        return Span("alias", start, end)
    if isinstance(event, ScalarEvent):
        if event.style in ("|", ">"):
            end = start + len(_AFTER_BLOCK.sub("", text[start:end]))
        return Span("scalar", start, end, name=event.value)
    is_map = isinstance(event, MappingStartEvent)
    made = Span("map" if is_map else "list", start, end, bool(event.flow_style))
    for inside in events:
        if isinstance(inside, CollectionEndEvent):
            # A block ends where the next thing begins; what is in it ends before.
            ended: Any = inside
            made.end = ended.end_mark.index + ahead if made.flow else made.values[-1].end
            break
        if is_map:
            made.keys.append(_span(inside, events, text, ahead))
        made.values.append(_span(next(events) if is_map else inside, events, text, ahead))
    return made
