"""Where links of marks lead: with what the mark is of, at every level of a hierarchy, or nowhere."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from tests.dashboards.conftest import with_visual

from wavehouse.console.dashboards.addresses import address_of
from wavehouse.console.dashboards.boards import Listed
from wavehouse.core.errors import CallError
from wavehouse.dashboards.answers import DataColumn, VisualData
from wavehouse.dashboards.board import Board
from wavehouse.dashboards.dimensions import Dimension
from wavehouse.dashboards.marks import links_of
from wavehouse.dashboards.view import read_view

_DASHBOARD = with_visual(
    {"id": "v", "kind": "bar", "title": "V",
     "drill": ["genre", {"field": "artist_id", "label": "artist_name"}, "album_id"],
     "measures": {"n": "count(*)"},
     "links": [
        {"title": "Genre", "sheet": "first", "set": {"genre": "genre"}},
        {"title": "Artist", "sheet": "first", "set": {"genre": "genre", "artist": "artist_id"}},
        {"title": "Name", "sheet": "first", "set": {"name": "artist_name"}},
        {"title": "Album", "url": "https://example.com/{genre}/{album_id}"},
     ]},
    others=[{"id": "m", "kind": "table", "title": "M", "dimensions": ["moment", "kind"],
             "links": [
                {"title": "Day", "sheet": "first", "set": {"day": "moment"}},
                {"title": "Mood", "sheet": "first", "set": {"mood": "kind"}},
                {"title": "Loud", "sheet": "first", "set": {"loud": "kind"}},
             ]}],
    controls=[
        {"id": "genre", "kind": "choice", "title": "G", "field": "genre"},
        {"id": "artist", "kind": "choice", "title": "A", "field": "artist_id"},
        {"id": "name", "kind": "text", "title": "N", "field": "artist_name"},
        {"id": "day", "kind": "dates", "title": "D", "field": "moment"},
        {"id": "loud", "kind": "range", "title": "L", "field": "kind"},
        {"id": "mood", "kind": "choice", "title": "M", "many": False, "options": ["high", "low"],
         "default": "high"},
    ],
)  # fmt: skip


class _None:
    """Links here lead to this dashboard alone."""

    def listed(self) -> Sequence[Listed]:
        return []

    def board(self, name: str) -> Board:
        raise AssertionError(name)

    def state(self) -> str:
        return ""


def _column(name: str, role: Any = "dimension", type_: str = "varchar") -> DataColumn:
    return DataColumn(name, type_, role, name)


_N = _column("n", "measure", "bigint")
_LEVELS = [
    VisualData(_DASHBOARD.visual("v"), (_column("genre"), _N), [("hip hop/rap", 1), (None, 2)]),
    VisualData(
        _DASHBOARD.visual("v"),
        (_column("artist_id"), _column("artist_name", "label"), _N),
        [("a1", "Ann", 1)],
        depth=1,
        path=("hip hop/rap",),
    ),
    VisualData(
        _DASHBOARD.visual("v"),
        (_column("album_id"), _N),
        [("al&bum", 1), (None, 1)],
        depth=2,
        path=("hip hop/rap", "a1"),
    ),
]


def _address(title: str, data: VisualData, row: int = 0) -> str:
    link = next(one for one in data.visual.links if one.title == title)
    return address_of(link, data, row, _DASHBOARD, _None())


def _set(address: str) -> list[tuple[str, str]]:
    pairs = parse_qsl(urlsplit(address).query, keep_blank_values=True)
    read_view(_DASHBOARD, pairs)
    return pairs[1:]


@pytest.mark.parametrize(
    ("depth", "titles"), [(0, ["Genre"]), (1, ["Genre", "Artist", "Name"]), (2, ["Genre", "Artist", "Album"])]
)
def test_a_level_offers_the_links_whose_columns_it_has_or_has_come_by(depth: int, titles: list[str]) -> None:
    assert [link.title for link in links_of(_LEVELS[depth])] == titles


def test_a_link_takes_what_is_above_from_the_way_down() -> None:
    assert _set(_address("Genre", _LEVELS[0])) == [("genre", "hip hop/rap")]
    assert _set(_address("Genre", _LEVELS[2])) == [("genre", "hip hop/rap")]
    assert _set(_address("Artist", _LEVELS[2])) == [("artist", "a1"), ("genre", "hip hop/rap")]
    assert _set(_address("Name", _LEVELS[1])) == [("name", "Ann")]
    assert _address("Album", _LEVELS[2]) == "https://example.com/hip%20hop%2Frap/al%26bum"


@pytest.mark.parametrize(
    ("period", "value", "ends"),
    [
        ("year", date(2023, 1, 1), "2023-01-01..2023-12-31"),
        ("quarter", date(2023, 10, 1), "2023-10-01..2023-12-31"),
        ("month", date(2024, 2, 1), "2024-02-01..2024-02-29"),
        ("week", date(2024, 2, 26), "2024-02-26..2024-03-03"),
        ("day", date(2024, 2, 29), "2024-02-29..2024-02-29"),
        (None, date(2024, 2, 29), "2024-02-29..2024-02-29"),
        ("month", date(9999, 12, 1), "9999-12-01..9999-12-31"),
        ("week", date(9999, 12, 27), "9999-12-27..9999-12-31"),
    ],
)
def test_a_period_leads_to_all_of_its_days(period: str | None, value: date, ends: str) -> None:
    levels = [{"field": "moment", "by": "year"}, {"field": "moment", "by": period}]
    visual = _DASHBOARD.visual("m").model_copy(
        update={"dimensions": (), "drill": tuple(map(Dimension.model_validate, levels))}
    )
    data = VisualData(visual, (_column("moment", type_="date"),), [(value,)], depth=1, path=("2023-01-01",))
    assert _set(_address("Day", data)) == [("day", ends)]


@pytest.mark.parametrize(
    ("width", "start", "ends"),
    [
        (10, 1990, "1990..1999"),
        (1, 7, "7..7"),
        (10, -20, "-20..-11"),
        (0.25, 0.5, "0.5..0.7499999999999999"),
        (0.1, 0.2, "0.2..0.3"),
        (None, 7, "7..7"),
    ],
)
def test_a_bin_leads_to_all_of_its_values(width: float | None, start: float, ends: str) -> None:
    dimension = Dimension.model_validate({"field": "kind", "bin": width})
    visual = _DASHBOARD.visual("m").model_copy(update={"dimensions": (dimension,)})
    data = VisualData(visual, (_column("kind", type_="double"),), [(start,)])
    (found,) = _set(_address("Loud", data))
    assert found[0] == "loud"
    low, high = map(float, found[1].split(".."))
    wanted_low, wanted_high = map(float, ends.split(".."))
    assert low == wanted_low
    # (The next bin begins with the next number.)
    assert high == wanted_high or math.nextafter(high, math.inf) == wanted_high


def test_a_series_by_a_period_leads_to_all_of_its_days() -> None:
    series = Dimension.model_validate({"field": "moment", "by": "month"})
    visual = _DASHBOARD.visual("m").model_copy(update={"dimensions": (), "series": series})
    data = VisualData(visual, (_column("moment", "series", "date"),), [(date(2024, 2, 1),)])
    assert _set(_address("Day", data)) == [("day", "2024-02-01..2024-02-29")]


def test_a_link_without_its_column_is_refused_by_name() -> None:
    for title, level, row in (("Artist", 0, 0), ("Album", 1, 0), ("Album", 2, 1), ("Name", 2, 0)):
        with pytest.raises(CallError, match="of this mark, by which the link leads on"):
            _address(title, _LEVELS[level], row)
    # (No genre is a genre that can be chosen.)
    assert _set(_address("Genre", _LEVELS[0], 1)) == [("genre", "~null")]


def test_a_moment_leads_to_its_day_and_an_option_to_itself() -> None:
    columns = (_column("moment", type_="timestamp(6)"), _column("kind"))
    data = VisualData(_DASHBOARD.visual("m"), columns, [(datetime(2024, 1, 31, 23, 59), "low"), (None, None)])  # noqa: DTZ001
    assert _set(_address("Day", data)) == [("day", "2024-01-31..2024-01-31")]
    assert _set(_address("Mood", data)) == [("mood", "low")]
    for title in ("Day", "Mood"):
        with pytest.raises(CallError):
            _address(title, data, 1)
