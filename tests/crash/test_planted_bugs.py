"""The tests see what they are for: each planted bug is one that they complain about."""

from __future__ import annotations

import dataclasses

import pytest
from tests.crash.checks import Case, Trial
from tests.crash.depth import NIGHTLY
from tests.crash.planted import BUGS
from tests.crash.points import Fault
from tests.crash.scenes import Theatre

pytestmark = pytest.mark.slow

_ELSEWHERE = {
    *("data not synced", "metadata not synced", "folders not synced"),  # test_durability.py
    "no second attempt",  # test_network_faults.py
}
_RUN = "an incremental run"

_PART = "warehouse/spotify/tracks/data/run=<run>/part"

# Where each bug shows: a scene, and a fault at a point of it.
_WHERE: dict[str, tuple[str, Fault, str]] = {
    "ledger beside the catalog": (_RUN, "kill", "stage staging.albums: commit: before"),
    "repair takes back": (_RUN, "kill", "show staging.artists: commit: after"),
    "repair looks away": (_RUN, "kill", "show staging.artists: commit: after"),
    "undone whatever was shown": (_RUN, "eio", "show staging.tracks: commit: before"),
    "upsert appends": (_RUN, "kill", ".scratch/<run>: mkdir"),
    "upsert appends unseen": (_RUN, "kill", ".scratch/<run>: mkdir"),
    "the last to arrive wins": (_RUN, "kill", ".scratch/<run>: mkdir"),
    "waiting rows forgotten": (_RUN, "kill", "stage staging.tracks: commit: after"),
    "rollback holds nothing": ("a rollback", "kill", "show staging.artists: commit: after"),
    "vacuum forgets the held": ("a vacuum", "kill", ".lock: open"),
    "vacuum sees what is shown": (_RUN, "kill", "show staging.albums: commit: after"),
    "failures to show unheard": (_RUN, "eio", "show spotify.tracks: commit: before"),
    "the joined table first": (_RUN, "kill", "show spotify.tracks: commit: after"),
    "shown before it is read back": (_RUN, "short", f"{_PART}: COPY: after"),
    "files come after the commit": (_RUN, "kill", "show staging.tracks: commit: after"),
    "tried again by appending": (_RUN, "eio", "show staging.tracks: commit: after"),
}


# The same for those that only a bucket shows.
_IN_A_BUCKET: dict[str, tuple[str, Fault, str]] = {
    "an upload that failed is answered for": (
        _RUN,
        "eio",
        "warehouse/staging/tracks/metadata/00004-<uuid>.metadata.json: close",
    ),
    "written again and both count": (_RUN, "eio", "warehouse/quarantine/rows/data/run=<run>: COPY: after"),
}
_TRIED = [
    *(("directory", bug) for bug in _WHERE),
    *(("bucket", bug) for bug in (*_IN_A_BUCKET, *(_WHERE if NIGHTLY else ()))),
]


def _case(theatre: Theatre, bug: str) -> Case:
    name, fault, point = {**_WHERE, **_IN_A_BUCKET}[bug]
    return Case(theatre.scene(name), point, fault, tidy="vacuum sees" in bug, plants=(bug,))


def test_every_bug_is_tried() -> None:
    assert {*_WHERE, *_IN_A_BUCKET} | _ELSEWHERE == set(BUGS)


@pytest.mark.parametrize(("theatre", "bug"), _TRIED, indirect=["theatre"])
def test_a_bug_is_seen(theatre: Theatre, bug: str) -> None:
    assert Trial(theatre, _case(theatre, bug)).complaints


@pytest.mark.parametrize(
    ("theatre", "bug"),
    # Several bugs may show at the same point.
    list({(place, {**_WHERE, **_IN_A_BUCKET}[bug]): (place, bug) for place, bug in _TRIED}.values()),
    indirect=["theatre"],
)
def test_without_the_bug_all_is_well_there(theatre: Theatre, bug: str) -> None:
    case = dataclasses.replace(_case(theatre, bug), plants=(), tidy=True)
    assert Trial(theatre, case).complaints == []
