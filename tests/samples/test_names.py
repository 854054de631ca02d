"""Names must be told apart: genres by their number, scripts by their pieces."""

from __future__ import annotations

import pytest

from wavehouse.core.sql_text import literal
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.samples.counts import MAX_SCALE, counts
from wavehouse.samples.dice import base62_id, curve, die
from wavehouse.samples.names import GENRES_TO_NAME, genre_name, python_list
from wavehouse.samples.words import SCRIPTS, Script


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> DuckDBEngine:
    return DuckDBEngine(memory=500_000_000, scratch=tmp_path_factory.mktemp("scratch"), threads=2)


def test_every_genre_of_the_largest_catalogue_has_its_own_name(engine: DuckDBEngine) -> None:
    genres = counts(MAX_SCALE).genres
    assert genres <= GENRES_TO_NAME
    [(names,)] = engine.rows(f"SELECT count(DISTINCT {genre_name('i')}) FROM range({genres}) AS r(i)")
    assert names == genres


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_a_script_has_as_many_different_pieces_as_every_other(script: Script) -> None:
    for pieces in (script.starts, script.middles, script.ends):
        assert len(set(pieces.split())) == len(pieces.split()) == 16


def test_the_shares_of_the_scripts_make_a_whole() -> None:
    assert sum(script.share for script in SCRIPTS) == 100


def test_a_list_is_printed_as_python_does(engine: DuckDBEngine) -> None:
    texts = ["deep house", "children's songs"]
    sql = f"[{', '.join(literal(text) for text in texts)}]"
    assert engine.rows(f"SELECT {python_list(sql)}, {python_list('[]::VARCHAR[]')}") == [(str(texts), "[]")]


def test_ids_of_different_dice_differ(engine: DuckDBEngine) -> None:
    sql = base62_id(die(1, "track", "i"))
    [(ids, halves)] = engine.rows(f"""
        SELECT count(DISTINCT id), count(DISTINCT id[:11])
        FROM (SELECT {sql} AS id FROM range(50000) AS r(i))
    """)
    assert ids == halves == 50_000


def test_a_curve_meets_its_points(engine: DuckDBEngine) -> None:
    sql = curve("u", ((0, 10), (0.5, 20), (1, 100)))
    found = engine.rows(f"SELECT {sql} FROM (VALUES (0.0), (0.25), (0.5), (0.75), (1.0)) AS v(u)")
    assert [value for (value,) in found] == [10, 15, 20, 60, 100]
