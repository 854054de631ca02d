"""A flow on the terminal: whole where there is room, and still readable at 80 columns."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from wavehouse.terminal.flow_picture import flow_as_text, show_flow


def _node(id_: str, *inputs: str, **more: Any) -> dict[str, Any]:
    node = {"id": id_, "kind": "Join", "family": "rows", "name": f"Node {id_}", "detail": f"does {id_}"}
    return node | {"inputs": list(inputs), "rows": None} | more


def _document(*nodes: dict[str, Any], rows_of: str | None = None) -> dict[str, Any]:
    return {"flow": "songs", "description": "What it is for", "nodes": list(nodes), "rows_of": rows_of}


def _shown(document: dict[str, Any], width: int, **options: Any) -> str:
    console = Console(file=StringIO(), width=width, highlight=False, **options)
    with console.capture() as captured:
        show_flow(console, document)
    return captured.get()


_JOINED = _document(
    _node("plays", family="source", kind="S3CsvSource"),
    _node("songs", family="source", kind="S3CsvSource", rows=7),
    _node("both", "plays", "songs", rows=438_938),
    _node("out", "both", family="target", kind="S3CatalogTarget"),
    rows_of="20240131T100000000Z-1",
)


def test_a_join_has_lines_from_both_of_its_inputs() -> None:
    lines = [line.rstrip() for line in _shown(_JOINED, 100).splitlines()]
    assert lines == [
        "songs  What it is for",
        "     node        kind             id     does           rows",
        "○    Node plays  S3CsvSource      plays  does plays",
        "│ ○  Node songs  S3CsvSource      songs  does songs        7",
        "├─╯",
        "●    Node both   Join             both   does both   438,938",
        "■    Node out    S3CatalogTarget  out    does out",
        "rows: as of run 20240131T100000000Z-1",
    ]


def test_without_room_what_it_does_goes_and_names_are_cut() -> None:
    long = _document(_node("a" * 30, name="A name of forty letters, or of some more"))
    lines = _shown(long, 60).splitlines()
    assert max(map(cell_len, lines)) <= 60
    assert "does" not in lines[1]
    assert "A name of " in lines[2]
    assert "…" in lines[2]


def test_more_lines_than_there_is_room_for_become_a_list() -> None:
    sources = [_node(f"s{at}", family="source") for at in range(30)]
    document = _document(*sources, _node("all", *(node["id"] for node in sources)))
    shown = _shown(document, 80)
    assert "reads" in shown
    assert "s0, s1, s2" in shown
    assert "│" not in shown


def test_names_cannot_break_it() -> None:
    shown = _shown(_document(_node("a", name="two\nlines\x1b[31m [red]", detail="\u202e")), 100)
    assert "two lines [31m [red]" in shown
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    wide = _document(_node("a", name="専門用語の名前" * 6), _node("b", "a", name="plain"))
    assert max(map(cell_len, _shown(wide, 60).splitlines())) <= 60


def test_colours_are_for_terminals_that_want_them(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[" not in _shown(_JOINED, 100)
    assert "\x1b[" in _shown(_JOINED, 100, force_terminal=True, no_color=False, color_system="standard")
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[3" not in _shown(_JOINED, 100, force_terminal=True, color_system="standard")


def test_as_a_text_it_is_plain() -> None:
    text = flow_as_text(_JOINED)
    assert "├─╯\n●    Node both" in text
    assert not any(line.endswith(" ") for line in text.splitlines())
