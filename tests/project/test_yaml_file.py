"""A definition is read safely, and every complaint names the file and the line."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict

from wavehouse.core.errors import DefinitionError
from wavehouse.project.definition_file import MAX_BYTES
from wavehouse.project.yaml_file import read_yaml

Write = Callable[[str | bytes], Path]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")

    colour: str
    size: int = 0


class _Whole(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    parts: list[_Part] = []
    by_name: dict[str, _Part] = {}
    one: _Part | None = None


def _said(path: Path, act: Callable[[], Any]) -> tuple[str, str]:
    """What the error says: its place without the folder, and the rest."""
    with pytest.raises(DefinitionError) as caught:
        act()
    assert caught.value.where.startswith(str(path))
    return caught.value.where.removeprefix(str(path)), f"{caught.value.what} | {caught.value.remedy}"


@pytest.mark.parametrize(
    ("content", "place", "what"),
    [
        pytest.param("a: 1\nb: 2\na: 3\n", ":3", 'found duplicate key "a"', id="duplicate key"),
        pytest.param("a:\n  x: 1\n  x: 2\n", ":3", 'found duplicate key "x"', id="duplicate key inside"),
        pytest.param("a:\n\tb: 1\n", ":2", "cannot start any token", id="tab"),
        pytest.param("a: 1\nb: [1, 2\n", ":3", "not valid YAML", id="open bracket"),
        pytest.param("a: 1\nb: *c\n", ":2", "undefined alias", id="undefined alias"),
        pytest.param("a: 1\n---\nb: 2\n", ":2", "another document", id="two documents"),
        pytest.param(b"a: \xe9\n", "", "not UTF-8 (byte 3)", id="latin-1"),
        pytest.param("a: 1\n".encode("utf-16"), "", "not UTF-8", id="utf-16"),
        pytest.param("a: \0\n", "", "not valid YAML", id="NUL"),
        pytest.param("- a\n", "", "a map of keys", id="list"),
        pytest.param("", "", "a map of keys", id="empty"),
        pytest.param("a: !!int abc\n", ":1", "'abc' is no whole number", id="wrong tag"),
        pytest.param("a: !!bool maybe\n", ":1", "'maybe' is no boolean", id="no boolean"),
        pytest.param("a: !!timestamp 2021-01-01\n", ":1", "the tag '!!timestamp' means nothing", id="tag"),
        pytest.param("a: !!set {x}\n", ":1", "the tag '!!set' means nothing", id="tag of a map"),
        pytest.param("b: 1\na: " + "1" * 5000, ":2", "no whole number that can be", id="endless number"),
        pytest.param("a:\n  " + "[" * 9000, ":2", "nesting depth", id="endless depth"),
        pytest.param("a:\n  " + "[" * 60 + "]" * 60, ":2", "nested more than 50 deep", id="depth"),
        pytest.param("1: a\n", ":1", "a key must be a text", id="number as key"),
        pytest.param("a: 1\n[b]: 2\n", ":2", "a key must be a text", id="list as key"),
        pytest.param("a: &a 1\n*a : 2\n", ":2", "a key must be a text", id="alias of a number as key"),
        pytest.param("a: &a\n  b: *a\n", ":2", "undefined alias 'a'", id="alias inside of itself"),
        pytest.param("a: 1\n<<: x\n", ":2", "takes in a map", id="merge of a text"),
        pytest.param("a: " + "{b: " * 9000, ":1", "nested more than 50 deep", id="endless depth of keys"),
        pytest.param("#" * (MAX_BYTES + 1), "", "larger than 1,000,000 bytes", id="too large"),
        pytest.param(
            "a: &a [x]\n" + "".join(f"b{n}: [{', '.join(['*a'] * 10)}]\n" for n in range(6)),
            ":7",
            "more than 50 aliases",
            id="alias bomb",
        ),
        pytest.param(
            "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 20)),
            ":15",
            "more than 100,000 values",
            id="alias bomb with few aliases",
        ),
    ],
)
def test_what_is_no_definition(write: Write, content: str | bytes, place: str, what: str) -> None:
    path = write(content)
    where, text = _said(path, lambda: read_yaml(path))
    assert where == place
    assert what in text


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    missing = tmp_path / "none.yaml"
    _, text = _said(missing, lambda: read_yaml(missing))
    assert "cannot be read" in text


def test_an_anchor_used_again_disturbs_nobody(write: Write) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read_yaml(write("a: &x 1\nb: &x 2\nc: *x\n")).data == {"a": 1, "b": 2, "c": 2}


def test_nothing_of_a_tag_is_run(write: Write, tmp_path: Path) -> None:
    touched = tmp_path / "touched"
    path = write(f'a: !!python/object/apply:pathlib.Path.touch ["{touched}"]\n')
    _, text = _said(path, lambda: read_yaml(path))
    assert "the tag '!!python/object/apply:pathlib.Path.touch' means nothing" in text
    assert not touched.exists()


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("nil", "nil"),
        ("true", True),
        ("FALSE", False),
        ("yes", "yes"),
        ("on", "on"),
        ("12", 12),
        ("-3", -3),
        ("007", 7),
        ("0o17", 15),
        ("0x1F", 31),
        ("1:30", "1:30"),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("-.inf", float("-inf")),
        (".Inf", float("inf")),
        ("1.2.3", "1.2.3"),
        ("2021-01-31", "2021-01-31"),
        ("2021-99-99", "2021-99-99"),
        ("'12'", "12"),
        ("! 12", "12"),
        ("!!str 12", "12"),
        ("!!float 12", 12.0),
        ("|\n  a\n  b\n", "a\nb\n"),
        (">\n  a\n  b\n", "a b\n"),
        ('"\\u00e9\\n"', "é\n"),
    ],
)
def test_values_are_those_of_the_core_schema(write: Write, written: str, value: Any) -> None:
    found = read_yaml(write(f"a: {written}\n")).data["a"]
    assert (found, type(found)) == (value, type(value))


def test_maps_are_merged_and_their_own_keys_win(write: Write) -> None:
    file = read_yaml(write("base: &base {x: 1, y: 1}\none:\n  y: 2\n  <<: [*base, {y: 3, z: 3}]\n'<<': 4\n"))
    assert file.data == {"base": {"x": 1, "y": 1}, "one": {"x": 1, "y": 2, "z": 3}, "<<": 4}
    assert [file.where(("one", key)).rpartition(":")[2] for key in "xyz"] == ["1", "3", "4"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("a: 1\n", False),
        ("a: 1\n\nb: 2\n", False),
        ("a: '#'\nb: x#y\n", False),
        ("# why\na: 1\n", True),
        ("a: 1 # why\n", True),
        ("a:\n  - b # why\n", True),
        ("a: 1\n# the end\n", True),
    ],
)
def test_comments_are_known(write: Write, content: str, says: bool) -> None:
    assert read_yaml(write(content)).has_comments is says


def test_a_good_file_becomes_its_model(write: Write) -> None:
    text = "# why\nname: n\nparts:\n  - colour: red\n    size: 2\nby_name: {x: {colour: blue}}\n"
    whole = read_yaml(write(text)).parse(_Whole)
    assert whole == _Whole(name="n", parts=[_Part(colour="red", size=2)], by_name={"x": _Part(colour="blue")})


@pytest.mark.parametrize(
    ("content", "place", "text"),
    [
        ("name: n\nprts: []\n", ":2", "'prts' is not a known key here | Did you mean 'parts'?"),
        ("nme: n\n", ":1", "'nme' is not a known key here | Did you mean 'name'?"),
        ("parts: []\n", ":1", "the key 'name' is missing | Add it"),
        (
            "name: n\nparts:\n  - colour: red\n    szie: 2\n",
            ":4",
            "'szie' is not a known key here | Did you mean 'size'?",
        ),
        (
            "name: n\nby_name:\n  x:\n    color: red\n",
            ":4",
            "'color' is not a known key here | Did you mean 'colour'?",
        ),
        (
            "name: n\none:\n  colour: red\n  szie: 2\n",
            ":4",
            "'szie' is not a known key here | Did you mean 'size'?",
        ),
        ("name: n\nparts:\n  - colour: red\n  - size: 2\n", ":4", "the key 'colour' is missing | Add it"),
        (
            "name: n\nparts:\n  - colour: red\n    size: many\n",
            ":4",
            "'size': it must be a whole number, not 'many' | ",
        ),
    ],
)
def test_the_first_wrong_thing_is_told_with_its_line(
    write: Write, content: str, place: str, text: str
) -> None:
    path = write(content)
    assert _said(path, lambda: read_yaml(path).parse(_Whole)) == (place, text)
