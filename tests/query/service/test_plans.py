"""A query that is asked again is not planned again, unless a table is another one by then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from tests.query.conftest import FakeSource

from wavehouse.core.metadata_tables import MetadataTable
from wavehouse.core.table_head import TableHead, TableHistory
from wavehouse.core.table_name import TableName
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.query.service.execution import new_execution
from wavehouse.query.service.planning import Planner
from wavehouse.query.service.plans import Planned

_SQL = "SELECT max(track_name) FROM spotify.tracks"
_TRACKS = TableName("spotify", "tracks")


class Changing:
    """The same tables, until one is said to be another."""

    def __init__(self, tables: FakeSource) -> None:
        self._tables = tables
        self.heads: dict[TableName, TableHead | None] = {}

    def names(self) -> Sequence[TableName]:
        return self._tables.names()

    def head(self, name: TableName) -> TableHead | None:
        return self.heads[name] if name in self.heads else self._tables.head(name)

    def history(self, head: TableHead) -> TableHistory:
        return self._tables.history(head)

    def metadata_table(self, head: TableHead, kind: str) -> MetadataTable | None:
        return self._tables.metadata_table(head, kind)


@pytest.fixture
def changing(tables: FakeSource) -> Changing:
    return Changing(tables)


@pytest.fixture
def planner(changing: Changing, tmp_path: Path) -> Iterator[Planner]:
    made = Planner(changing, lambda: DuckDBEngine(memory=200_000_000, scratch=tmp_path, threads=1))
    yield made
    made.close()


def _planned(planner: Planner, sql: str, database: str = "") -> Planned:
    return planner.plan(new_execution(sql, database=database), sql)


def test_the_same_query_is_planned_once(planner: Planner) -> None:
    first = _planned(planner, _SQL)
    assert first.scans is None
    scans = planner.scans(first)
    assert sum(one.bytes for one in scans) > 0
    second = _planned(planner, _SQL)
    assert second is first
    assert planner.scans(second) is scans


def test_another_database_is_another_query(planner: Planner) -> None:
    sql = "SELECT max(track_name) FROM tracks"
    assert _planned(planner, _SQL) is not _planned(planner, _SQL, "staging")
    assert _planned(planner, sql, "spotify").plan.tables


def test_a_table_that_has_changed_is_read_anew(
    planner: Planner, changing: Changing, tables: FakeSource, tmp_path: Path
) -> None:
    first = _planned(planner, _SQL)
    head = tables.head(_TRACKS)
    assert head is not None
    newer = tmp_path / "newer.metadata.json"
    newer.write_bytes(Path(head.metadata).read_bytes())
    changing.heads[_TRACKS] = replace(head, metadata=str(newer))
    second = _planned(planner, _SQL)
    assert second is not first
    assert str(newer) in second.plan.translation.sql


def test_a_table_that_is_gone_is_told(planner: Planner, changing: Changing) -> None:
    _planned(planner, _SQL)
    changing.heads[_TRACKS] = None
    with pytest.raises(Exception, match=r"no table 'spotify.tracks'"):
        _planned(planner, _SQL)


@pytest.mark.parametrize("sql", ["SELECT now() FROM spotify.tracks", "SELECT 1"])
def test_what_cannot_be_told_to_hold_is_planned_each_time(planner: Planner, sql: str) -> None:
    assert _planned(planner, sql) is not _planned(planner, sql)
