"""How broad a text is, without the font that it will be drawn in."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

_NARROW = frozenset("iljtfrI.,:;'|!()[]{}` /-")
_BROAD = frozenset("mwMW@%&—…")
# Shares of the font's size, as system fonts have them; rather too much than too little.
_SHARES = {"narrow": 0.34, "broad": 0.92, "upper": 0.7, "other": 0.56, "full": 1.04}
_MONO = 0.61
_BOLD = 1.07


@dataclass(frozen=True)
class Font:
    """A font of a picture: `size` is its height, in whatever unit widths are wanted."""

    size: float
    bold: bool = False
    mono: bool = False

    def width(self, text: str) -> float:
        """The breadth of a text."""
        return sum(map(self._width, text))

    def shortened(self, text: str, width: float) -> str:
        """The text, cut off with … where it would be broader than `width`."""
        if self.width(text) <= width:
            return text
        room = width - self.width("…")
        for end, character in enumerate(text):
            room -= self._width(character)
            if room < 0:
                return f"{text[:end].rstrip()}…"
        return text

    def _width(self, character: str) -> float:
        return _share(character, self.mono) * self.size * (_BOLD if self.bold else 1)


def _share(character: str, mono: bool) -> float:
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return _SHARES["full"]
    if mono:
        return _MONO
    if character in _NARROW:
        return _SHARES["narrow"]
    if character in _BROAD:
        return _SHARES["broad"]
    return _SHARES["upper" if character.isupper() or character.isdigit() else "other"]
