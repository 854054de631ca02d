"""However files come, in which order and in how many merges: the table is that of one merge of them all.

Random files of few keys and values, some without some columns, and rows of them that wait for a while, are
merged group by group; what must become of them is said by plain Python.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from tests.staging.histories import FILES, OPTIONAL, File, Stored, Version, doubts_about, folded, versions_in
from tests.staging.tables import FIRST, THINGS

from wavehouse.core.sql_text import literal
from wavehouse.engines.engine import WrittenFile
from wavehouse.staging.current_rows import LINE, PLACE, Merge
from wavehouse.staging.doubt import NotIncrementalError
from wavehouse.staging.landed_file import LandedFile
from wavehouse.staging.merged import Merged
from wavehouse.staging.provenance import stamps
from wavehouse.staging.typed_rows import TypedFile

if TYPE_CHECKING:
    from tests.staging.conftest import Lab, MakeLab


class _World:
    """Files written once, and merges into the result of the merge before."""

    def __init__(self, lab: Lab, files: Sequence[File]) -> None:
        self._lab = lab
        self._engine = lab.engine
        self._ids = lab.ids("things")
        self._all = files
        self._written = {file: self._write(file) for file in files}
        self.files: list[str] = []

    def _write(self, file: File) -> WrittenFile:
        values = ", ".join(
            f"({literal(row.key)}, {', '.join('NULL' if v is None else str(v) for v in shown)})"
            for row in file.rows
            for shown in [
                [v if n in file.columns else None for n, v in zip(OPTIONAL, row.values, strict=True)]
            ]
        )
        columns = ", ".join(f"{name}::INT AS {name}" for name in OPTIONAL)
        from_ = ", ".join(stamps(file.landed, file.absent))
        sql = f"SELECT id, {columns}, {from_} FROM (VALUES {values}) t(id, {', '.join(OPTIONAL)})"
        (written,) = self._engine.write_parquet(sql, str(self._lab.fresh()), field_ids=self._ids)
        return written

    def typed(self, file: File) -> TypedFile:
        """A file as it was read."""
        rows = len(file.rows)
        return TypedFile(file.landed, [self._written[file]], rows, rows, absent=file.absent)

    def _places(self, typed: Sequence[TypedFile], files: Sequence[File]) -> str:
        """The table of the rows that stay out, '' for none."""
        places = [
            f"({literal(one.files[0].location)}, {at})"
            for one, file in zip(typed, files, strict=True)
            for at, row in enumerate(file.rows)
            if file.waits(row)
        ]
        if not places:
            return ""
        self._engine.execute(
            f"CREATE OR REPLACE TEMP TABLE out AS "
            f"SELECT * FROM (VALUES {', '.join(places)}) t({', '.join(PLACE)})"
        )
        return "out"

    def _admitted(self, merge: int) -> str:
        """The rows that waited until this merge, '' for none; their place is not that in their file."""
        parts = [
            f"SELECT * EXCLUDE ({', '.join(PLACE)}), 'waiting' AS filename, {10 * at} + file_row_number "
            f"AS file_row_number, file_row_number + 2 AS {LINE} "
            f"FROM {self._engine.parquet([self._written[file].location], with_position=True)} "
            f"WHERE file_row_number IN ({', '.join(map(str, waited))})"
            for at, file in enumerate(self._all)
            if (waited := [n for n, row in enumerate(file.rows) if file.waits(row) and row.comes == merge])
        ]
        return f"({' UNION ALL '.join(parts)})" if parts else ""

    def merge(self, merge: int) -> Merged:
        """Merge what comes with one merge; `files` are those of the table then."""
        files = [file for file in self._all if file.merge == merge]
        typed = [self.typed(file) for file in files]
        out, admitted = self._places(typed, files), self._admitted(merge)
        work = Merge(
            self._engine, THINGS, self.files, typed, excluded=out, admitted=admitted, watched=OPTIONAL
        )
        merged = work.run(str(self._lab.fresh()), self._ids)
        self.files = merged.files
        return merged

    def at_once(self, files: Sequence[File]) -> Merged:
        """All rows of all files in one merge."""
        work = Merge(self._engine, THINGS, [], [self.typed(file) for file in files])
        return work.run(str(self._lab.fresh()), self._ids)

    def rows(self, files: Sequence[str]) -> list[tuple[Any, ...]]:
        """The rows of a table: where they lie, the key, the values, and where they are from."""
        if not files:
            return []
        return self._engine.rows(
            "SELECT filename, id, a, b, c, _batch_time, _file_name, _sha256, _absent "
            f"FROM {self._engine.parquet(files, with_position=True)}"
        )

    def touched(self, merged: Merged) -> list[tuple[Any, ...]]:
        """The rows that were touched."""
        return self._engine.rows(f"SELECT id, a, b, c FROM {merged.touched}")


def _as_stored(table: dict[str, Stored]) -> Counter[tuple[Any, ...]]:
    """The rows that must be in the table, as the engine gives them."""
    start = FIRST.replace(tzinfo=None)
    return Counter(
        (
            key,
            *row.values,
            start + timedelta(hours=row.rank[0]),
            row.rank[1],
            row.rank[2],
            ",".join(row.absent) or None,
        )
        for key, row in table.items()
    )


def _check(
    world: _World,
    merged: Merged,
    before: dict[str, Stored],
    now: dict[str, Stored],
    lying: Sequence[tuple[Any, ...]],
) -> None:
    """What a merge says of itself; `lying` are the rows before with the files in which they lay."""
    replaced = {key for key in before if before[key].rank != now[key].rank}
    changed = {key for key in before if before[key].values != now[key].values}
    assert merged.rows == len(now)
    assert merged.inserted == len(now) - len(before)
    assert (merged.updated, merged.deleted) == (len(changed), 0)
    assert merged.removed == sorted({location for location, key, *_ in lying if key in replaced})
    kept = {location for location, *_ in lying} - {*merged.removed}
    assert sorted(merged.files) == sorted([*kept, *(file.location for file in merged.added)])
    assert all(Path(location).is_file() for location in merged.files)
    assert sum(file.rows for file in merged.added) == len(now) - sum(row[0] in kept for row in lying)
    if lying:
        versions = [(key, *before[key].values) for key in changed]
        versions += [(key, *now[key].values) for key in now if key in changed or key not in before]
        assert Counter(world.touched(merged)) == Counter(versions)
    elif merged.rows:
        assert merged.touched is None


def _superseded(
    files: Sequence[File], merge: int, now: dict[str, Stored]
) -> tuple[dict[LandedFile, int], int]:
    """Of the rows that came in: by file those that did not stay, and how many of them differ."""
    lost: dict[LandedFile, int] = {}
    differing = 0
    by_hash = {file.landed.sha256: file for file in files}
    for one in versions_in(files, merge):
        file = by_hash[one.rank[2]]
        if now[one.key].rank != one.rank:
            differing += tuple(one.values.get(name) for name in OPTIONAL) != now[one.key].values
            if file.merge == merge and not file.waits(file.rows[one.rank[3]]):
                lost[file.landed] = lost.get(file.landed, 0) + 1
    return lost, differing


@pytest.fixture
def lab(make_lab: MakeLab) -> Lab:
    """A lab with the contract `THINGS`."""
    return make_lab(THINGS)


def test_many_merges_make_the_table_of_one(lab: Lab) -> None:
    became: Counter[str] = Counter()

    @given(files=FILES, data=st.data())
    @settings(
        max_examples=settings().max_examples * 3 // 2,
        suppress_health_check=[HealthCheck.too_slow],
    )
    def check(files: Sequence[File], data: st.DataObject) -> None:
        world = _World(lab, files)
        came: list[Version] = []
        table: dict[str, Stored] = {}
        lying: list[tuple[Any, ...]] = []
        for merge in range(4):
            coming = versions_in(files, merge)
            doubts = doubts_about(table, coming)
            if doubts:
                with pytest.raises(NotIncrementalError) as refused:
                    world.merge(merge)
                said = str(refused.value)
                assert any(doubt in said for doubt in doubts)
                assert world.rows(world.files) == lying
                became["discarded"] += 1
                event(f"discarded: {said.partition('of things ')[2]}")
                return
            merged = world.merge(merge)
            came += coming
            before, table = table, folded(came)
            lay, lying = lying, world.rows(world.files)
            assert Counter(row[1:] for row in lying) == _as_stored(table)
            _check(world, merged, before, table, lay)
            lost, differing = _superseded(files, merge, table)
            assert merged.superseded == lost
            if not any(file.absent for file in files):
                assert merged.differing == differing
        at_once = world.at_once(data.draw(st.permutations(files)))
        assert Counter(row[1:] for row in world.rows(at_once.files)) == _as_stored(table)
        became["merged"] += 1

    check()
    # A check that nearly every case passes by unseen is none.
    assert became["merged"] > became["discarded"] > 0, became
