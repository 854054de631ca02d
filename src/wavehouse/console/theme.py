"""The colours and measures of every page and chart, once."""

from __future__ import annotations

from collections.abc import Mapping

# Name → (light, dark). A name is the CSS variable `--name` of a page.
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
}


def variables() -> str:
    """The colours as CSS: light, and dark where <html data-theme="dark">."""
    light, dark = (";".join(f"--{name}:{pair[at]}" for name, pair in COLOURS.items()) for at in (0, 1))
    return f":root{{{light};color-scheme:light}}:root[data-theme=dark]{{{dark};color-scheme:dark}}"
