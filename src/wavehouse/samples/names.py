"""What artists, albums, tracks, labels and genres are called: commas, quotes and line breaks included."""

from __future__ import annotations

from collections.abc import Sequence

from wavehouse.core.sql_text import literal
from wavehouse.samples.dice import below, table
from wavehouse.samples.words import word

# How often in a thousand, and how the words stand. The odd ones are what breaks a careless CSV reader.
Patterns = Sequence[tuple[int, str]]
_WORDS = 3  # no pattern has more

_ARTISTS: Patterns = (
    (580, "{} {}"),
    (60, "{}"),
    (70, "The {} {}"),
    (60, "{} & {}"),
    (50, "{}-{}"),
    (40, "{} {} {}"),
    (40, "{}'s {}"),
    (25, "{}, {} & {}"),
    (25, '{} "{}" {}'),
    (20, "{} {} 🎧"),
    (15, "🌊{} {}✨"),
    (8, "{}\n{}"),
    (7, "#{}{}"),
)
_ALBUMS: Patterns = (
    (420, "{} {}"),
    (200, "{}"),
    (110, "{} of {}"),
    (60, "{}, {}"),
    (50, "{}'s {}"),
    (40, "{} ({} Edition)"),
    (30, '"{}" and {}'),
    (25, "{} {}: Live"),
    (25, "{} 💿"),
    (20, "{} / {}, Vol. 2"),
    (10, "{}\n{}"),
    (10, '{} "{}", {}'),
)
_TRACKS: Patterns = (
    (400, "{} {}"),
    (270, "{}"),
    (90, "{} {} {}"),
    (60, "{} - Remastered"),
    (50, "{}, {}"),
    (40, "{}'s {}"),
    (25, '"{}"'),
    (20, '{} (From "{} {}")'),
    (20, "{}?!"),
    (15, "🔥 {} 🔥"),
    (4, "{}\n{}"),
    (6, "{} [{} Remix]"),
)
_LABELS: Patterns = (
    (350, "{} Records"),
    (200, "{} Music"),
    (150, "{} {}"),
    (120, "{} Records, Ltd."),
    (100, "{}'s Recordings"),
    (50, "{}/{} & Co."),
    (30, '"{}" Discs, {}'),
)

_STYLES = (
    *("pop", "rock", "hip-hop", "folk", "house", "jazz", "soul", "metal", "techno", "indie", "trap", "punk"),
    *("r&b", "disco", "ambient", "children's songs", "country", "blues", "funk", "electro", "choir", "swing"),
    *("reggae", "dub", "ska", "bluegrass", "chanson", "fado", "samba", "bolero", "cumbia", "salsa", "tango"),
    *("polka", "waltz", "klezmer", "sailors' shanty", "highlife", "afrobeat", "grime", "garage", "jungle"),
    *("breakbeat", "trance", "synthwave", "shoegaze", "grunge", "emo", "hardcore", "lo-fi", "gospel"),
    *("opera", "baroque", "minimalism", "lullaby", "comedy", "soundtrack", "spoken word", "drone", "drum"),
)
_PLACES = [
    start + end
    for start in ("vel", "ost", "mar", "cor", "tris", "né", "zan", "bril", "kel", "dor")
    for end in ("nic", "rian", "ese", "ovian", "ish", "ård", "ian", "ois", "ic")
]
_MANNERS = [
    *("modern", "deep", "neo", "old-time", "dark", "melodic", "experimental", "acoustic", "slow"),
    *("progressive", "bedroom", "orchestral", "vintage", "psychedelic", "street", "dream"),
    *("post", "classic", "heavy", "gentle", "electric", "organic", "glitch", "desert", "winter", "midnight"),
    *("garage", "cosmic", "urban", "rural", "sacred", "nu", "proto", "retro", "future", "broken", "liquid"),
    *("solar", "lunar", "coastal", "mountain", "river", "cinematic", "chamber", "big-room", "small-room"),
    *("one-man", "all-girl", "four-part", "two-step", "half-time", "double-time", "free", "pure", "raw"),
    *("soft", "hard", "warm", "cold", "bright", "grey", "blue", "red", "golden", "silver", "rusty", "velvet"),
    *("paper", "glass", "stone", "wooden", "digital", "analogue", "tape", "vinyl", "radio", "festival"),
]
STYLES = len(_STYLES)
GENRES_TO_NAME = STYLES * (1 + len(_PLACES)) * (1 + len(_MANNERS))


def artist_name(die: str, script: str) -> str:
    """The name of an artist."""
    return _phrase(die, "artist name", script, _ARTISTS)


def album_name(die: str, script: str) -> str:
    """The name of an album."""
    return _phrase(die, "album name", script, _ALBUMS)


def track_name(die: str, script: str) -> str:
    """The name of a track, without its guests."""
    return _phrase(die, "track name", script, _TRACKS)


def label_name(die: str) -> str:
    """The name of a label; labels write Latin, whatever their artists do."""
    return _phrase(die, "label name", "0", _LABELS)


def genre_name(number: str) -> str:
    """The name of genre `number`: first come plain styles, then those of a place, then of a manner."""

    def part(words: Sequence[str], digit: str) -> str:
        return f"CASE WHEN {digit} > 0 THEN {table(words)}[{digit}] || ' ' ELSE '' END"

    place = f"({number} // {STYLES} % {1 + len(_PLACES)})::INTEGER"
    manner = f"({number} // {STYLES * (1 + len(_PLACES))})::INTEGER"
    style = f"{table(_STYLES)}[1 + ({number} % {STYLES})::INTEGER]"
    return f"concat({part(_MANNERS, manner)}, {part(_PLACES, place)}, {style})"


def python_list(texts: str) -> str:
    """A list of texts (SQL) as Python prints it, which is how the publisher wrote the genres."""
    quoted = f"""CASE WHEN contains(t, {literal("'")}) THEN '"' || t || '"'
                      ELSE {literal("'")} || t || {literal("'")} END"""
    return f"concat('[', array_to_string(list_transform({texts}, lambda t: {quoted}), ', '), ']')"


def _phrase(die: str, salt: str, script: str, patterns: Patterns) -> str:
    """One of the patterns, filled with words of `script`."""
    chance = below(die, f"{salt}, pattern", sum(share for share, _ in patterns))
    branches, reached = [], 0
    for share, template in patterns:
        reached += share
        branches.append(f"WHEN {chance} < {reached} THEN {literal(template)}")
    words = [word(die, f"{salt}, word {n}", script) for n in range(_WORDS)]
    # `format` fills the `{}` in turn and leaves out the words that a template has no place for.
    return f"format(CASE {' '.join(branches)} END, {', '.join(words)})"
