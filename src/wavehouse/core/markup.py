"""HTML and SVG that are safe by construction: what is not markup already is escaped where it is put in."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

_VOID = {"input", "meta"}

# Controls, half characters, and marks that turn the direction of the text around: shown, not obeyed.
_INVISIBLE = "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff"
_UNSEEN = re.compile(f"[{_INVISIBLE}]")
_SPECIAL = re.compile(f"[&<>\"'{_INVISIBLE}]")


class Markup(str):
    """Text that is HTML or SVG already; every other text is escaped where it is put into a tag."""


NOTHING = Markup()


def text(value: str) -> Markup:
    """A text as HTML or SVG; what cannot be seen is written as an escape sequence."""
    if isinstance(value, Markup):
        return value
    if not _SPECIAL.search(value):
        return Markup(value)
    seen = _UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode(), value)
    return Markup(html.escape(seen))


def tag(name: str, /, *children: str, **attributes: str | None) -> Markup:
    """An element; `class_` and `aria_label` stand for `class` and `aria-label`, None for no attribute."""
    written = "".join(
        [
            f' {key.rstrip("_").replace("_", "-")}="{text(value)}"'
            for key, value in attributes.items()
            if value is not None
        ]
    )
    if name in _VOID:
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>{join(children)}</{name}>")


def join(parts: Sequence[str]) -> Markup:
    """Parts one after the other, those that are no markup escaped."""
    return Markup("".join([part if type(part) is Markup else text(part) for part in parts]))
