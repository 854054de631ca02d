"""When schedules fire: both forms, and the two nights of a year on which the clocks are changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest

from wavehouse.pipeline.schedules.cron import Cron

_BERLIN = "Europe/Berlin"
_YEAR = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)


def _first(text: str, after: str, count: int, zone: str = "UTC") -> list[str]:
    found = islice(Cron(text, zone).firings(datetime.fromisoformat(after)), count)
    return [f"{one:%m-%d %H:%M}" for one in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cron(0 12 * * ? *)", ["03-01 12:00", "03-02 12:00", "03-03 12:00"]),
        ("0 12 * * *", ["03-01 12:00", "03-02 12:00", "03-03 12:00"]),
        ("cron(0/15 8-9 * * ? *)", ["03-01 08:00", "03-01 08:15", "03-01 08:30"]),
        ("cron(0 8 ? * MON-FRI *)", ["03-02 08:00", "03-03 08:00", "03-04 08:00"]),
        ("cron(0 8 ? * 2-6 *)", ["03-02 08:00", "03-03 08:00", "03-04 08:00"]),
        ("0 8 * * 1-5", ["03-02 08:00", "03-03 08:00", "03-04 08:00"]),
        ("0 8 * * 0", ["03-01 08:00", "03-08 08:00", "03-15 08:00"]),
        ("0 8 * * 7", ["03-01 08:00", "03-08 08:00", "03-15 08:00"]),
        ("cron(0 8 ? * 1 *)", ["03-01 08:00", "03-08 08:00", "03-15 08:00"]),
        ("0 8 * * 0-7", ["03-01 08:00", "03-02 08:00", "03-03 08:00"]),
        ("0 8 * * 3-3", ["03-04 08:00", "03-11 08:00", "03-18 08:00"]),
        ("0 8 * * fri-mon", ["03-01 08:00", "03-02 08:00", "03-06 08:00"]),
        ("cron(0 0 L * ? *)", ["03-31 00:00", "04-30 00:00", "05-31 00:00"]),
        ("cron(0 8 ? * 6#3 *)", ["03-20 08:00", "04-17 08:00", "05-15 08:00"]),
        ("cron(0 8 ? * 6L *)", ["03-27 08:00", "04-24 08:00", "05-29 08:00"]),
        # As of cron: either kind of days will do.
        ("0 8 13 * 5", ["03-06 08:00", "03-13 08:00", "03-20 08:00"]),
        ("cron(0 0 29 2 ? *)", ["02-29 00:00", "02-29 00:00", "02-29 00:00"]),
        ("0 0 1 jan,JUL *", ["07-01 00:00", "01-01 00:00", "07-01 00:00"]),
    ],
)
def test_it_fires(text: str, expected: list[str]) -> None:
    assert _first(text, "2026-03-01T00:00:00+00:00", 3) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0 12 * *", "has 4 fields, and 5 are needed"),
        ("cron(0 12 * * ?)", "has 5 fields, and 6 are needed"),
        ("cron(0 12 * * ? *", "no closing parenthesis"),
        ("cron(0 12 * * * *)", "exactly one is '?'"),
        ("cron(0 12 ? * ? *)", "exactly one is '?'"),
        ("cron(0 12 15W * ? *)", "nearest weekday, is not covered"),
        ("0 25 * * *", "is no schedule"),
        ("x * * * *", "is no schedule"),
        ("? * * * *", "may stand for a day alone"),
        ("0 0 * * 8", "'8' is no day of the week"),
        ("cron(0 0 ? * 0 *)", "'0' is no day of the week"),
        ("0 0 * * mon-", "is no day of the week"),
        ("0 0 30 2 *", "never fires"),
        ("0 0 * * */0", "goes in steps of nothing"),
        ("0 0 * * 1-5/0", "goes in steps of nothing"),
    ],
)
def test_a_schedule_that_means_nothing_is_refused_in_words(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said.replace("?", r"\?")):
        Cron(text)


def test_a_schedule_whose_time_is_over_is_right_and_fires_no_more() -> None:
    cron = Cron("cron(0 12 1 1 ? 2020)")
    assert not list(cron.firings(datetime(2026, 1, 1, tzinfo=UTC)))
    assert len(cron.between(datetime(2019, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))) == 1


def test_a_year_of_nights_has_one_firing_each_on_both_changes_of_the_clocks_too() -> None:
    """02:30 is skipped on March 29 and comes twice on October 25."""
    zone = ZoneInfo(_BERLIN)
    found = Cron("cron(30 2 * * ? *)", _BERLIN).between(*_YEAR)
    assert len(found) == 365
    local = [one.astimezone(zone) for one in found]
    assert len({one.date() for one in local}) == 365
    odd = [one.isoformat() for one in local if (one.hour, one.minute) != (2, 30)]
    assert odd == ["2026-03-29T03:30:00+02:00"]
    (autumn,) = [one for one in local if one.date().isoformat() == "2026-10-25"]
    assert autumn.isoformat() == "2026-10-25T02:30:00+02:00"


@pytest.mark.parametrize(
    ("text", "minutes"), [("0 * * * *", 60), ("cron(0 0/1 * * ? *)", 60), ("*/30 0-23 * * *", 30)]
)
def test_what_fires_within_the_hours_goes_on_by_real_time(text: str, minutes: int) -> None:
    found = Cron(text, _BERLIN).between(*_YEAR)
    gaps = {after - before for before, after in pairwise(found)}
    assert gaps == {timedelta(minutes=minutes)}
    assert len(found) == 365 * 24 * 60 // minutes


def test_other_zones_change_their_clocks_at_other_times() -> None:
    """Lord Howe moves them by half an hour, New York in the afternoon of Berlin's time, Kolkata never."""
    assert len(Cron("30 1 * * *", "America/New_York").between(*_YEAR)) == 365
    assert len(Cron("10 2 * * *", "Australia/Lord_Howe").between(*_YEAR)) == 365
    kolkata = {f"{one:%H:%M}" for one in Cron("0 9 * * *", "Asia/Kolkata").between(*_YEAR)}
    assert kolkata == {"03:30"}


def test_firings_do_not_depend_on_where_one_begins_to_look() -> None:
    """Who looks again after each firing finds the same ones, and each once."""
    cron = Cron("*/20 1-3 * * *", _BERLIN)
    start, end = datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 26, tzinfo=UTC)
    at_once = cron.between(start, end)
    one_by_one, after = [], start
    while (following := next(cron.firings(after))) <= end:
        one_by_one.append(following)
        after = following
    assert one_by_one == at_once


def test_of_every_other_hour_the_one_that_is_skipped_is_not_made_up_for() -> None:
    zone = ZoneInfo(_BERLIN)
    start = datetime(2026, 3, 28, 23, tzinfo=UTC)
    found = Cron("0 */2 * * *", _BERLIN).between(start, start + timedelta(hours=8))
    assert [f"{one.astimezone(zone):%H:%M}" for one in found] == ["04:00", "06:00", "08:00"]
