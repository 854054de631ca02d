"""Scripts as Glue Studio writes them give the rows of the SQL beside them, which is written by hand.

`NAME.sql` is for all targets of `NAME.py`, `NAME.TARGET.sql` for one of them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from wavehouse.core.columns import Column
from wavehouse.core.sql_text import literal
from wavehouse.flow.relation import BoundSource, Relation

if TYPE_CHECKING:
    from tests.flow.conftest import Flows
    from tests.flow.glue_script.conftest import Scripts

_FOLDER = Path(__file__).parents[2] / "golden" / "glue_scripts"
_NAMES = sorted(path.stem for path in _FOLDER.glob("*.py"))

_ALBUMS = ["track_id", "track_name", "album_id", "album_name", "release_date", "artist_id", "duration_ms"]
_ARTISTS = ["id", "name", "agency", "fax", "followers"]
_TRACKS = ["id", "track_popularity", "explicit"]


@pytest.fixture
def tables(flows: Flows) -> dict[str, BoundSource]:
    """Music, as rows of text and typed ones; some keys are missing, doubled, or match nothing."""

    def texts(columns: list[str]) -> list[str]:
        return [f"{column} string" for column in columns]

    plays = ["play_id int", "track_id string", "ms bigint", "country string", "device string", "listener int"]
    made = {
        "albums": flows.table(
            texts(_ALBUMS),
            [
                ("t1", "One", "a1", "First", "1999-01-01", "r1", "1000"),
                ("t2", "Two", "a1", "First", "1999-01-01", "r1", "2000"),
                ("t2", "Two", "a1", "First", "1999-01-01", "r1", "2000"),
                ("t3", "Three", "a2", "Second", "2001", "r2", None),
                ("t4", "Four", "a3", None, None, "r9", "4000"),
                ("t5", "Five", "a3", None, None, None, "x"),
                (None, "Six", "a4", "Third", "2010", "r2", "6000"),
            ],
        ),
        "artists": flows.table(
            texts(_ARTISTS),
            [
                ("r1", "Ann", None, "null", "10"),
                ("r2", "Bob", None, " ", "-1"),
                ("r3", None, None, "", None),
            ],
        ),
        "tracks": flows.table(
            texts(_TRACKS),
            [("t1", "50", "true"), ("t2", "7", "false"), ("t3", None, None), (None, "1", "true")],
        ),
        "plays": flows.table(
            plays,
            [
                (1, "t1", 30_000, "DE", "phone", 1),
                (2, "t1", 45_000, "DE", "phablet", 2),
                (3, "t2", 29_999, "DE", "phone", 1),
                (4, "t2", 90_000, "FR", "desk", 3),
                (5, "t3", 31_000, "FR", "phone", 9),
                (6, "t1", 50_000, "XX", "phone", 2),
            ],
        ),
        "old_plays": flows.table(
            ["track string", "land string"], [("t1", "DE"), ("t9", "DE"), ("t9", "DE"), (None, None)]
        ),
        "goals": flows.table(
            ["country string", "device_type string", "goal int"],
            [("DE", "phone", 5), ("DE", "phone", 6), ("FR", "tv", 7), (None, "desk", 8)],
        ),
        "listeners": flows.table(
            ["listener_id int", "country string", "born int"],
            [(1, "IT", 1990), (2, None, 2000), (3, "ES", None)],
        ),
    }
    return {name: table.bound() for name, table in made.items()}


def _hand_written(name: str, target: str) -> str:
    own = _FOLDER / f"{name}.{target}.sql"
    return (own if own.exists() else _FOLDER / f"{name}.sql").read_text("utf-8")


@pytest.mark.parametrize("name", _NAMES)
def test_a_script_gives_the_rows_of_the_hand_written_sql(
    name: str, scripts: Scripts, tables: dict[str, BoundSource]
) -> None:
    graph = scripts.graph((_FOLDER / f"{name}.py").read_text("utf-8"))
    for target in graph.targets:
        wanted = scripts.query(_hand_written(name, target), tables)
        assert wanted[1], "a query without rows compares nothing"
        assert scripts.rows(graph, target, tables) == wanted


@pytest.mark.real
def test_the_mission_gives_the_rows_of_the_hand_written_sql(scripts: Scripts, real_data: Path) -> None:
    tables = {}
    for name, file in (("albums", "album"), ("artists", "artist"), ("tracks", "tracks")):
        scan = f"read_csv({literal(str(real_data / f'{file}.csv'))}, all_varchar = true, header = true)"
        names = [column.name for column in scripts.engine.columns(f"SELECT * FROM {scan}")]
        tables[name] = BoundSource(Relation(tuple(Column(one, "string") for one in names)), scan)
    graph = scripts.graph((_FOLDER / "mission.py").read_text("utf-8"))
    wanted = scripts.query(_hand_written("mission", "Destination"), tables)
    assert wanted[1].total() > 30_000
    assert scripts.rows(graph, "Destination", tables) == wanted
