"""A lake against another that answers like Athena, over HTTP: our own server is on the other side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Wavehouse
from tests.servers import servers

from wavehouse.settings import AwsSettings, Settings, builtin_project
from wavehouse.wiring.aws_parity import parity

Json = dict[str, Any]


@pytest.fixture(scope="module")
def lakes(tmp_path_factory: pytest.TempPathFactory, wavehouse_in: Callable[[Path], Wavehouse]) -> Path:
    """A folder with two lakes of the same files, `here` and `there`; each had its own run."""
    folder = tmp_path_factory.mktemp("parity")
    wavehouse = wavehouse_in(folder)
    for args in (
        ("generate", "files", "--scale", "0.002", "--dirty", "0.02"),
        ("run", "--from", "files", "--lake", "here"),
        ("run", "--from", "files", "--lake", "there"),
    ):
        done = wavehouse(*args)
        assert done.code in (0, 1), done.stderr
    return folder


@pytest.fixture(scope="module")
def ask(lakes: Path) -> Iterator[Callable[..., Json]]:
    """Compares `here` with what the server of `there` answers; to be asked for some tables, or for all."""
    with servers(AWS_EC2_METADATA_DISABLED="true") as start:
        _, told = start("--lake", str(lakes / "there"), "--write")
        athena = AwsSettings(region="us-east-1", endpoint=told["url"], profile="")
        settings = Settings(builtin_project(), lakes / "here")
        yield lambda *tables: parity(settings, athena, "dev", "primary", tables, 0.02)


def _of(answer: Json, name: str) -> list[str]:
    (found,) = [one for one in answer["compared"] if one["name"] == name]
    differences: list[str] = found["differences"]
    return differences


def _change(lakes: Path, sql: str, lake: str = "there") -> None:
    done = Wavehouse(lakes)("sql", sql, "--write", "--lake", lake)
    assert done.code == 0, done.stderr


def test_the_same_files_come_to_the_same(ask: Callable[..., Json]) -> None:
    answer = ask()
    assert [(one["name"], one["differences"]) for one in answer["compared"] if one["differences"]] == []
    assert answer["same"]
    kinds = [one["kind"] for one in answer["compared"]]
    assert kinds.count("table") >= 2
    assert kinds.count("chart") >= 20
    assert all(one["rows"] for one in answer["compared"] if one["kind"] == "table")


def test_what_changes_there_is_found(ask: Callable[..., Json], lakes: Path) -> None:
    copied = (
        "CREATE TABLE spotify.copied WITH (table_type = 'ICEBERG', is_external = false) "
        "AS SELECT * FROM spotify.tracks"
    )
    for lake in ("here", "there"):
        _change(lakes, copied, lake)
    assert ask("spotify.copied")["same"]
    # Two values that change places leave every column's sum alone.
    _change(
        lakes,
        "UPDATE spotify.copied SET track_name = CASE track_name "
        "WHEN (SELECT min(track_name) FROM spotify.tracks) THEN (SELECT max(track_name) FROM spotify.tracks) "
        "ELSE (SELECT min(track_name) FROM spotify.tracks) END "
        "WHERE track_name IN ((SELECT min(track_name) FROM spotify.tracks), "
        "(SELECT max(track_name) FROM spotify.tracks))",
    )
    told = _of(ask("spotify.copied"), "spotify.copied")
    assert any(one.startswith("checksum of rows") for one in told), told
    _change(lakes, "DELETE FROM spotify.copied WHERE release_decade = 1990")
    told = _of(ask("spotify.copied"), "spotify.copied")
    assert any(one.startswith("rows: ") for one in told), told


def test_tables_that_are_not_there_are_told(ask: Callable[..., Json]) -> None:
    answer = ask("spotify.nowhere")
    assert not answer["same"]
    assert _of(answer, "spotify.nowhere") == ["there is no such table here"]


def test_a_column_of_another_type_is_told(ask: Callable[..., Json], lakes: Path) -> None:
    _change(
        lakes, "CREATE TABLE spotify.few AS SELECT track_id, CAST(1 AS bigint) AS number FROM spotify.tracks"
    )
    _change(lakes, "CREATE TABLE spotify.few AS SELECT track_id, 1 AS number FROM spotify.tracks", "here")
    told = _of(ask("spotify.few"), "spotify.few")
    assert told == ["the column 'number' is int here, bigint there"]


def test_nobody_who_answers_is_told(lakes: Path) -> None:
    answer = Wavehouse(lakes)("aws", "parity", "spotify.tracks", "--lake", "here")
    assert answer.code == 3, answer.stderr
    assert answer.stderr.startswith("error: AWS was not reached while ")
    assert "Traceback" not in answer.stderr
