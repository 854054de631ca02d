"""A flow whose target takes the name of a table that a statement has made."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import Wavehouse


def test_a_run_does_not_take_over_a_table_of_a_statement(wavehouse: Wavehouse, tmp_path: Path) -> None:
    lake = ("--lake", str(tmp_path / "lake"))
    project = tmp_path / "project"
    for args in (
        ("init", str(project)),
        ("generate", str(tmp_path / "files"), "--scale", "0.002"),
        ("run", "--from", str(tmp_path / "files"), *lake),
        (
            *("sql", "--write", *lake),
            "CREATE TABLE spotify.mine WITH (table_type = 'ICEBERG', is_external = false) AS SELECT 1 AS n",
        ),
    ):
        done = wavehouse(*args)
        assert done.code == 0, done.stderr
    (flow,) = (project / "flows").glob("*.yaml")
    flow.write_text(flow.read_text("utf-8").replace("Table: tracks\n", "Table: mine\n"), "utf-8")
    refused = wavehouse("run", "--full", "--project", str(project), *lake)
    assert refused.code == 2, refused.stderr
    assert "spotify.mine, a table that a statement (CREATE TABLE) has made" in refused.stderr
    rows = wavehouse("sql", "SELECT n FROM spotify.mine", "--format", "csv", *lake)
    assert rows.stdout.split() == ["n", "1"]
