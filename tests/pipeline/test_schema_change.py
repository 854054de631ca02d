"""A source whose columns change: offered, taken, widened, or refused with the difference."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.pipeline.conftest import Lake, ident, tracks, write

from wavehouse.core.errors import DefinitionError, RejectedError
from wavehouse.core.table_name import TableName
from wavehouse.project.copy import copy_project
from wavehouse.project.project import Project


def _mine(lake: Lake, folder: Path) -> Lake:
    return Lake(lake.root, Project.at(copy_project(lake.project, folder / "mine")))


def _edit(lake: Lake, source: str, old: str, new: str) -> None:
    path = lake.project.root / "contracts" / f"{source}.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def _with_plays(numbers: range, plays: str) -> list[dict[str, str]]:
    return [{**row, "plays": plays, "chart": "1999-01-01"} for row in tracks(numbers)]


def test_a_new_column_is_offered_with_the_line_that_takes_it(
    lake: Lake, catalogue: Path, tmp_path: Path
) -> None:
    lake.run(catalogue)
    write(tmp_path / "more" / "tracks.csv", _with_plays(range(30, 32), "7000000000"))
    record = lake.run(tmp_path / "more")
    (note,) = (note for note in record.notes if "left out" in note)
    assert "plays, chart" in note
    assert "add to the columns of 'tracks': plays: {type: bigint}; chart: {type: date}" in note


def test_a_column_that_the_contract_takes_is_read_from_the_earlier_files_too(
    lake: Lake, catalogue: Path, tmp_path: Path
) -> None:
    mine = _mine(lake, tmp_path)
    mine.run(catalogue)
    write(tmp_path / "more" / "tracks.csv", _with_plays(range(5), "7"))
    mine.run(tmp_path / "more")
    _edit(mine, "tracks", "  explicit:", "  plays: {type: int}\n  explicit:")
    record = mine.run()
    assert (record.mode, record.why) == ("full", "the project's files have changed")
    assert mine.rows("SELECT count(*), count(plays), sum(plays) FROM {t}", "staging.tracks") == [(20, 5, 35)]


def test_a_widened_type_is_taken(lake: Lake, catalogue: Path, tmp_path: Path) -> None:
    mine = _mine(lake, tmp_path)
    mine.run(catalogue)
    _edit(mine, "albums", "track_number: {type: int}", "track_number: {type: bigint}")
    mine.run()
    head = mine.head.head(TableName("staging", "albums"))
    assert head is not None
    assert {column.name: column.type for column in head.columns}["track_number"] == "bigint"


def test_an_incompatible_type_stops_the_run_with_every_difference(
    lake: Lake, catalogue: Path, tmp_path: Path
) -> None:
    mine = _mine(lake, tmp_path)
    mine.run(catalogue)
    before = mine.files()
    _edit(mine, "tracks", "track_popularity: {type: int,", "track_popularity: {type: double,")
    _edit(mine, "tracks", "explicit: {type: boolean,", "explicit: {type: string,")
    with pytest.raises(
        DefinitionError, match="'track_popularity' is int and would become double; 'explicit'"
    ):
        mine.run()
    assert mine.files() == before


def test_a_file_of_which_no_row_fits_shows_what_does_not(lake: Lake, catalogue: Path, tmp_path: Path) -> None:
    lake.run(catalogue)
    rows = [{"id": ident("tr", n), "track_popularity": "high", "explicit": "false"} for n in range(3)]
    write(tmp_path / "more" / "tracks.csv", rows)
    with pytest.raises(
        RejectedError, match=r"none of its 3 rows fits.*track_popularity: not a int \('high'\)"
    ):
        lake.run(tmp_path / "more")
    assert lake.rows("SELECT count(*) FROM {t}", "staging.tracks") == [(20,)]


def test_a_missing_optional_column_keeps_what_is_stored(lake: Lake, catalogue: Path, tmp_path: Path) -> None:
    lake.run(catalogue)
    rows = [{"id": ident("ar", 1), "name": "Renamed", "artist_popularity": 60}]
    write(tmp_path / "more" / "artist.csv", rows)
    record = lake.run(tmp_path / "more")
    assert record.mode == "incremental"
    for _ in range(2):
        assert lake.rows("SELECT DISTINCT artist_name, artist_popularity, followers, genre FROM {t}") == [
            ("Renamed", 60, 10, "pop")
        ]
        lake.run(full=True)
