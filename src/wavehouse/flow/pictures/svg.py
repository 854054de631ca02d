"""A flow as SVG: one file that needs nothing but itself, light or dark as its reader likes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wavehouse.core.errors import CallError
from wavehouse.core.markup import NOTHING, Markup, tag
from wavehouse.core.printable import printable
from wavehouse.flow.pictures.cards import Card
from wavehouse.flow.pictures.layout import Layout, Line, lay_out
from wavehouse.flow.pictures.svg_style import style
from wavehouse.flow.pictures.text_width import Font

# More than that nobody reads in one picture; and the layout of a tangle takes long.
MOST_NODES = 500

_HEIGHT, _NARROWEST, _BROADEST = 86.0, 132.0, 264.0
_GAP, _CHANNEL = 18.0, 48.0  # between cards of a layer, and between layers
_EDGE, _HEAD = 24.0, 64.0
_INSET = 14.0
_PORT = 3.5
_TITLE, _NAME, _KIND = Font(15, bold=True), Font(13, bold=True), Font(11, bold=True)
_DETAIL, _ROWS, _ID = Font(12), Font(11), Font(11, mono=True)


@dataclass(frozen=True)
class _Box:
    x: float
    y: float
    width: float

    @property
    def middle(self) -> float:
        return self.y + _HEIGHT / 2


def svg(name: str, cards: Mapping[str, Card], note: str = "") -> str:
    """The picture of the flow `name` from left to right; `note` stands below the name.

    Raises `CallError` where there are more nodes than a picture can show.
    """
    if len(cards) > MOST_NODES:
        raise CallError(
            f"a picture of {len(cards):,} nodes cannot be read (the most is {MOST_NODES})",
            remedy="Look at the flow on the terminal: wavehouse flow show",
        )
    layout = lay_out({id_: card.inputs for id_, card in cards.items()})
    columns = _columns(cards, layout)
    boxes = {
        id_: _Box(columns[layer].x, _row(layout.places[id_]) - _HEIGHT / 2, columns[layer].width)
        for id_, layer in layout.layers.items()
    }
    width = columns[-1].x + columns[-1].width + _EDGE
    height = _row(layout.breadth - 1) + _HEIGHT / 2 + _EDGE
    heading = f"Flow {printable(name)}"
    parts = [
        tag("title", heading, id="flow-title"),
        tag("desc", _in_words(cards), id="flow-desc"),
        tag("style", Markup(style())),
        tag("rect", class_="g", width=_n(width), height=_n(height), rx="8"),
        _text(_EDGE, 32, _TITLE.shortened(printable(name), width - 2 * _EDGE), "t"),
        _text(_EDGE, 50, _DETAIL.shortened(printable(note), width - 2 * _EDGE), "m"),
        *(_line(line, layout, boxes, columns, cards) for line in layout.lines),
        *(_card(card, boxes[id_], _has_readers(id_, layout)) for id_, card in cards.items()),
    ]
    picture = tag(
        "svg",
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        role="img",
        aria_labelledby="flow-title flow-desc",
        width=_n(width),
        height=_n(height),
        viewBox=f"0 0 {_n(width)} {_n(height)}",
    )
    return f"{picture}\n"


def _columns(cards: Mapping[str, Card], layout: Layout) -> list[_Box]:
    """Each layer as broad as what stands in it needs."""
    widths = [_NARROWEST] * layout.depth
    for id_, card in cards.items():
        layer = layout.layers[id_]
        widths[layer] = min(max(widths[layer], _needed(card)), _BROADEST)
    columns, x = [], _EDGE
    for width in widths:
        columns.append(_Box(x, 0, width))
        x += width + _CHANNEL
    return columns


def _needed(card: Card) -> float:
    texts = [
        _KIND.width(card.kind),
        _NAME.width(printable(card.name)),
        _DETAIL.width(printable(card.detail)),
        _ID.width(card.id) + _beside(card),
    ]
    return max(texts) + 2 * _INSET


def _beside(card: Card) -> float:
    """What the rows take of the line that they share with the id."""
    return 0.0 if card.rows is None else _ROWS.width(_rows(card)) + _INSET


def _row(place: float) -> float:
    return _HEAD + _HEIGHT / 2 + place * (_HEIGHT + _GAP)


def _card(card: Card, box: _Box, has_readers: bool) -> Markup:
    room = box.width - 2 * _INSET
    words = [
        _text(_INSET, 20, _KIND.shortened(card.kind, room), f"k {card.family}"),
        _text(_INSET, 38, _NAME.shortened(printable(card.name), room), "n"),
        _text(_INSET, 56, _DETAIL.shortened(printable(card.detail), room), "m"),
        _text(_INSET, 74, _ID.shortened(card.id, room - _beside(card)), "i"),
        _text(box.width - _INSET, 74, _rows(card), "r"),
    ]
    ports = [
        tag("circle", class_="p", cx=_n(x), cy=_n(_HEIGHT / 2), r=_n(_PORT))
        for x, there in ((0.0, bool(card.inputs)), (box.width, has_readers))
        if there
    ]
    # The width of the words is an estimate: what is broader is cut off at the card's edge.
    inside = tag("svg", *words, width=_n(box.width - 4), height=_n(_HEIGHT))
    stripe = f"M4 .5H8V{_n(_HEIGHT - 0.5)}H4A3.5 3.5 0 0 1 .5 {_n(_HEIGHT - 4)}V4A3.5 3.5 0 0 1 4 .5Z"
    return tag(
        "g",
        tag("title", _said(card)),
        tag("rect", class_="c", x=".5", y=".5", width=_n(box.width - 1), height=_n(_HEIGHT - 1), rx="8"),
        tag("path", class_=card.family, d=stripe),
        inside,
        *ports,
        transform=f"translate({_n(box.x)} {_n(box.y)})",
    )


def _line(
    line: Line, layout: Layout, boxes: Mapping[str, _Box], columns: list[_Box], cards: Mapping[str, Card]
) -> Markup:
    start, end = boxes[line.start], boxes[line.end]
    x, y = start.x + start.width, start.middle
    path = f"M{_n(x)} {_n(y)}"
    for layer, place in enumerate(line.through, layout.layers[line.start] + 1):
        column, to = columns[layer], _row(place)
        path += f"{_curve(x, y, column.x, to)}H{_n(column.x + column.width)}"
        x, y = column.x + column.width, to
    path += _curve(x, y, end.x, end.middle)
    ends = (printable(cards[id_].name) for id_ in (line.start, line.end))
    return tag("path", tag("title", " → ".join(ends)), class_="l", d=path)


def _curve(x: float, y: float, to_x: float, to_y: float) -> str:
    middle = (x + to_x) / 2
    return f"C{_n(middle)} {_n(y)} {_n(middle)} {_n(to_y)} {_n(to_x)} {_n(to_y)}"


def _has_readers(id_: str, layout: Layout) -> bool:
    return any(line.start == id_ for line in layout.lines)


def _in_words(cards: Mapping[str, Card]) -> str:
    return " ".join(f"{_said(card)}." for card in cards.values())


def _said(card: Card) -> str:
    reads = f", reads {', '.join(card.inputs)}" if card.inputs else ""
    said = f"{printable(card.name)} ({card.kind} {card.id}{reads})"
    detail = f": {printable(card.detail)}" if card.detail else ""
    return f"{said}{detail}{f'; {_rows(card)}' if card.rows is not None else ''}"


def _rows(card: Card) -> str:
    return "" if card.rows is None else f"{card.rows:,} row{'' if card.rows == 1 else 's'}"


def _text(x: float, y: float, text: str, class_: str) -> Markup:
    return NOTHING if not text else tag("text", text, class_=class_, x=_n(x), y=_n(y))


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
