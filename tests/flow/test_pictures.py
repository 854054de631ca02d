"""Pictures of a flow: right, whole, readable by everybody, and safe whatever its nodes are called."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.flow.random_inputs import Inputs, acyclic

from wavehouse.core.errors import CallError
from wavehouse.flow.pictures.cards import Card
from wavehouse.flow.pictures.dot import dot
from wavehouse.flow.pictures.mermaid import mermaid
from wavehouse.flow.pictures.reading_order import reading_order
from wavehouse.flow.pictures.svg import MOST_NODES, svg
from wavehouse.flow.pictures.svg_style import style

HOSTILE = '"]; end <script>alert(1)</script><img src=x onerror=alert(1)> `x` #quot; &amp; \\" \x1b[31m\u202e'


def card(id_: str, *inputs: str, name: str = "", rows: int | None = None) -> Card:
    """A card of the family that its inputs suggest."""
    kind, family = ("Join", "rows") if inputs else ("S3CsvSource", "source")
    return Card(id_, kind, family, name or id_.title(), "", inputs, rows)  # type: ignore[arg-type]


def cards(*ones: Card) -> dict[str, Card]:
    """By id."""
    return {one.id: one for one in ones}


def of_graph(inputs: Inputs, name: str = "") -> dict[str, Card]:
    """Cards for a random graph."""
    return cards(*(card(id_, *inputs[id_], name=name) for id_ in reading_order(inputs)))


@dataclass
class Element:
    """One element of a parsed SVG."""

    tag: str
    attributes: Mapping[str, str]
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def all(self, tag: str) -> list[Element]:
        """The elements of that tag in here, in order."""
        mine = [self] if self.tag == tag else []
        return mine + [found for child in self.children for found in child.all(tag)]


def parsed(text: str) -> Element:
    """The picture as an XML parser reads it."""
    stack = [Element("", {})]

    def start(tag: str, attributes: dict[str, str]) -> None:
        stack[-1].children.append(Element(tag, attributes))
        stack.append(stack[-1].children[-1])

    def characters(data: str) -> None:
        stack[-1].text += data

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _tag: stack.pop() and None
    parser.CharacterDataHandler = characters
    parser.Parse(text, True)
    return stack[0].children[0]


def _boxes(picture: Element) -> dict[str, tuple[float, float, float, float]]:
    """Left, top, right and bottom of each card, by the node's id."""
    boxes = {}
    for group in picture.all("g"):
        x, y = map(float, re.findall(r"[\d.]+", group.attributes["transform"]))
        (rect,) = group.all("rect")
        width, height = float(rect.attributes["width"]), float(rect.attributes["height"])
        id_ = next(one.text for one in group.all("text") if one.attributes["class"] == "i")
        boxes[id_] = (x, y, x + width, y + height)
    return boxes


@given(acyclic(12))
def test_cards_lie_apart_and_inside_of_the_picture(inputs: Inputs) -> None:
    picture = parsed(svg("f", of_graph(inputs)))
    boxes = _boxes(picture)
    assert boxes.keys() == inputs.keys()
    width, height = float(picture.attributes["width"]), float(picture.attributes["height"])
    for id_, (left, top, right, bottom) in boxes.items():
        assert left > 0
        assert top > 50
        assert right < width
        assert bottom < height
        for other, (left2, top2, right2, bottom2) in boxes.items():
            apart = right < left2 or right2 < left or bottom < top2 or bottom2 < top
            assert other == id_ or apart
        assert all(boxes[input_][2] < left for input_ in inputs[id_])


def test_a_picture_says_all_of_a_node() -> None:
    shown = cards(card("a", rows=1), card("b", rows=438_938), card("j", "a", "b", name="Beide"))
    picture = parsed(svg("songs", shown, "Rows: as of run 1"))
    words = [one.text for one in picture.all("text")]
    for said in ("songs", "Rows: as of run 1", "Beide", "Join", "j", "1 row", "438,938 rows"):
        assert said in words
    assert {one.text for path in picture.all("path") for one in path.all("title")} == {
        "A → Beide",
        "B → Beide",
    }
    (desc,) = picture.all("desc")
    assert "Beide (Join j, reads a, b)" in desc.text
    assert picture.attributes["role"] == "img"
    named = picture.attributes["aria-labelledby"].split()
    assert named == [picture.all("title")[0].attributes["id"], desc.attributes["id"]]


def test_a_name_that_is_too_long_is_cut_and_still_there() -> None:
    name = "Everything that anybody ever wanted to know about songs and never asked"
    picture = parsed(svg("f", cards(card("a", name=name))))
    (shown,) = [one.text for one in picture.all("text") if one.attributes["class"] == "n"]
    assert shown.endswith("…")
    assert name.startswith(shown[:-1])
    assert name in picture.all("g")[0].all("title")[0].text


@given(st.text())
def test_any_name_can_be_drawn(name: str) -> None:
    shown = cards(card("a", name=name), card("b", "a", name=name + HOSTILE))
    picture = parsed(svg(name, shown, name))
    tags = {"svg", "title", "desc", "style", "rect", "text", "g", "path", "circle"}
    assert set(re.findall(r"<([A-Za-z]+)", svg(name, shown, name))) <= tags
    assert len(picture.all("g")) == 2
    for text in (mermaid(shown), dot(name, shown)):
        text.encode("utf-8")
        assert text.count("\n") == text.rstrip("\n").count("\n") + 1
        assert "\x1b" not in text
        assert "\u202e" not in text


def test_a_hostile_name_stays_a_text() -> None:
    text = svg(HOSTILE, cards(card("a", name=HOSTILE)), HOSTILE)
    assert "<script" not in text
    assert "<img" not in text
    assert HOSTILE[:20] in parsed(text).all("title")[0].text
    assert not re.search(r"href|url\(|@import|http(?!://www\.w3\.org/2000/svg\")", text)


def test_the_same_flow_gives_the_same_picture() -> None:
    shown = cards(card("a"), card("b"), card("j", "a", "b"))
    assert svg("f", shown) == svg("f", dict(shown))


def test_a_picture_of_too_many_nodes_is_refused() -> None:
    many = cards(*(card(f"n{at}") for at in range(MOST_NODES + 1)))
    with pytest.raises(CallError, match="a picture of 501 nodes cannot be read") as caught:
        svg("f", many)
    assert "wavehouse flow show" in caught.value.remedy


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    """As WCAG 2 reckons it: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_and_lines_stand_out(scheme: str) -> None:
    light, _, dark = style().partition("@media(prefers-color-scheme:dark)")
    rules = light if scheme == "light" else dark
    colours: dict[tuple[str, str], str] = {}
    for names, body in re.findall(r"([.\w,]+)\{([^{}]*)\}", rules):
        for what, colour in re.findall(r"(fill|stroke):(#\w{6})", body):
            colours |= {(name.removeprefix("."), what): colour for name in names.split(",")}
    surface, ground = colours["c", "fill"], colours["g", "fill"]
    words = ("n", "r", "m", "i", "source", "columns", "rows", "query", "quality", "target")
    assert {word: _contrast(colours[word, "fill"], surface) >= 4.5 for word in words} == dict.fromkeys(
        words, True
    )
    assert all(_contrast(colours[word, "fill"], ground) >= 4.5 for word in ("t", "m"))
    assert _contrast(colours["l", "stroke"], ground) >= 3


def test_mermaid() -> None:
    shown = {
        "end": Card("end", "S3CsvSource", "source", "Songs (raw)", "", ()),
        "q": Card("q", "SparkSQL", "query", 'a "b" #1', "", ("end",)),
        "d": Card("d", "EvaluateDataQuality", "quality", "规则", "", ("q",)),
        "t": Card("t", "S3CatalogTarget", "target", "music.songs", "", ("d",)),
        "j": Card("j", "Join", "rows", "Both", "", ("q", "end")),
    }
    assert mermaid(shown) == (
        "flowchart LR\n"
        '    n1[("Songs #40;raw#41;<br><i>S3CsvSource</i>")]\n'
        '    n2[/"a #34;b#34; #35;1<br><i>SparkSQL</i>"/]\n'
        '    n3{{"规则<br><i>EvaluateDataQuality</i>"}}\n'
        '    n4[("music.songs<br><i>S3CatalogTarget</i>")]\n'
        '    n5["Both<br><i>Join</i>"]\n'
        "    n1 --> n2\n    n2 --> n3\n    n3 --> n4\n    n2 --> n5\n    n1 --> n5\n"
    )


def test_dot() -> None:
    shown = cards(card("end", name='a "b" \\n'), card("j", "end"))
    assert dot("f", shown) == (
        'digraph "f" {\n'
        "  rankdir=LR\n"
        '  node [shape=box, fontname="sans-serif"]\n'
        '  "end" [label="a \\"b\\" \\\\n\\nS3CsvSource"]\n'
        '  "j" [label="J\\nJoin"]\n'
        '  "end" -> "j"\n'
        "}\n"
    )
