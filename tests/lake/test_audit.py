"""What is read back and is not what was written is not published, in none of the tables."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.lake.conftest import JOINED, TABLES, TRACKS, Publisher, each, rows_of

from wavehouse.core.errors import OutsideError
from wavehouse.engines.engine import FieldIds
from wavehouse.lake.audit import audit

_SWAPPED = FieldIds({"id": 2, "other": 1, "words": 3}, {"words": 4})
_WRONG: dict[str, tuple[str, dict[str, Any], str]] = {
    "a row too few": (rows_of(4, 6), {"wrong_by": 1}, "3 rows and should have 4"),
    "a row too many": (rows_of(4, 6), {"wrong_by": -1}, "3 rows and should have 2"),
    "a key twice": (f"{rows_of(4, 6)} UNION ALL {rows_of(6, 6)}", {}, "3 different id and should have 4"),
    "ids of columns swapped": (rows_of(4, 6), {"ids": _SWAPPED}, "and should have"),
    "ids that no column has": (
        rows_of(4, 6),
        {"ids": FieldIds({"id": 1, "other": 7, "words": 3}, {"words": 4})},
        "0 values in other and should have 3",
    ),
    "an id of elements that none has": (
        rows_of(4, 6),
        {"ids": FieldIds({"id": 1, "other": 2, "words": 3}, {"words": 9})},
        "and should have",
    ),
}


@pytest.mark.parametrize(
    ("wrong", "at", "fresh"),
    [
        *((wrong, 1, fresh) for wrong in _WRONG for fresh in (True, False)),
        *(("a row too few", at, fresh) for at in (0, 2) for fresh in (True, False)),
    ],
)
def test_what_is_not_read_back_as_it_was_written_is_not_published(
    publisher: Publisher, wrong: str, fresh: bool, at: int
) -> None:
    sql, how, said = _WRONG[wrong]
    if not fresh:
        publisher.all_tables("r1")
    before = publisher.lake.state()
    changes = [publisher.change(name, rows_of(4, 6)) for name in TABLES]
    changes[at] = publisher.change(TABLES[at], sql, **how)
    with pytest.raises(OutsideError, match=f"{TABLES[at]} has .*{said}.*; nothing was published"):
        publisher.publish("r2", *changes)
    assert publisher.lake.state() == before
    assert publisher.is_finished()
    # Nothing is in the way of the next one, not even of one with the same name.
    publisher.publish("r2", *(publisher.change(name, rows_of(4, 6)) for name in TABLES))
    assert publisher.ids() == each(4, 5, 6)


def test_a_row_that_joins_others_of_its_key_is_not_published(publisher: Publisher) -> None:
    publisher.all_tables("r1")
    before = publisher.lake.state()
    with pytest.raises(OutsideError, match=r"src\.tracks has 3 different id and should have 4"):
        publisher.publish(
            "r2", publisher.change(TRACKS, rows_of(3, 3), removed=[]), publisher.nothing(JOINED)
        )
    assert publisher.lake.state() == before
    assert publisher.is_finished()


@pytest.mark.parametrize(
    "came",
    [
        rows_of(40, 41),
        f"{rows_of(41, 41)} UNION ALL {rows_of(41, 41)}",
        "SELECT NULL::INTEGER AS id, 1 AS other, ['w'] AS words FROM range(2)",
    ],
)
def test_few_rows_are_told_apart_from_each_other_and_from_all_others(publisher: Publisher, came: str) -> None:
    publisher.publish("r1", *(publisher.change(name, rows_of(1, 40)) for name in TABLES))
    before = publisher.lake.state()
    with pytest.raises(OutsideError, match="has 41 different id and should have 42"):
        publisher.publish("r2", publisher.change(TRACKS, came, removed=[]), publisher.nothing(JOINED))
    assert publisher.lake.state() == before
    publisher.publish("r3", publisher.change(TRACKS, rows_of(41, 42), removed=[]), publisher.nothing(JOINED))
    assert publisher.lake.current(TRACKS).rows == 42


def test_every_file_that_should_come_is_there_and_none_that_should_go(publisher: Publisher) -> None:
    publisher.all_tables("r1")
    lake = publisher.lake
    (old,) = lake.files(TRACKS)
    change = publisher.change(TRACKS, rows_of(4, 5), removed=[])
    staged = lake.stage(change, "r2")
    audit(lake.engine, change, staged)
    wrong = {
        r"1 data files of those written and should have 2": replace(change, added=[*change.added, "/x"]),
        r"1 replaced data files and should have 0": replace(change, removed=[old]),
        r"5 rows and should have 2": replace(change, rows=2),
    }
    for said, one in wrong.items():
        with pytest.raises(OutsideError, match=said):
            audit(lake.engine, one, staged)


def test_rows_beyond_those_that_are_held_against_each_other(publisher: Publisher) -> None:
    """More than one row group, several files, and NULLs."""
    lake, rows = publisher.lake, 200_000
    sql = f"{rows_of(1, rows)} UNION ALL SELECT {rows + 1}, NULL, NULL"
    changes = [publisher.change(name, sql) for name in TABLES]
    more = lake.write(rows_of(rows + 2, rows + 100), changes[1].plan, name=TRACKS)
    changes[1] = replace(changes[1], added=[*changes[1].added, *more], rows=rows + 100)
    publisher.publish("r1", *changes)
    assert [lake.current(name).rows for name in TABLES] == [rows + 1, rows + 100, rows + 1]
