"""In whatever order batches arrive, one by one or several at once, the tables end as those of one load."""

from __future__ import annotations

import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st
from tests.pipeline.conftest import (
    OPTIONAL,
    Lake,
    Rows,
    albums,
    artists,
    day,
    features,
    tracks,
    write,
)

from wavehouse.pipeline import definition, stage
from wavehouse.project.contracts import read_contracts
from wavehouse.project.copy import copy_project
from wavehouse.project.project import Project
from wavehouse.settings import builtin_project

# Few keys, so that versions meet; not all artists and tracks that albums name ever arrive.
_ARTISTS, _TRACKS, _NEVER = range(1, 5), range(12), 9
_NAMES = {
    "artists": ("artist.csv", "artists.csv"),
    "albums": ("album.csv", "albums.csv"),
    "tracks": ("tracks.csv", "track.csv"),
    "features": ("features.csv",),
}


@dataclass(frozen=True)
class Batch:
    """Files that arrive together, and when they were made."""

    folder: Path
    time: datetime


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Project]]:
    """The project that ships, twice; and two in which the files of one source are full snapshots.

    Each is read once: that would be a third of the time of a run.
    """
    shipped = Project.at(builtin_project())
    found = [shipped, shipped]
    for source in ("albums", "artists"):
        root = copy_project(shipped, tmp_path_factory.mktemp("projects") / source)
        contract = root / "contracts" / f"{source}.yaml"
        contract.write_text(contract.read_text().replace("\nfiles:", "\ncontents: snapshot\nfiles:", 1))
        found.append(Project.at(root))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(definition, "read_definition", lru_cache(definition.read_definition))
        patch.setattr(stage, "read_contracts", lru_cache(read_contracts))
        yield found


def rows_of(source: str, random: Random) -> Iterator[Rows]:
    """Rows of a file: keys come several times, and now and then one has a mistake."""
    for _ in range(random.randint(1, 6)):
        number, popularity = (
            random.choice(_TRACKS),
            random.choice([1, 2, 50, 500 if random.random() < 0.3 else 3]),
        )
        match source:
            case "artists":
                yield artists([random.choice(_ARTISTS)], artist_popularity=popularity, genre_0="")
            case "albums":
                artist = random.choice([*_ARTISTS, *_ARTISTS, _NEVER])
                changed: dict[str, Any] = {
                    "label": random.choice("abc"),
                    "artist_1": random.choice(["", "Guest"]),
                }
                if random.random() < 0.15:
                    changed["duration_ms"] = -1
                date = random.choice(["1985", "1999-12-31", "2001-02"])
                yield albums([random.choice([*_TRACKS, 30])], artist=artist, date=date, **changed)
            case "tracks":
                yield tracks([number], popularity)
            case _:
                yield features([number], energy=random.choice([0.25, 0.5, 2]))


def file_of(path: Path, source: str, random: Random) -> bytes:
    """Write a file of one source, which may lack columns; returns its bytes."""
    rows = [row for some in rows_of(source, random) for row in some]
    lacks = set(
        random.sample(OPTIONAL.get(source, ()), random.choice([0, 0, 0, 1]) if source in OPTIONAL else 0)
    )
    empty = dict.fromkeys(OPTIONAL.get(source, ()), "")
    rows = [{name: value for name, value in {**empty, **row}.items() if name not in lacks} for row in rows]
    misfit = {"tracks": "explicit", "artists": "artist_popularity"}.get(source)
    if misfit and len(rows) > 1 and random.random() < 0.3:  # (of one row it would be the whole file)
        rows[-1][misfit] = "many"
    return write(path, rows).read_bytes()


def batches(folder: Path, random: Random) -> list[Batch]:
    """A catalogue in batches; two may be of one time, and a file may have the bytes of an earlier one."""
    made: list[Batch] = []
    known: dict[str, list[bytes]] = defaultdict(list)
    for at in range(random.randint(3, 6)):
        batch = Batch(folder / str(at), day(random.randint(0, 5)))
        for source, names in _NAMES.items():
            if random.random() < (0.8 if source == "albums" else 0.5):
                path = batch.folder / random.choice(names)
                known[source].append(file_of(path, source, random))
                if random.random() < 0.2:
                    path.write_bytes(random.choice(known[source]))
        if batch.folder.exists() and any(batch.folder.iterdir()):
            made.append(batch)
    return made


def arrive(lake: Lake, order: list[Batch], random: Random) -> None:
    """Give the lake the batches in this order: some are staged, and taken with the next run."""
    staged = False
    for batch in order:
        if random.random() < 0.35:
            lake.stage(batch.folder, batch.time)
            staged = True
            continue
        record = lake.run(batch.folder, time=batch.time)
        staged = False
        if record.why:
            event(re.sub("[0-9]+", "…", record.why))
        if any("that waited" in note for note in record.notes):
            event("rows that waited have come in")
    if staged:
        lake.run()


def comparable(lake: Lake) -> dict[str, Counter[Any]]:
    """The state of a lake, but for what is told of rows with a mistake of their own: what they looked up in
    vain is that of the time when they came."""
    state: dict[str, Counter[Any]] = {**lake.state()}
    if state.pop("quarantine.rows", None):
        columns = "source, file, sha256, batch_time::VARCHAR, line, byte_offset, raw, retryable"
        rows = lake.rows(f"SELECT {columns}, reason, rules, columns, values FROM {{t}}", "quarantine.rows")
        state["quarantine.rows"] = Counter(
            (*row, reason if row[-1] else "", *_own(row[-1], zip(*faults, strict=True)))
            for *row, reason, rules, names, values in rows
            for faults in [(rules, names, values)]
        )
    return state


def _own(retryable: bool, faults: Iterator[tuple[str, ...]]) -> list[tuple[str, ...]]:
    return [fault for fault in faults if retryable or not fault[0].startswith("ReferentialIntegrity")]


@pytest.mark.slow
@settings(
    max_examples=settings().max_examples // 8,
    deadline=None,
    # (A case is not made simpler by another seed.)
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(seed=st.integers(0, 2**32 - 1))
def test_batches_in_any_order_and_grouping_end_as_one_load(
    seed: int, projects: list[Project], tmp_path_factory: pytest.TempPathFactory
) -> None:
    random = Random(seed)  # noqa: S311
    folder = tmp_path_factory.mktemp("order")
    project = random.choice(projects)
    made = batches(folder / "files", random)
    one = Lake(folder / "one", project)
    for batch in made:
        one.stage(batch.folder, batch.time)
    one.run()
    order = [*made, *random.choices(made, k=1)]
    random.shuffle(order)
    several = Lake(folder / "several", project)
    arrive(several, order, random)
    assert_same(comparable(several), comparable(one))
    shutil.rmtree(folder)


def assert_same(found: Mapping[str, Counter[Any]], wanted: Mapping[str, Counter[Any]]) -> None:
    """The same rows in every table, with the difference where there is one."""
    for table in sorted({*found, *wanted}):
        mine, theirs = found.get(table, Counter()), wanted.get(table, Counter())
        assert (table, list(mine - theirs), list(theirs - mine)) == (table, [], [])
