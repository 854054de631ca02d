"""Planted traps: each stands where the list says, and the rest of the files is as it was."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from wavehouse.samples import layout
from wavehouse.samples.catalogue import Catalogue
from wavehouse.samples.traps import SOURCES, TRAPS

Planted = dict[str, Any]
Records = Callable[[Path], Iterator[tuple[int, list[str]]]]

_KEYS = {source.file: source.key for source in SOURCES}
_REPEATED = {"identical_duplicate", "differing_duplicate"}


@pytest.fixture(scope="module")
def planted(soiled: Catalogue) -> list[Planted]:
    assert soiled.planted is not None
    return [json.loads(line) for line in soiled.planted.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def records(soiled: Catalogue, records_of: Records) -> dict[str, dict[int, list[str]]]:
    """The records of each source file by the line on which they start, the header on line 1."""
    return {name: dict(records_of(soiled.files[name])) for name in _KEYS}


def _fields(file: str, values: list[str]) -> dict[str, str]:
    """By column; a ragged record has its columns as far as they go."""
    return dict(zip(layout.COLUMNS[file], values, strict=False))


def _day(text: str) -> date:
    return date.fromisoformat(text.removesuffix(" 00:00:00 UTC"))


def _is_no_day(text: str) -> bool:
    try:
        _day(text)
    except ValueError:
        return True
    return False


# What the value must be where a trap is said to be; a trap about no column is told by the whole record.
_SPRUNG: dict[str, Callable[[str, date], bool]] = {
    "wrong_type": lambda value, _: re.fullmatch(r"-?\d+(\.\d+)?(E-?\d+)?", value) is None,
    "undecodable": lambda value, _: "\udcff" in value,
    "impossible_date": lambda value, _: _is_no_day(value),
    "future_date": lambda value, as_of: _day(value) > as_of,
    "out_of_range": lambda value, _: float(value) in (101, -1, 1.5, -0.2, 2),
    "blank_key": lambda value, _: value == "",
    "missing_album_name": lambda value, _: value == "",
    "short_id": lambda value, _: 0 < len(value) < 22,
    "partial_date": lambda value, _: re.fullmatch(r"\d{4}(-\d\d)?", value) is not None,
    "orphan": lambda value, _: re.fullmatch("[0-9A-Za-z]{22}", value) is not None,
}
_MORE_VALUES = {"ragged_short": -1, "ragged_long": 1}


def test_every_line_leads_to_its_record(
    planted: list[Planted], records: dict[str, dict[int, list[str]]], as_of: date
) -> None:
    listed = [trap for trap in planted if trap["line"] is not None]
    assert len({(trap["file"], trap["line"]) for trap in listed}) == len(listed), "one trap a row"
    for trap in listed:
        values = records[trap["file"]][trap["line"]]
        fields = _fields(trap["file"], values)
        assert {name: fields[name] for name in _KEYS[trap["file"]]} == trap["key"], trap
        assert len(values) - len(layout.COLUMNS[trap["file"]]) == _MORE_VALUES.get(trap["trap"], 0), trap
        if trap["column"]:
            assert _SPRUNG[trap["trap"]](fields[trap["column"]], as_of), trap


def test_line_numbers_survive_line_breaks_in_names(
    planted: list[Planted], records: dict[str, dict[int, list[str]]]
) -> None:
    broken = [line for line, values in records[layout.ALBUM].items() if any("\n" in v for v in values)]
    assert broken
    assert any(trap["file"] == layout.ALBUM and (trap["line"] or 0) > broken[0] for trap in planted)


def test_everything_else_is_as_it_was(
    planted: list[Planted],
    records: dict[str, dict[int, list[str]]],
    clean: Catalogue,
    soiled: Catalogue,
    records_of: Records,
) -> None:
    for file in _KEYS:
        marked = {trap["line"] for trap in planted if trap["file"] == file}
        untouched = Counter(tuple(values) for line, values in records[file].items() if line not in marked)
        before = Counter(tuple(values) for _, values in records_of(clean.files[file]))
        # What is new without being listed are the later ones of the duplicates that differ.
        differing = sum(trap["file"] == file and trap["trap"] == "differing_duplicate" for trap in planted)
        assert (untouched - before).total() == differing
    assert soiled.files[layout.MERGED].read_bytes() == clean.files[layout.MERGED].read_bytes()


def test_a_superseded_record_has_a_later_one_with_its_key(
    planted: list[Planted], records: dict[str, dict[int, list[str]]]
) -> None:
    by_key: dict[tuple[str, ...], list[int]] = {}
    for file, lines in records.items():
        for line, values in lines.items():
            fields = _fields(file, values)
            by_key.setdefault((file, *(fields.get(name, "") for name in _KEYS[file])), []).append(line)
    for trap in (trap for trap in planted if trap["expect"] == "superseded"):
        file, line = trap["file"], trap["line"]
        earlier, later = by_key[(file, *trap["key"].values())]
        assert earlier == line, trap
        identical = records[file][earlier] == records[file][later]
        assert identical == (trap["trap"] == "identical_duplicate"), trap


def test_the_rows_are_accounted_for(planted: list[Planted], clean: Catalogue, soiled: Catalogue) -> None:
    for file in _KEYS:
        traps = Counter(trap["trap"] for trap in planted if trap["file"] == file)
        repeated = sum(traps[name] for name in _REPEATED)
        assert soiled.rows[file] == clean.rows[file] + repeated - traps["missing_features"]


def test_an_artist_with_albums_stays(planted: list[Planted], clean: Catalogue, rows_of: Any) -> None:
    working = {row["artist_id"] for row in rows_of(clean.files[layout.ALBUM])}
    lost = [trap for trap in planted if trap["source"] == "artists" and trap["expect"] == "quarantined"]
    assert lost
    assert not working & {trap["key"]["id"] for trap in lost}


def test_an_orphans_artist_is_nowhere(
    planted: list[Planted], records: dict[str, dict[int, list[str]]]
) -> None:
    artists = {values[0] for values in records[layout.ARTIST].values()}
    for trap in (trap for trap in planted if trap["trap"] == "orphan"):
        fields = _fields(layout.ALBUM, records[layout.ALBUM][trap["line"]])
        assert fields["artist_id"] not in artists


def test_every_kind_of_trap_is_planted_about_as_often_as_asked(
    planted: list[Planted], clean: Catalogue
) -> None:
    assert {trap["trap"] for trap in planted} == {trap.name for trap in TRAPS}
    expected = {trap.name: trap.expect for trap in TRAPS}
    assert all(trap["expect"] == expected[trap["trap"]] for trap in planted)
    for file in set(_KEYS) - {layout.ARTIST}:  # too few rows to tell
        share = sum(trap["file"] == file for trap in planted) / clean.rows[file]
        assert 0.08 < share < 0.12


def test_the_same_seed_plants_the_same(make: Callable[..., Catalogue], soiled: Catalogue) -> None:
    again = make(dirty=10, threads=1)
    assert again.planted is not None
    assert soiled.planted is not None
    assert again.planted.read_bytes() == soiled.planted.read_bytes()
    for name, path in soiled.files.items():
        assert again.files[name].read_bytes() == path.read_bytes()
