"""YAML that is written: it reads as people write it, and is read again as what it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavehouse.project.yaml_file import parse_yaml
from wavehouse.project.yaml_text import yaml_text

_ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
_SIGNS = st.text(":#-?{}[],&*!|>%@`'\"\\ \t\n\r\x85ay1.~=<\ufeff\u2028", max_size=8)
_LINES = st.lists(st.text("ab \t", max_size=4), min_size=2, max_size=4).map("\n".join)
_WORDS = st.sampled_from(
    ["null", "yes", "~", "1", "1.5", "2021-01-01", "0x1", "<<", "=", "true", "1_000", "y"]
)
_TEXTS = _ANY | _SIGNS | _WORDS | _LINES
VALUES = st.recursive(
    _TEXTS | st.integers(-(2**40), 2**40) | st.booleans(),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(_TEXTS, inside, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(_TEXTS, VALUES, min_size=1, max_size=4), st.integers(1, 3))
def test_what_is_written_is_read_again(tree: dict[str, Any], below: int) -> None:
    text = yaml_text(tree, below=below)
    assert parse_yaml(Path("x.yaml"), text.encode()).data == tree


def test_it_reads_as_people_write_it() -> None:
    mapping = {"FromPath": ["track_id"], "FromType": "string", "ToKey": "track_id", "ToType": "string"}
    tree = {
        "flow": "songs",
        "nodes": {
            "csv": {"S3CsvSource": {"Name": "Songs", "Paths": ["${staging}/songs/"], "WithHeader": True}},
            "typed": {"ApplyMapping": {"Name": "Type: songs", "Inputs": ["csv"], "Mapping": [mapping] * 3}},
            "query": {"SparkSQL": {"Name": "Q", "SqlQuery": "SELECT *\n  FROM songs\n"}},
        },
    }
    assert (
        yaml_text(tree, below=3)
        == """\
flow: songs
nodes:
  csv:
    S3CsvSource: {Name: Songs, Paths: ["${staging}/songs/"], WithHeader: true}
  typed:
    ApplyMapping:
      Name: "Type: songs"
      Inputs: [csv]
      Mapping:
        - {FromPath: [track_id], FromType: string, ToKey: track_id, ToType: string}
        - {FromPath: [track_id], FromType: string, ToKey: track_id, ToType: string}
        - {FromPath: [track_id], FromType: string, ToKey: track_id, ToType: string}
  query:
    SparkSQL:
      Name: Q
      SqlQuery: |
        SELECT *
          FROM songs
"""
    )


@pytest.mark.parametrize("query", ["SELECT 1 \nFROM j \n", "SELECT 1\t\n\tFROM j", "SELECT 1\n  \nFROM j\n"])
def test_a_blank_at_the_end_of_a_line_leaves_a_query_a_block(query: str) -> None:
    text = yaml_text({"SqlQuery": query}, below=1)
    assert text.startswith("SqlQuery: |")
    assert "\\" not in text
    assert parse_yaml(Path("x.yaml"), text.encode()).data == {"SqlQuery": query}
