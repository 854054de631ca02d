"""A YAML text changed where its values change: everything else stays as it was written, to the character.

What is asked for is a whole tree. Where it differs from the text's own, the characters of that value alone
are written anew, so comments, order, quotes and brackets elsewhere remain. The result is read again before
it is given out: either it says what was asked for, or nothing is changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from functools import cached_property
from pathlib import Path
from typing import Any

from wavehouse.core.errors import DefinitionError
from wavehouse.project.yaml_file import parse_yaml
from wavehouse.project.yaml_spans import Span, spans_of
from wavehouse.project.yaml_text import fits, in_one_line, yaml_text

# How deep differences are looked for; where that fails, values of the next depth are written as a whole.
_DEPTHS = (50, 4, 3, 2)


def edited_yaml(path: Path, text: str, wanted: Mapping[str, Any], *, below: int) -> str:
    """The `text` of the file `path`, changed to say `wanted`; new values are written as `yaml_text` does.

    What is removed takes the comment lines right above it along. Raises `DefinitionError` where the text
    cannot say it without being written anew, as where an alias stands for what is to differ.
    """
    found = parse_yaml(path, text.encode()).data
    if same(found, wanted):
        return text
    newline = "\r\n" if "\r\n" in text else "\n"
    for deepest in _DEPTHS:
        changes = _Changes(text, newline, below, deepest)
        changes.value(spans_of(text), found, wanted, 0)
        made = changes.applied()
        try:
            again = parse_yaml(path, made.encode()).data
        except DefinitionError:
            continue
        if same(again, wanted):
            return made
    raise DefinitionError(
        "this change cannot be written without writing the file anew",
        where=str(path),
        remedy="Change it by hand: an anchor, an alias or an unusual way of writing is in the way",
    )


def same(one: Any, other: Any) -> bool:
    """Whether two trees are the same; unlike in Python, true is not 1."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and repr(one) == repr(other)


class _Changes:
    """The places of a text that are written anew."""

    def __init__(self, text: str, newline: str, below: int, deepest: int) -> None:
        self._text = text
        self._newline = newline
        self._below = below
        self._deepest = deepest
        self._found: list[tuple[int, int, str]] = []

    def applied(self) -> str:
        """The text with all changes."""
        pieces, done = [], 0
        for start, end, new in sorted(self._found, key=lambda change: change[:2]):
            if start < done:
                continue  # inside of something that is gone
            pieces += [self._text[done:start], new.replace("\n", self._newline)]
            done = end
        return "".join([*pieces, self._text[done:]])

    def value(self, span: Span, old: Any, new: Any, depth: int, key: Span | None = None) -> None:
        """Let a value say `new`; `key` is what stands before it, None in a list or for the whole."""
        if same(old, new):
            return
        inside = (
            depth < self._deepest
            and bool(new)
            and bool(span.values)
            and isinstance(new, Mapping if span.kind == "map" else list)
        )
        before = len(self._found)
        if inside and span.kind == "map":
            self._map(span, old, new, depth)
        elif inside:
            self._list(span, old, new, depth)
        if not inside or (key is not None and span.flow and self._outgrown(span, new, before)):
            del self._found[before:]
            self._whole(span, new, depth, key)

    def _map(self, span: Span, old: Mapping[str, Any], new: Mapping[str, Any], depth: int) -> None:
        names, wanted = span.names, [*new]
        # (Keys that are taken in from another map stand in `old` alone; other values for them are new keys.)
        taken_in = {key for key in old if key not in names}
        wanted = [key for key in wanted if key not in taken_in or not same(new[key], old[key])]
        before: list[str] = []
        for tag, first, last, start, end in _steps(names, wanted):
            both = min(last - first, end - start) if tag == "replace" else 0
            if tag == "equal":
                both = last - first
            for at in range(both):
                at_old, key = first + at, wanted[start + at]
                if names[at_old] != key:
                    self._found.append((span.keys[at_old].start, span.keys[at_old].end, in_one_line(key)))
                self.value(
                    span.values[at_old], old.get(names[at_old]), new[key], depth + 1, span.keys[at_old]
                )
            for at in range(first + both, last):
                if names[at] != "<<":
                    self._remove(span, at)
            added = {key: new[key] for key in wanted[start + both : end]}
            if added:
                self._insert(span, first + both, added, depth + 1)
            before += wanted[start:end]

    def _list(self, span: Span, old: Sequence[Any], new: Sequence[Any], depth: int) -> None:
        for tag, first, last, start, end in _steps([*map(repr, old)], [*map(repr, new)]):
            both = min(last - first, end - start) if tag == "replace" else 0
            for at in range(both):
                self.value(span.values[first + at], old[first + at], new[start + at], depth + 1)
            if tag == "equal":
                continue
            for at in range(first + both, last):
                self._remove(span, at)
            if start + both < end:
                self._insert(span, first + both, list(new[start + both : end]), depth + 1)

    def _whole(self, span: Span, new: Any, depth: int, key: Span | None) -> None:
        """Write a value anew as a whole."""
        if key is None or self._inside_brackets(key):
            self._found.append((span.start, span.end, in_one_line(new)))
            return
        made = self._after_key(new, self._column(key.start), depth)
        start = span.start
        if "\n" in made or span.end == span.start or "\n" in self._text[key.end : span.start]:
            start = self._text.index(":", key.end) + 1
        else:
            made = made.lstrip(" ")
        self._found.append((start, span.end, made))

    def _remove(self, span: Span, at: int) -> None:
        """Take out the entry at a place of a map or list that keeps others."""
        start, end = self._begin(span, at), span.values[at].end
        is_last = at == len(span.values) - 1
        if span.flow:
            if is_last and at:
                self._found.append((span.values[at - 1].end, end, ""))
            elif not is_last:
                self._found.append((start, self._begin(span, at + 1), ""))
            return
        line = self._line_start(start)
        if self._text[line:start].strip():
            self._found.append((start, end if is_last else self._begin(span, at + 1), ""))
            return
        indent = self._text[line:start]
        # (A line that looks like a comment may be part of the text before; the first one is about the file.)
        least, said = span.values[at - 1].end if at else 1, line
        while least <= (above := self._line_start(said - 1)) < said and self._text.startswith(
            f"{indent}#", above
        ):
            said = above
        line = said if said > 0 else line
        after = self._text.find("\n", end)
        self._found.append((line, len(self._text) if after < 0 else after + 1, ""))

    def _insert(self, span: Span, at: int, added: Mapping[str, Any] | list[Any], depth: int) -> None:
        """Put entries before the one at a place, or after the last."""
        if span.flow:
            made = in_one_line(added)[1:-1]
            if at:
                place = span.values[at - 1].end
                self._found.append((place, place, f", {made}"))
            else:
                place = self._begin(span, 0)
                self._found.append((place, place, f"{made}, "))
            return
        indent = " " * self._column(self._begin(span, 0))
        lines = self._entries(added, len(indent), depth)
        if at:
            place = self._line_end(span.values[at - 1].end)
            self._found.append(
                (place, place, "".join(f"\n{indent}{line}" if line else "\n" for line in lines))
            )
        else:
            place = self._begin(span, 0)
            made = "".join(f"{line}\n{indent}" for line in lines)
            self._found.append((place, place, made))

    def _entries(self, added: Mapping[str, Any] | list[Any], indent: int, depth: int) -> list[str]:
        """The lines of new entries of a block, without the blanks before all of them."""
        if isinstance(added, Mapping):
            made = yaml_text(added, below=max(1, self._below - depth + 1), indent=indent)
            return made.rstrip("\n").split("\n")
        made = yaml_text({"_": added}, below=2, indent=indent)
        return [line[2:] for line in made.rstrip("\n").split("\n")[1:]]

    def _after_key(self, new: Any, indent: int, depth: int) -> str:
        made = yaml_text({"_": new}, below=max(1, self._below - depth + 1), indent=indent)
        first, *lines = made.removeprefix("_:").rstrip("\n").split("\n")
        return "".join([first, *(f"\n{' ' * indent}{line}" if line else "\n" for line in lines)])

    def _outgrown(self, span: Span, new: Any, before: int) -> bool:
        """Whether a value in brackets, which are the outermost, is too large for them after its changes."""
        text = self._text[span.start : span.end]
        if self._inside_brackets(span) or "#" in text:
            return False
        grown = sum(len(made) - (end - start) for start, end, made in self._found[before:])
        line = self._text[self._line_start(span.start) : self._line_end(span.end)]
        if "\n" in text:
            return _has_lines(new)
        return _has_lines(new) or (grown > 0 and not fits(line + " " * grown))

    def _inside_brackets(self, span: Span) -> bool:
        return any(one.start < span.start < one.end for one in self._brackets)

    @cached_property
    def _brackets(self) -> list[Span]:
        return _outermost_brackets(spans_of(self._text))

    def _begin(self, span: Span, at: int) -> int:
        """Where an entry begins: its key (with the `?` before an odd one), or in a block's list its dash."""
        if span.kind == "map":
            start = span.keys[at].start
            before = self._text[self._line_start(start) : start].rstrip(" ")
            return self._line_start(start) + len(before) - 1 if before.endswith("?") else start
        start = span.values[at].start
        return start if span.flow else self._text.rindex("-", 0, max(start, 1))

    def _column(self, place: int) -> int:
        return place - self._line_start(place)

    def _line_start(self, place: int) -> int:
        return self._text.rfind("\n", 0, place) + 1

    def _line_end(self, place: int) -> int:
        end = self._text.find("\n", place)
        end = len(self._text) if end < 0 else end
        return end - 1 if self._text[place:end].endswith("\r") else end


def _steps(old: Sequence[str], new: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    return SequenceMatcher(None, old, new, autojunk=False).get_opcodes()


def _outermost_brackets(span: Span) -> list[Span]:
    if span.flow:
        return [span]
    return [one for value in span.values for one in _outermost_brackets(value)]


def _has_lines(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_has_lines, value.values()))
    return (
        any(map(_has_lines, value)) if isinstance(value, list) else isinstance(value, str) and "\n" in value
    )
