"""The colours as CSS variables of a page."""

from __future__ import annotations

from wavehouse.dashboards.colours import Theme, of


def variables() -> str:
    """Light, and dark where `<html data-theme="dark">`."""
    return f":root{{{_variables('light')}}}:root[data-theme=dark]{{{_variables('dark')}}}"


def _variables(theme: Theme) -> str:
    return "".join(f"--{name}:{colour};" for name, colour in of(theme).items()) + f"color-scheme:{theme}"
