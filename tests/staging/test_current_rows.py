"""Of the rows of one key the last by (batch time, file name, line) stays, in whatever order files come.

Here the table has no rows before; `test_merge.py` merges into one that has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wavehouse.project.contracts import SourceContract
from wavehouse.staging.current_rows import Merge
from wavehouse.staging.merged import Merged

if TYPE_CHECKING:
    from tests.staging.conftest import Lab, MakeLab, Reading

_HEADER = "id,track_popularity,explicit\n"
_FIRST = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class _File:
    """A file of tracks: when and under which name it came, and its rows as (id, popularity)."""

    rows: tuple[tuple[str, int], ...]
    hours: float = 0
    name: str = "tracks.csv"


def _read(lab: Lab, file: _File) -> Reading:
    text = _HEADER + "".join(f"{id_},{popularity},true\n" for id_, popularity in file.rows)
    time = _FIRST + timedelta(hours=file.hours)
    return lab.type(lab.land(text.encode(), file.name, batch=f"batch-{file.hours}", time=time))


def _merged(
    lab: Lab, readings: Sequence[Reading], source: str = "tracks", target: Path | None = None
) -> Merged:
    """The rows of files that are passed in this order."""
    merge = Merge(lab.engine, lab.contracts[source], [], [reading.typed for reading in readings])
    merged = merge.run(str(target or lab.fresh()), lab.ids(source))
    assert merged.files == [file.location for file in merged.added]
    assert merged.rows == merged.inserted == len(lab.rows_in(merged.files))
    assert (merged.removed, merged.updated, merged.deleted) == ([], 0, 0)
    return merged


def _kept(lab: Lab, *files: _File) -> tuple[dict[str, int], Merged]:
    """What is kept of files that are passed in this order."""
    current = _merged(lab, [_read(lab, file) for file in files])
    rows = lab.rows_in(current.files)
    assert current.touched is None  # every row is new
    return {row["id"]: row["track_popularity"] for row in rows}, current


def _superseded(current: Merged) -> dict[str, int]:
    return {file.name: rows for file, rows in current.superseded.items()}


def test_where_no_key_stands_twice_the_files_stay_as_they_are(lab: Lab) -> None:
    files = [_File((("a", 1), ("b", 2))), _File((("c", 3),), hours=1)]
    readings = [_read(lab, file) for file in files]
    written = [file for reading in readings for file in reading.typed.files]
    target = lab.fresh()
    current = _merged(lab, readings, target=target)
    assert (current.added, current.superseded, current.differing) == (written, {}, 0)
    assert all(Path(file.location).exists() for file in written)
    assert not target.exists()


def test_where_rows_were_superseded_the_others_are_written_again(lab: Lab) -> None:
    reading = _read(lab, _File((("a", 1), ("b", 1), ("a", 2))))
    current = _merged(lab, [reading])
    assert not {*current.files} & {file.location for file in reading.typed.files}
    assert all(Path(location).exists() for location in current.files)


def test_nothing_read_nothing_kept(lab: Lab) -> None:
    merged = Merge(lab.engine, lab.contracts["tracks"], [], []).run(str(lab.fresh()), lab.ids("tracks"))
    assert (merged.files, merged.added, merged.removed, merged.rows) == ([], [], [], 0)
    assert (merged.superseded, merged.differing, merged.inserted) == ({}, 0, 0)


def test_the_rows_that_are_excluded_stay_out_and_are_no_version_of_their_key(lab: Lab) -> None:
    reading = _read(lab, _File((("a", 1), ("b", 2), ("a", 3), ("b", 4))))
    place = "filename, file_row_number"
    (file,) = reading.typed.files
    lab.engine.execute(
        f"CREATE TEMP TABLE out AS SELECT {place} FROM "
        f"{lab.engine.parquet([file.location], with_position=True)} WHERE track_popularity IN (2, 3)"
    )
    merge = Merge(lab.engine, lab.contracts["tracks"], [], [reading.typed], excluded="out")
    merged = merge.run(str(lab.fresh()), lab.ids("tracks"))
    lab.engine.execute("DROP TABLE out")
    rows = lab.rows_in(merged.files)
    assert {row["id"]: row["track_popularity"] for row in rows} == {"a": 1, "b": 4}
    assert (merged.rows, merged.superseded, merged.differing) == (2, {}, 0)


@pytest.mark.parametrize(
    ("files", "kept", "superseded", "differing"),
    [
        pytest.param([_File((("a", 1), ("a", 2)))], {"a": 2}, {"tracks.csv": 1}, 1, id="the later line"),
        pytest.param([_File((("a", 1), ("a", 1)))], {"a": 1}, {"tracks.csv": 1}, 0, id="identical"),
        pytest.param(
            [_File((("a", 2), ("a", 1), ("a", 2), ("a", 2)))],
            {"a": 2},
            {"tracks.csv": 3},
            1,
            id="identical to the kept one or not",
        ),
        pytest.param(
            [_File((("a", 9), ("b", 9)), hours=1), _File((("a", 1), ("c", 1)))],
            {"a": 9, "b": 9, "c": 1},
            {"tracks.csv": 1},
            1,
            id="the later batch",
        ),
        pytest.param(
            [_File((("a", 1),), name="tracks.csv"), _File((("a", 2),), name="track.csv")],
            {"a": 1},
            {"track.csv": 1},
            1,
            id="the greater name",
        ),
        pytest.param(
            [
                _File((("a", 1),), hours=1, name="track.csv"),
                _File((("a", 2),), hours=0, name="tracks.csv"),
            ],
            {"a": 1},
            {"tracks.csv": 1},
            1,
            id="the batch before the name",
        ),
        pytest.param(
            [_File((("a", 1),), hours=1e-6), _File((("a", 2),))],
            {"a": 1},
            {"tracks.csv": 1},
            1,
            id="a part of a second",
        ),
    ],
)
def test_the_last_wins(
    lab: Lab, files: list[_File], kept: dict[str, int], superseded: dict[str, int], differing: int
) -> None:
    for order in (files, files[::-1]):
        rows, current = _kept(lab, *order)
        assert rows == kept
        assert _superseded(current) == superseded
        assert current.differing == differing


def test_a_whole_key_counts(make_lab: MakeLab) -> None:
    lab = make_lab()
    header = "track_name,track_id,album_name,release_date,album_id,artist_id\n"
    content = header + "old,t1,X,2000,a1,r\nother,t1,X,2000,a2,r\nnew,t1,X,2000,a1,r\nmore,t2,X,2000,a1,r\n"
    reading = lab.read(content.encode(), "albums.csv")
    current = _merged(lab, [reading], "albums")
    names = sorted(row["track_name"] for row in lab.rows_in(current.files))
    assert names == ["more", "new", "other"]


def test_columns_may_have_any_name(make_lab: MakeLab) -> None:
    names = ["content", "key", "kept", "place", "differs", "superseded", "rows"]
    contract = SourceContract.model_validate(
        {
            "source": "odd",
            "files": ["odd.csv"],
            "key": ["content"],
            "columns": {name: {"type": "string"} for name in names},
        }
    )
    lab = make_lab(contract)
    lines = [",".join(names), "k,old,a,b,c,d,e", "k,new,a,b,c,d,e", "l,one,a,b,c,d,e"]
    reading = lab.read("\n".join(lines).encode(), "odd.csv")
    current = _merged(lab, [reading], "odd")
    rows = lab.rows_in(current.files)
    assert sorted((row["content"], row["key"]) for row in rows) == [("k", "new"), ("l", "one")]


def test_many_rows(lab: Lab) -> None:
    rows = tuple((f"k{at % 70_000}", at) for at in range(100_000))
    kept, current = _kept(lab, _File(rows))
    assert kept == dict(rows)
    assert (sum(current.superseded.values()), current.differing) == (30_000, 30_000)


_FILES = st.lists(
    st.builds(
        _File,
        st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 2)), min_size=1, max_size=5).map(tuple),
        st.sampled_from([0, 0.5, 1]),
        st.sampled_from(["tracks.csv", "track.csv", "spotify_tracks_data_2023.csv"]),
    ),
    min_size=1,
    max_size=4,
    unique_by=(lambda file: (file.hours, file.name), lambda file: file.rows),
)


@given(files=_FILES, data=st.data())
@settings(
    max_examples=settings().max_examples // 3,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_as_a_plain_dictionary_says(lab: Lab, files: list[_File], data: st.DataObject) -> None:
    kept, current = _kept(lab, *data.draw(st.permutations(files)))

    last: dict[str, tuple[_File, int]] = {}
    superseded: dict[str, int] = {}
    rows: list[tuple[str, int]] = []
    for file in sorted(files, key=lambda file: (file.hours, file.name)):
        for id_, popularity in file.rows:
            if id_ in last:
                before = last[id_][0]
                superseded[f"{before.hours} {before.name}"] = (
                    superseded.get(f"{before.hours} {before.name}", 0) + 1
                )
            last[id_] = (file, popularity)
            rows.append((id_, popularity))
    expected: dict[str, Any] = {id_: popularity for id_, (_, popularity) in last.items()}
    assert kept == expected
    assert {
        f"{file.batch.removeprefix('batch-')} {file.name}": count
        for file, count in current.superseded.items()
    } == superseded
    assert current.differing == sum(popularity != expected[id_] for id_, popularity in rows)
    assert current.rows + sum(superseded.values()) == len(rows)
