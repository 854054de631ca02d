"""The style of tables, tabs, lists and panels, for the pages that have them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from nicegui import ui


def page_styles() -> None:
    """Add it to the page that is being built."""
    ui.add_head_html(_style())


@cache
def _style() -> str:
    return f"<style>{(Path(__file__).parent / 'pages.css').read_text('utf-8')}</style>"
