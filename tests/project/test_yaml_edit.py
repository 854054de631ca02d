"""YAML that is edited: what is asked for is said, and nothing else is touched."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.project.test_yaml_text import VALUES

from wavehouse.core.errors import DefinitionError
from wavehouse.project.yaml_edit import edited_yaml, same
from wavehouse.project.yaml_file import parse_yaml
from wavehouse.project.yaml_text import yaml_text

_PATH = Path("x.yaml")
_TEXT = """\
# The head.
flow: songs   # its name
nodes:
  # Where rows come from.
  csv:
    S3CsvSource: {Name: 'Songs', Paths: ["a/", b/]}  # as it came

  # What happens to them.
  typed:
    ApplyMapping:
      Name: Typed
      Inputs: [csv]
      Mapping:
        - {From: [a], To: a}
        # The second one.
        - {From: [b], To: b}
  query:
    SparkSQL:
      Name: Q
      SqlQuery: |
        SELECT *
        # no comment
        FROM songs

  # The end.
"""


def _edit(change: Callable[[Any], object], text: str = _TEXT) -> str:
    wanted = copy.deepcopy(parse_yaml(_PATH, text.encode()).data)
    change(wanted)
    return edited_yaml(_PATH, text, wanted, below=3)


def _line_for_line(before: str, after: str) -> tuple[list[str], list[str]]:
    """The lines that went and those that came."""
    one, other = before.splitlines(), after.splitlines()
    return [line for line in one if line not in other], [line for line in other if line not in one]


def test_a_value_changes_in_its_own_place() -> None:
    made = _edit(lambda tree: tree["nodes"]["csv"]["S3CsvSource"].update(Name="All songs"))
    assert made == _TEXT.replace("'Songs'", "All songs")


def test_a_key_is_called_otherwise() -> None:
    def change(tree: Any) -> None:
        tree["nodes"] = {("raw" if key == "csv" else key): node for key, node in tree["nodes"].items()}
        tree["nodes"]["typed"]["ApplyMapping"]["Inputs"] = ["raw"]

    assert _edit(change) == _TEXT.replace("  csv:", "  raw:").replace("[csv]", "[raw]")


def test_what_goes_takes_its_comment_along_and_no_other() -> None:
    made = _edit(lambda tree: tree["nodes"].pop("typed"))
    start, end = _TEXT.index("  # What happens"), _TEXT.index("  query:")
    assert made == _TEXT[:start] + _TEXT[end:]


def test_an_entry_of_a_list_comes_and_goes() -> None:
    def change(tree: Any) -> None:
        mapping = tree["nodes"]["typed"]["ApplyMapping"]["Mapping"]
        mapping[1:] = [{"From": ["c"], "To": "c"}, mapping[1], {"From": ["d"], "To": "d: d"}]

    gone, came = _line_for_line(_TEXT, _edit(change))
    assert gone == []
    assert came == ["        - {From: [c], To: c}", '        - {From: [d], To: "d: d"}']


def test_a_query_stays_a_block() -> None:
    made = _edit(lambda tree: tree["nodes"]["query"]["SparkSQL"].update(SqlQuery="SELECT 1\nFROM songs\n"))
    start, end = _TEXT.index("        SELECT"), _TEXT.index("\n  # The end.")
    assert made == f"{_TEXT[:start]}        SELECT 1\n        FROM songs\n{_TEXT[end:]}"


def test_brackets_that_get_lines_become_a_block() -> None:
    made = _edit(lambda tree: tree["nodes"]["csv"]["S3CsvSource"].update(Name="one\ntwo"))
    assert "    S3CsvSource:\n      Name: |-\n        one\n        two\n      Paths: [" in made
    assert "# as it came" in made


def test_a_new_entry_stands_at_its_place_as_people_write_it() -> None:
    made = _edit(lambda tree: tree["nodes"].update(out={"Target": {"Name": "Out", "Inputs": ["query"]}}))
    assert made == _TEXT.replace(
        "FROM songs\n", "FROM songs\n  out:\n    Target: {Name: Out, Inputs: [query]}\n"
    )


def test_line_ends_of_windows_stay() -> None:
    text = _TEXT.replace("\n", "\r\n")
    made = _edit(lambda tree: tree["nodes"].update(out={"T": {"Name": "Out"}}), text)
    assert made.replace("\r\n", "\n").count("\n") == made.count("\r\n") == text.count("\r\n") + 2


def test_what_an_alias_stands_for_is_refused() -> None:
    text = "a: &one {x: 1}\nb: *one\nc: 3\n"
    assert _edit(lambda tree: tree.update(c=4), text) == text.replace("3", "4")
    assert _edit(lambda tree: tree.update(b=4), text) == text.replace("*one", "4")
    with pytest.raises(DefinitionError, match="cannot be written without writing the file anew"):
        _edit(lambda tree: tree.update(a={"x": 2}, b={"x": 1}), text)


def test_an_entry_beside_an_odd_key_stands_below_it() -> None:
    text = 'a:\n  ? "\\N"\n  : ""\n'
    assert _edit(lambda tree: tree["a"].update(b=1), text) == text + "  b: 1\n"


@st.composite
def _edited(draw: st.DrawFn, tree: Any) -> Any:
    """A tree with one value, somewhere, put in another's place, taken out or added."""
    tree = copy.deepcopy(tree)
    holder = tree
    while True:
        inside = [key for key in _keys(holder) if isinstance(holder[key], dict | list) and holder[key]]
        if not inside or draw(st.booleans()):
            break
        holder = holder[draw(st.sampled_from(inside))]
    key = draw(st.sampled_from(_keys(holder)))
    what = draw(st.sampled_from(["set", "add", "remove"]))
    if what == "remove" and (holder is not tree or len(tree) > 1):
        del holder[key]
    elif what == "add" and isinstance(holder, list):
        holder.insert(key, draw(VALUES))
    elif what == "add":
        holder[f"new_{draw(st.integers(0, 9))}"] = draw(VALUES)
    else:
        holder[key] = draw(VALUES)
    return tree


def _keys(holder: Any) -> list[Any]:
    return list(range(len(holder))) if isinstance(holder, list) else list(holder)


@given(st.data(), st.integers(1, 3), st.booleans())
def test_whatever_is_asked_for_is_said_and_comments_stay(
    data: st.DataObject, below: int, with_flow: bool
) -> None:
    tree = data.draw(st.dictionaries(st.text("abc", min_size=1, max_size=3), VALUES, min_size=1, max_size=4))
    text = "# head\n" + yaml_text(tree, below=below if with_flow else 9) + "# tail\n"
    if not same(parse_yaml(_PATH, text.encode()).data, tree):
        return  # (a comment after a text that keeps its line breaks is a part of it)
    wanted = data.draw(_edited(tree))
    made = edited_yaml(_PATH, text, wanted, below=below)
    assert same(parse_yaml(_PATH, made.encode()).data, wanted)
    assert made.startswith("# head\n")
    assert made.endswith("# tail\n")
    assert edited_yaml(_PATH, text, tree, below=below) == text
