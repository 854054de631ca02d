"""kill -9 at random times of real processes, while others read: every row is there in the end, once."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from tests.crash.catalogue import Given
from tests.crash.checks import settled
from tests.crash.depth import NIGHTLY, PLACES, some
from tests.crash.kills import Killer, reading, shuffled, sightings
from tests.crash.oracle import Oracle
from tests.crash.random_batches import random_batch, random_of
from tests.crash.reader import digest
from tests.crash.scenes import FULL, RUN, State, Theatre, Workshop
from tests.crash.tally import Round, Tally

pytestmark = pytest.mark.slow

_TALLY = "CRASH_TALLY"  # names the JSON file in which kills add up over several calls
_KILLS = 40  # of one lake
_MOST_IN_A_ROW = 4
# In all, ordinarily and by night.
_ENOUGH = {"directory": (24, 600), "bucket": (5, 40)}


@pytest.mark.parametrize("theatre", PLACES, indirect=True)
def test_whatever_is_killed_every_row_is_there_once_and_no_reader_saw_a_part(
    theatre: Theatre, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    path: Path | None = Path(os.environ[_TALLY]) if _TALLY in os.environ else None
    if NIGHTLY and path is None:
        path = request.config.cache.mkdir("crash") / "tally.json"
    place = theatre.shop.place.name
    if path and place != "directory":
        path = path.with_stem(f"{path.stem}-{place}")
    tally = Tally(path if NIGHTLY else None)
    wanted = some(*_ENOUGH[place])
    before = len(tally.rounds)
    # (Of kills that are all of other nights nothing would be learnt about the code of this one.)
    while tally.kills < wanted or len(tally.rounds) == before:
        seed = len(tally.rounds) + 1
        tally.add(_round(theatre.shop, seed, min(_KILLS, wanted), tmp_path / str(seed)))


def _round(shop: Workshop, seed: int, kills: int, folder: Path) -> Round:
    """Load batches into a new lake until there have been enough kills, and look at what has become of it."""
    random = random_of(seed)
    folder.mkdir()
    shop.place.bring_back("")
    killer = Killer(shop.place, random, folder)
    order = shuffled(random, [random_batch(random, number) for number in range(4 * _KILLS)])
    loaded: list[tuple[Given, ...]] = []
    with reading(shop.place, folder / "seen.jsonl"):
        for batch in order:
            if killer.kills >= kills:
                break
            killer.run(shop.load(batch), min(kills - killer.kills, random.randint(1, _MOST_IN_A_ROW)))
            loaded.append(batch)
            assert [*settled(shop, _state(loaded), f"seed {seed}, batch {len(loaded)}")] == []
    seen = sightings(folder / "seen.jsonl")[1:]
    assert [*_wrong(seen, loaded)] == []
    in_parts = shop.view().tables
    shop.done(FULL)
    assert shop.view().tables == in_parts
    shop.place.bring_back("")
    for batch in dict.fromkeys(loaded):
        shop.done(("stage", *shop.files(batch), "--project", RUN[2], "--json"))
    shop.done(RUN)
    assert shop.view().tables == in_parts
    return Round(seed, killer.kills, killer.runs, len(seen))


def _state(loaded: Sequence[tuple[Given, ...]]) -> State:
    return State(tuple(file for batch in dict.fromkeys(loaded) for file in batch))


def _wrong(seen: list[dict[str, object]], loaded: Sequence[tuple[Given, ...]]) -> Iterator[str]:
    """What was to be seen that no load had made."""
    made: dict[str, set[str]] = {}
    for count in range(len(loaded) + 1):
        for name, rows in Oracle(_state(loaded[:count]).taken).tables.items():
            made.setdefault(name, set()).add(digest(rows))
    shown: dict[tuple[object, object], object] = {}
    for one in seen:
        if "error" in one:
            yield str(one["error"])
            continue
        if one["digest"] not in made[str(one["table"])] or one["rows"] != one["told"]:
            yield f"{one['table']} showed what no load had made: {one}"
        if shown.setdefault((one["table"], one["run"]), one["digest"]) != one["digest"]:
            yield f"{one['table']} showed two states of run {one['run']}"
