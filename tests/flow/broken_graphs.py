"""Flow files with something wrong in them: trees whose parts are exchanged, and written as YAML again."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import strategies as st


class Raw(str):
    """YAML that is written as it stands, as a value or as a key."""


# A node of each sort, small enough to be read many times.
GOOD: dict[str, Any] = {
    "flow": "plays",
    "nodes": {
        "plays": {"S3CsvSource": {"Name": "Plays", "Paths": ["${staging}/plays/"], "Separator": "comma"}},
        "songs": {
            "S3ParquetSource": {"Name": "Songs", "Paths": ["songs/"], "OutputSchemas": [{"Columns": []}]}
        },
        "users": {"S3CatalogIcebergSource": {"Name": "Users", "Database": "d", "Table": "users"}},
        "named": {
            "ApplyMapping": {
                "Name": "Named",
                "Inputs": ["songs"],
                "Mapping": [{"FromPath": ["id"], "FromType": "string", "ToKey": "song_id", "ToType": "int"}],
            }
        },
        "both": {
            "Join": {
                "Name": "Both",
                "Inputs": ["plays", "named"],
                "JoinType": "left",
                "Columns": [{"From": "plays", "Keys": [["song"]]}, {"From": "named", "Keys": [["song_id"]]}],
            }
        },
        "some": {
            "Filter": {
                "Name": "Some",
                "Inputs": ["both"],
                "LogicalOperator": "AND",
                "Filters": [
                    {"Operation": "EQ", "Values": [{"Type": "COLUMNEXTRACTED", "Value": ["song"]}]},
                ],
            }
        },
        "sums": {
            "Aggregate": {
                "Name": "Sums",
                "Inputs": ["some"],
                "Groups": [["song"]],
                "Aggs": [{"Column": ["ms"], "AggFunc": "sum"}],
            }
        },
        "asked": {
            "SparkSQL": {
                "Name": "Asked",
                "Inputs": ["sums", "users"],
                "SqlAliases": [{"From": "sums", "Alias": "t"}, {"From": "users", "Alias": "u"}],
                "SqlQuery": "SELECT * FROM t",
            }
        },
        "judged": {
            "EvaluateDataQuality": {"Name": "J", "Inputs": ["asked"], "Ruleset": "Rules = [ RowCount > 0 ]"}
        },
        "out": {
            "S3IcebergCatalogTarget": {
                "Name": "Out",
                "Inputs": ["judged"],
                "Database": "music",
                "Table": "plays",
                "AdditionalOptions": {"wavehouse.sort-by": "song"},
            }
        },
        "files": {"S3DirectTarget": {"Name": "F", "Inputs": ["judged"], "Path": "out/", "Format": "json"}},
    },
}

_SHORT = r"""
    .nan | -.inf | 1e400 | -1 | 0 | 1.5 | 0x1F | 0o17 | 1_000 | 190:20:30 | true | no | null | ~
    2021-01-01 | 2021-01-01T10:00:00Z | !!timestamp 2021-01-01 | !!binary aGk= | !!set {a, b} | !!omap [a: 1]
    '' | ' ' | "\0" | "\ud800" | "\u202e" | "a\nb" | ß | İ | `.` | '`.`' | !!str 1 | !!float nan | !mine x
    !!python/object:x {} | &a [*a] | *both | << | {<<: {Name: x}} | {? [a]: b} | {? {a: b} : c}
    [] | {} | [[]] | [{}] | [null] | [plays, plays] | [out] | [both] | [1, [2, [3]]]
    '${staging}/' | '${staging}/a/b/' | SELECT | Route | Join | Mapping | __class__
    """
_ODD = st.sampled_from(
    [Raw(text.strip()) for text in (*re.split(r"[|\n]", _SHORT.strip()), "9" * 400, "x" * 3000)]
)


@st.composite
def broken(draw: st.DrawFn, good: dict[str, Any]) -> str:
    """The text of `good` after one to four changes, each at any place of its tree."""
    tree = json.loads(json.dumps(good))
    for _ in range(draw(st.integers(1, 4))):
        _change(draw, tree)
    return written(tree)


@st.composite
def anything(draw: st.DrawFn) -> str:
    """A tree that has the outline of a flow, and anything in it."""
    keys = st.sampled_from(["a", "b", "Name", "Inputs", "Paths", "Join", "S3CsvSource", "Union"]) | _ODD
    values = st.recursive(
        _ODD | st.text(max_size=5) | st.integers() | st.booleans(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
        max_leaves=12,
    )
    nodes = st.dictionaries(keys, st.dictionaries(keys, values, max_size=2) | values, max_size=4) | values
    return written({"flow": draw(values), "nodes": draw(nodes)})


def _change(draw: st.DrawFn, tree: Any) -> None:
    places = list(_places(tree))
    if not places:
        return
    parent, key = draw(st.sampled_from(places))
    what = draw(st.sampled_from(["odd", "odd", "drop", "key", "other", "list", "map"]))
    value = parent[key]
    if what == "drop":
        del parent[key]
    elif what == "key" and isinstance(parent, dict):
        parent[draw(_ODD)] = parent.pop(key)
    elif what == "other":
        other, at = draw(st.sampled_from(places))
        parent[key] = json.loads(json.dumps(other[at]))
    else:
        parent[key] = {"list": [value], "map": {"Name": value}}.get(what, draw(_ODD))


def _places(tree: Any) -> Any:
    """Every place of a tree, as what it is in and its key there."""
    if isinstance(tree, dict | list):
        for key in list(tree) if isinstance(tree, dict) else range(len(tree)):
            yield tree, key
            yield from _places(tree[key])


def written(tree: Any, depth: int = 0) -> str:
    """A tree as YAML: maps one line per key down to the fields of a node, the rest in braces."""
    if depth < 4 and isinstance(tree, dict) and tree:
        pad = "  " * depth
        lines = [f"\n{pad}{_scalar(key)}: {written(value, depth + 1)}" for key, value in tree.items()]
        return "".join(lines).removeprefix("\n" if not depth else "")
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{_scalar(key)}: {written(value, 9)}" for key, value in tree.items()) + "}"
    if isinstance(tree, list):
        return "[" + ", ".join(written(value, 9) for value in tree) + "]"
    return _scalar(tree)


def _scalar(value: Any) -> str:
    if isinstance(value, Raw):
        return value
    # JSON's texts are YAML's.
    return json.dumps(value)
