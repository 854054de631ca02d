"""The colours of every page and chart, once. Charts name them (`$accent`); who draws knows which are on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Theme = Literal["light", "dark"]

# Name → (light, dark). A name is the CSS variable `--name` of a page, and `$name` in the option of a chart.
COLOURS: Mapping[str, tuple[str, str]] = {
    "background": ("#F5F6F8", "#0E1217"),
    "surface": ("#FFFFFF", "#161B22"),
    "border": ("#E2E5EA", "#272E38"),
    "text": ("#161C26", "#E6EAF0"),
    "muted": ("#5D6675", "#94A0B2"),
    "accent": ("#3B5BDB", "#7C93FF"),
    "accent-soft": ("#E8ECFC", "#1D2647"),
    "good": ("#0B7A55", "#34D399"),
    "warning": ("#9A6200", "#F5B042"),
    "bad": ("#C4282D", "#FF7B7B"),
    # Series, told apart also by who sees few colours (checked neighbour by neighbour), and 'Other'.
    "series-1": ("#3B5BDB", "#7C93FF"),
    "series-2": ("#0CA678", "#38D9A9"),
    "series-3": ("#F08C00", "#FFB74D"),
    "series-4": ("#C2255C", "#F783AC"),
    "series-5": ("#7048E8", "#B197FC"),
    "series-6": ("#1098AD", "#3BC9DB"),
    "series-7": ("#74B816", "#A9E34B"),
    "series-8": ("#D9480F", "#FF922B"),
    "other": ("#ADB5BD", "#5C6675"),
    # Behind white letters on any colour.
    "shade": ("#1C2430", "#1C2430"),
    # A scale from little to much.
    "scale-1": ("#E8ECFC", "#1B2340"),
    "scale-2": ("#8DA2F2", "#3F539F"),
    "scale-3": ("#3B5BDB", "#7C93FF"),
    "scale-4": ("#1F3596", "#C5D0FF"),
}
SERIES = tuple(f"$series-{number}" for number in range(1, 9))
SCALE = tuple(f"$scale-{number}" for number in range(1, 5))


def of(theme: Theme) -> dict[str, str]:
    """The colours of one theme by name."""
    return {name: pair[theme == "dark"] for name, pair in COLOURS.items()}


def variables(*, by_preference: bool = False) -> str:
    """The colours as CSS: dark where `<html data-theme="dark">`, or where the reader's system prefers it."""
    light, dark = _variables("light"), _variables("dark")
    if by_preference:
        return f":root{{{light}}}@media (prefers-color-scheme: dark){{:root{{{dark}}}}}"
    return f":root{{{light}}}:root[data-theme=dark]{{{dark}}}"


def _variables(theme: Theme) -> str:
    return "".join(f"--{name}:{colour};" for name, colour in of(theme).items()) + f"color-scheme:{theme}"
