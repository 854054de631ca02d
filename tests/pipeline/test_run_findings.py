"""What a run refuses, lint refuses: each of these ends both, with the same node and words."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import Wavehouse
from tests.pipeline.own_project import Own, catalog, csv, files, sql, table

from wavehouse.core.errors import WavehouseError

_PLAYS = csv("in", "data/plays.csv")
_OUT = table("out", "in", "my.plays")


@pytest.fixture
def own(tmp_path: Path) -> Own:
    own = Own.at(tmp_path)
    own.write({"data/plays.csv": "user,ms\nann,1\nbob,2\n", "taken/by/somebody.txt": "x"})
    return own


_REFUSED: dict[str, tuple[str, str, str]] = {
    "a format": (_PLAYS + files("f", "in", "out/", "orc"), "f", "F108"),
    "a bucket": (_PLAYS + files("f", "in", "s3://b/out/"), "f", "F108"),
    "landed files": (_PLAYS + files("f", "in", "${staging}/x/"), "f", "F108"),
    "nothing known": (_PLAYS + files("f", "in", "${home}/x/"), "f", "F108"),
    "a database of runs": (_PLAYS + table("out", "in", "staging.plays"), "out", "F108"),
    "one table": (_PLAYS + _OUT + table("again", "in", "My.plays"), "again", "F403"),
    "one folder": (_PLAYS + files("f", "in", "out/") + files("g", "in", "./out/"), "g", "F403"),
    "a folder of another": (_PLAYS + files("f", "in", "out/") + files("g", "in", "out/sub/"), "g", "F403"),
    "where it reads": (_PLAYS + files("f", "in", "data/"), "in", "F108"),
    "every column": (
        _PLAYS + files("f", "in", "out/", more=", PartitionKeys: [[user], [ms]]"),
        "f",
        "F108",
    ),
    "a compression": (_PLAYS + files("f", "in", "out/", "csv", ", Compression: zippy"), "f", "F108"),
    "a list as CSV": (
        _PLAYS + sql("n", "SELECT array(user) AS users FROM t", t="in") + files("f", "n", "out/", "csv"),
        "f",
        "F108",
    ),
    "what is somebody's": (_PLAYS + files("f", "in", "taken/by/"), "f", "F108"),
    "its own table": (catalog("in", "my.plays") + _OUT, "in", "F108"),
    "a source of no name": (catalog("in", "my-db.plays") + _OUT, "in", "F108"),
    "a target of no name": (_PLAYS + table("out", "in", "my-db.plays"), "out", "F108"),
    "a path of no name": (
        _PLAYS + "out:\n  S3IcebergDirectTarget: {Name: o, Inputs: [in], Path: x/, Format: iceberg, "
        "Compression: snappy}\n",
        "out",
        "F108",
    ),
    "what comes later": (catalog("in", "quarantine.rows") + _OUT, "in", "F108"),
    "a part of a table": (
        "in:\n  S3CatalogSource: {Name: i, Database: my, Table: songs, PartitionPredicate: x}\n" + _OUT,
        "in",
        "F108",
    ),
}


@pytest.mark.parametrize("name", _REFUSED)
def test_what_a_run_refuses_lint_refuses(own: Own, wavehouse: Wavehouse, name: str) -> None:
    nodes, node, code = _REFUSED[name]
    own.flow("plays", nodes)
    with pytest.raises(WavehouseError) as refused:
        own.lake.run()
    found = wavehouse("flow", "lint", "--project", own.root, "--lake", own.lake.root, "--json")
    assert found.code == 1, found.stderr
    errors = [one for one in found.json["findings"] if one["severity"] == "error"]
    (first,) = [one for one in errors if (one["node"], one["code"]) == (node, code)]
    assert refused.value.what.removeprefix(f"node '{node}': ") in first["message"]
    assert "flows/plays.yaml:" in first["where"]


def test_a_name_that_is_none_hides_nothing(own: Own, wavehouse: Wavehouse) -> None:
    own.flow("plays", catalog("in", "my-db.plays") + _OUT)
    own.flow(
        "other",
        csv("in", "data/plays.csv") + sql("n", "SELECT usr FROM t", t="in") + table("out", "n", "my.t"),
    )
    found = wavehouse("flow", "lint", "--project", own.root, "--lake", own.lake.root, "--json")
    assert {one["node"] for one in found.json["findings"] if one["severity"] == "error"} == {"in", "n"}
    for command in (("preview", "in", "--flow", "plays"), ("lineage", "in.user")):
        told = wavehouse("flow", *command, "--project", own.root, "--lake", own.lake.root)
        assert "flows/plays.yaml:3: node 'in': 'my-db.plays' is not a table name" in told.stdout + told.stderr
