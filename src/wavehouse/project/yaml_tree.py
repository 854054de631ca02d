"""A YAML text as maps, lists and plain values that know their lines: YAML 1.2's core schema, nothing else.

libyaml (through PyYAML) says what stands in the text, event by event; nothing is built before it is known to
be small, and no tag makes anything but the values named here (https://yaml.org/spec/1.2.2/#103-core-schema).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import yaml
from yaml.error import MarkedYAMLError
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from wavehouse.project.definition_file import MAX_DEPTH

# A definition is not built of aliases, nor stands for more than this by them.
MAX_ALIASES = 50
MAX_VALUES = 100_000

# The same parser without libyaml, for a PyYAML that was built where there was none.
_Parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_TAG = "tag:yaml.org,2002:"
_PLAIN = re.compile(
    r"""(?P<null>|~|null|Null|NULL)
    |(?P<bool>true|True|TRUE|false|False|FALSE)
    |(?P<int>[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)
    |(?P<float>[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))
    """,
    re.VERBOSE,
)


class _Merge(Enum):
    """The key `<<`, whose value is taken into the map itself (https://yaml.org/type/merge.html)."""

    KEY = "<<"


class PlacedMap(dict[str, Any]):
    """A map; `lines` gives the line of each key, from 0."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str, int] = {}


class PlacedList(list[Any]):
    """A list; `lines` gives the line of each item, from 0."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[int] = []


@dataclass
class _Open:
    """A map or list whose end is still to come."""

    made: PlacedMap | PlacedList
    begin: Any  # the mark
    anchor: str | None
    key: str | _Merge | None = None
    merged: list[PlacedMap] = field(default_factory=list)
    size: int = 1  # values, those of aliases counted as often as they stand


def read_tree(text: str) -> Any:
    """The one document in `text`: a `PlacedMap`, a `PlacedList` or a plain value (None for no document).

    Raises `yaml.YAMLError`, most often with the place.
    """
    return _Builder().tree(yaml.parse(text, Loader=_Parser))


class _Builder:
    def __init__(self) -> None:
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._aliases = 0
        self._documents = 0
        self._whole: Any = None

    def tree(self, events: Iterator[Event]) -> Any:
        for event in events:
            match event:
                case ScalarEvent():
                    self._take_scalar(event)
                case AliasEvent():
                    self._take_alias(event)
                case MappingStartEvent() | SequenceStartEvent():
                    self._begin(event)
                case CollectionEndEvent():
                    self._end()
                case DocumentStartEvent():
                    self._documents += 1
                    if self._documents > 1:
                        raise _wrong("another document begins here; a definition is one", event.start_mark)
        return self._whole

    def _take_scalar(self, event: ScalarEvent) -> None:
        at_key = self._at_key()
        if at_key and event.value == _Merge.KEY.value and event.implicit[0]:
            self._open[-1].key = _Merge.KEY
            return
        value = _value(event)
        if at_key and not isinstance(value, str):
            raise _wrong("a key must be a text; put it in quotes", event.start_mark)
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, 1)
        self._put(value, 1, event.start_mark)

    def _take_alias(self, event: AliasEvent) -> None:
        self._aliases += 1
        if self._aliases > MAX_ALIASES:
            raise _wrong(f"this file has more than {MAX_ALIASES} aliases", event.start_mark)
        if event.anchor not in self._anchors:
            raise _wrong(f"found undefined alias '{event.anchor}'", event.start_mark)
        value, size = self._anchors[event.anchor]
        if self._at_key() and not isinstance(value, str):
            raise _wrong("a key must be a text; put it in quotes", event.start_mark)
        self._put(value, size, event.start_mark)

    def _begin(self, event: MappingStartEvent | SequenceStartEvent) -> None:
        is_map = isinstance(event, MappingStartEvent)
        if event.tag not in (None, "!", f"{_TAG}{'map' if is_map else 'seq'}"):
            raise _unknown_tag(event)
        if self._at_key():
            raise _wrong("a key must be a text; put it in quotes", event.start_mark)
        if len(self._open) == MAX_DEPTH:
            raise _wrong(f"this file is nested more than {MAX_DEPTH} deep", event.start_mark)
        made = PlacedMap() if is_map else PlacedList()
        self._open.append(_Open(made, event.start_mark, event.anchor))

    def _end(self) -> None:
        done = self._open.pop()
        if isinstance(done.made, PlacedMap):
            for merged in done.merged:
                _merge(merged, done.made)
        # (Only now: an alias inside of what it stands for would have no end.)
        if done.anchor is not None:
            self._anchors[done.anchor] = (done.made, done.size)
        self._put(done.made, done.size, done.begin)

    def _put(self, value: Any, size: int, mark: Any) -> None:
        if not self._open:
            self._whole = value
            return
        parent = self._open[-1]
        parent.size += size
        if parent.size > MAX_VALUES:
            raise _wrong(f"this stands for more than {MAX_VALUES:,} values, too many for a definition", mark)
        if isinstance(parent.made, PlacedList):
            parent.made.append(value)
            parent.made.lines.append(mark.line)
        elif parent.key is None:
            if value in parent.made:
                raise _wrong(f'found duplicate key "{value}"', mark)
            parent.key = value
            parent.made[value] = None
            parent.made.lines[value] = mark.line
        else:
            if parent.key is _Merge.KEY:
                parent.merged += _maps(value, mark)
            else:
                parent.made[parent.key] = value
            parent.key = None

    def _at_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1].made, PlacedMap) and self._open[-1].key is None


def _maps(value: Any, mark: Any) -> list[PlacedMap]:
    maps = value if isinstance(value, PlacedList) else [value]
    if not all(isinstance(one, PlacedMap) for one in maps):
        raise _wrong("'<<' takes in a map, or a list of maps", mark)
    return list(maps)


def _merge(source: PlacedMap, target: PlacedMap) -> None:
    for key in source.keys() - target.keys():
        target[key] = source[key]
        target.lines[key] = source.lines[key]


def _value(event: ScalarEvent) -> Any:
    text: str = event.value
    if event.tag is None and event.implicit[0]:
        found = _PLAIN.fullmatch(text)
        kind = (found.lastgroup if found else None) or "str"
    elif event.tag is None or event.tag == "!":
        kind = "str"
    else:
        kind = event.tag.removeprefix(_TAG)
    if kind not in _READERS:
        raise _unknown_tag(event)
    try:
        return _READERS[kind](text)
    except (ValueError, KeyError):
        shown = text if len(text) <= 40 else f"{text[:40]}…"
        raise _wrong(f"'{shown}' is no {_CALLED[kind]}", event.start_mark) from None


def _integer(text: str) -> int:
    return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))


def _number(text: str) -> float:
    # (Python's own names for these have no dot.)
    return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))


_READERS: dict[str, Callable[[str], Any]] = {
    "str": str,
    "null": lambda _: None,
    "bool": lambda text: {"true": True, "false": False}[text.lower()],
    "int": _integer,
    "float": _number,
}
_CALLED = {"bool": "boolean", "int": "whole number that can be read", "float": "number"}


def _unknown_tag(event: ScalarEvent | MappingStartEvent | SequenceStartEvent) -> MarkedYAMLError:
    written = str(event.tag).replace(_TAG, "!!", 1)
    return _wrong(f"the tag '{written}' means nothing in a definition", event.start_mark)


def _wrong(problem: str, mark: Any) -> MarkedYAMLError:
    return MarkedYAMLError(problem=problem, problem_mark=mark)
