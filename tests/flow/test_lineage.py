"""The lineage of small flows, and of the one that ships with us."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.flow.findings import flow, target
from tests.flow.graphs import COLUMNS, join, mapping, node, sql, tables

from wavehouse.core.column_readers import ColumnReader
from wavehouse.core.columns import Column
from wavehouse.core.errors import CallError
from wavehouse.core.table_name import TableName
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.flow.binding import contract_rows
from wavehouse.flow.flows import read_flows
from wavehouse.flow.lineage import Lineage, Ref, lineage
from wavehouse.flow.survey import survey
from wavehouse.pipeline.flow_sources import LakeRows
from wavehouse.project.contracts import read_contracts
from wavehouse.project.project import Project

if TYPE_CHECKING:
    from tests.flow.conftest import Flows

Follow = Callable[[str], Lineage]


@pytest.fixture
def follow(flows: Flows) -> Follow:
    """The lineage of a flow file over the four sources, with a chart that reads `id` of its table."""
    bind = contract_rows({name: table.bound() for name, table in tables(flows, {}).items()})
    sources = {name: [Column(*one.split()) for one in columns] for name, columns in COLUMNS.items()}
    chart = ColumnReader("chart", "board/plays", "Plays", {TableName("d", "t"): frozenset({"id"})})

    def run(text: str) -> Lineage:
        return lineage([survey(flows.graph(text), bind, flows.engine)], sources, {}, [chart])

    return run


def _files_of(found: Lineage, column: str) -> set[str]:
    edges = found.up(found.find(column))
    return {f"{edge.from_.owner}.{edge.from_.column}" for edge in edges if edge.from_.kind == "file"}


def _reached(found: Lineage, column: str) -> set[Ref]:
    return {edge.to for edge in found.down(found.find(column))}


def test_from_file_to_chart_and_back(follow: Follow) -> None:
    nodes = mapping("m", "plays", "id id string", "song song int") + sql(
        "n", "m", "SELECT id, song * 2 AS s FROM t"
    )
    found = follow(flow(nodes))
    assert _files_of(found, "d.t.id") == {"plays.id"}
    assert _files_of(found, "d.t.s") == {"plays.song"}
    assert Ref("chart", "board/plays") in _reached(found, "plays.id")
    assert Ref("chart", "board/plays") not in _reached(found, "plays.song")
    hows = {(edge.from_.owner, edge.to.owner): edge.computed for edge in found.up(found.find("d.t.id"))}
    assert hows == {
        ("out", "d.t"): False,
        ("n", "out"): False,
        ("m", "n"): False,
        ("plays", "m"): True,
        ("plays", "plays"): False,
    }


def test_what_decides_about_rows_stands_apart(follow: Follow) -> None:
    nodes = join("j", "left", "plays", "songs", ("song", "sid")) + sql(
        "n", "j", "SELECT id FROM t WHERE title > 1"
    )
    found = follow(flow(nodes))
    column = found.find("d.t.id")
    assert _files_of(found, "d.t.id") == {"plays.id"}
    above = {
        (one.node, one.how): {ref.column for ref in one.columns}
        for one in found.rows_above([column, Ref("node", "out", "id", "f")])
    }
    assert above == {("j", "join"): {"song", "sid"}, ("n", "filter"): {"title"}}
    below = found.rows_below([found.find("songs.title"), *_reached(found, "songs.title")])
    assert [(one.node, one.how) for one in below] == [("n", "filter")]


def test_a_dotted_column_is_the_right_one(follow: Follow) -> None:
    nodes = join("n", "left", "plays", "skips", ("id", "skip"))
    found = follow(flow(nodes))
    assert _files_of(found, "d.t..song") == {"skips.song"}
    assert _files_of(found, "d.t.song") == {"plays.song"}


@pytest.mark.parametrize(
    ("nodes", "column", "files"),
    [
        (node("n", "RenameField", "plays", ", SourcePath: [song], TargetPath: [s]"), "n.s", {"plays.song"}),
        (node("n", "SelectFields", "plays", ", Paths: [[song]]"), "n.song", {"plays.song"}),
        (node("n", "DropDuplicates", "plays", ", Columns: [[song]]"), "n.ms", {"plays.ms"}),
        (sql("n", "plays", "SELECT count(*) AS n FROM t"), "n.n", set()),
    ],
)
def test_kinds_of_nodes(follow: Follow, nodes: str, column: str, files: set[str]) -> None:
    assert _files_of(follow(flow(nodes)), column) == files


def test_files_that_a_flow_writes(follow: Follow) -> None:
    written = target("files", "S3GlueParquetTarget", "Path: 's3://b/x/'")
    found = follow(flow(mapping("n", "plays", "id id int"), written))
    assert Ref("output", "s3://b/x", "id") in _reached(found, "plays.id")


def test_names(follow: Follow) -> None:
    found = follow(flow(mapping("n", "plays", "id id int")))
    assert found.find("plays.id").kind == "file"
    assert found.find("f/plays.id") == Ref("node", "plays", "id", "f")
    assert found.find("D.T.ID") == Ref("table", "d.t", "id")
    with pytest.raises(CallError, match=r"there is no column .playz\.id.\. Did you mean .plays\.id.\?"):
        found.find("playz.id")


@pytest.fixture(scope="module")
def shipped(engine: DuckDBEngine) -> Lineage:
    """The lineage of the project that ships with us."""
    project = Project.at(Path(__file__).parents[2] / "spotify")
    contracts = read_contracts(project)
    surveys = [
        survey(graph, LakeRows(engine, contracts, None), engine) for graph in read_flows(project).values()
    ]
    return lineage(surveys, {name: one.table_columns for name, one in contracts.items()}, {}, [])


@pytest.mark.parametrize(
    ("column", "files"),
    [
        ("genre", {"artists.artist_genres", *(f"artists.genre_{number}" for number in range(7))}),
        ("genres", {"artists.artist_genres", *(f"artists.genre_{number}" for number in range(7))}),
        ("release_date", {"albums.release_date"}),
        ("release_precision", {"albums.release_date"}),
        ("release_year", {"albums.release_date"}),
        ("release_decade", {"albums.release_date"}),
        ("featured_artists", {f"albums.artist_{number}" for number in range(1, 12)}),
        ("artist_name", {"artists.name"}),
        ("track_popularity", {"tracks.track_popularity"}),
        ("explicit", {"tracks.explicit"}),
        ("duration_ms", {"albums.duration_ms"}),
        ("energy", {"features.energy"}),
        ("track_id", {"albums.track_id"}),
    ],
)
def test_the_shipped_flow(shipped: Lineage, column: str, files: set[str]) -> None:
    assert _files_of(shipped, f"spotify.tracks.{column}") == files


def test_every_column_of_the_shipped_table_comes_from_a_file(shipped: Lineage) -> None:
    columns = [ref for ref in shipped.types if ref.kind == "table" and ref.owner == "spotify.tracks"]
    assert len(columns) == 35
    for ref in columns:
        assert _files_of(shipped, f"spotify.tracks.{ref.column}"), ref.column


def test_rows_of_the_shipped_table(shipped: Lineage) -> None:
    column = shipped.find("spotify.tracks.genre")
    above = shipped.rows_above([edge.from_ for edge in shipped.up(column)])
    joins = {one.node: {ref.column for ref in one.columns} for one in above if one.how == "join"}
    assert joins == {
        "album_artist": {"artist_id", "artists_id"},
        "with_tracks": {"track_id", "tracks_id"},
        "with_features": {"track_id", "features_id"},
    }
