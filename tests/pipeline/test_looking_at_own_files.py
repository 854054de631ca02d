"""Flows over files of one's own are looked at without a run: their rows are those of the files."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import Wavehouse
from tests.pipeline.own_project import Own, catalog, csv, sql, table


@pytest.fixture
def own(tmp_path: Path) -> Own:
    own = Own.at(tmp_path)
    own.write({"plays.csv": "user,ms\nann,1\nbob,2\nann,3\n", "songs.csv": "song,user\na,nobody\n"})
    return own


def flow(own: Own, path: str = "plays.csv") -> None:
    join = (
        "met:\n  Join: {Name: met, Inputs: [in, songs], JoinType: equijoin, "
        "Columns: [{From: in, Keys: [[user]]}, {From: songs, Keys: [[user]]}]}\n"
    )
    own.flow(
        "plays",
        csv("in", path)
        + csv("songs", "songs.csv")
        + join
        + sql("named", "SELECT user, ms AS milliseconds, song FROM t", t="met")
        + table("out", "named", "my.plays"),
    )


def test_lint_measures_the_files(own: Own, wavehouse: Wavehouse) -> None:
    flow(own)
    found = wavehouse("flow", "lint", "--project", own.root, "--json")
    codes = {finding["code"]: finding["message"] for finding in found.json["findings"]}
    assert "F301" in codes  # no user of the one is in the other
    assert found.code == 1


def test_lint_tells_of_files_that_cannot_be_read(own: Own, wavehouse: Wavehouse) -> None:
    flow(own, "nowhere/")
    found = wavehouse("flow", "lint", "--project", own.root)
    assert "there is no file at nowhere/" in found.stdout
    own.write({"plays.csv": "user,ms\nann\n"})
    flow(own)
    found = wavehouse("flow", "lint", "--project", own.root)
    assert "plays.csv:2: 1 values stand there" in found.stdout


def test_lineage_goes_back_to_the_file(own: Own, wavehouse: Wavehouse) -> None:
    flow(own)
    found = wavehouse("flow", "lineage", "my.plays.milliseconds", "--project", own.root)
    assert found.code == 0, found.stderr
    assert "in.ms" in found.stdout


def test_preview_needs_no_lake(own: Own, wavehouse: Wavehouse) -> None:
    flow(own)
    found = wavehouse("flow", "preview", "in", "--project", own.root, "--lake", "nowhere", "--json")
    assert found.code == 0, found.stderr
    assert found.json["sample"] == [["ann", "1"], ["ann", "3"], ["bob", "2"]]


def test_a_table_that_another_flow_will_make_is_not_told_as_unknown(own: Own, wavehouse: Wavehouse) -> None:
    flow(own)
    own.flow("later", catalog("in", "my.plays") + table("out", "in", "my.again"))
    at = ("--flow", "later", "--project", own.root)
    looked = wavehouse("flow", "preview", "in", *at, "--lake", "nowhere")
    assert looked.code == 2
    assert "there is nothing to look at: the lake has no my.plays yet, which 'in' reads" in looked.stderr
    sql_ = wavehouse("flow", "sql", *at, "--json").json
    assert [column["name"] for column in sql_["columns"]] == ["user", "milliseconds", "song"]
