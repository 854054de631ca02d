"""What the rows of a target come from: by the graph, and against what changes when sources change."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from tests.flow.graphs import COLUMNS, GRAPHS, KEYS, Row, join, lookup, mapping, node, sql, tables

from wavehouse.flow.binding import contract_rows
from wavehouse.flow.dependence import Dependence, NoDependence, dependence
from wavehouse.flow.graph import read_graph
from wavehouse.flow.program import compile_target
from wavehouse.project.contracts import read_contracts
from wavehouse.project.project import Project
from wavehouse.project.yaml_file import read_yaml

if TYPE_CHECKING:
    from tests.flow.conftest import Flows


@pytest.mark.parametrize("name", GRAPHS)
def test_what_rows_come_from(flows: Flows, name: str) -> None:
    nodes, key, lookups = GRAPHS[name]
    program = flows.compile(nodes, tables(flows, {}))
    assert dependence(program, KEYS) == Dependence("plays", key, lookups)


_BY_SONG = ("song", "sid")


@pytest.mark.parametrize(
    ("nodes", "reason"),
    [
        (
            sql("n", "plays", "SELECT id, count(*) AS n FROM t GROUP BY id"),
            "node 'n' is a SparkSQL with GROUP BY",
        ),
        (sql("n", "plays", "SELECT max(id) AS id FROM t"), "node 'n' is a SparkSQL with an aggregate"),
        (
            node("n", "Aggregate", "plays", ", Groups: [[id]], Aggs: [{Column: [ms], AggFunc: max}]"),
            "node 'n' is an Aggregate, which makes one row of many",
        ),
        (
            node("m", "SelectFields", "plays", ", Paths: [[id], [ms], [song], [user]]")
            + node("n", "Union", "plays, m", ", UnionType: ALL"),
            "node 'n' is a Union, whose rows come from two inputs",
        ),
        (
            node("n", "DropNullFields", "plays"),
            "node 'n' is a DropNullFields, whose columns hang on all rows",
        ),
        (
            node("n", "FillMissingValues", "plays", ", ImputedPath: ms"),
            "node 'n' is a FillMissingValues, which fills a gap by all other rows",
        ),
        (
            node("n", "RenameField", "plays", ", SourcePath: [id], TargetPath: [key]")
            + join("j", "left", "n", "songs", ("song", "sid"))
            + node("last", "SelectFields", "j", ", Paths: [[song]]"),
            "the key column 'id' of 'plays' does not reach the target as it is",
        ),
        (join("n", "right", "plays", "songs", _BY_SONG), "node 'n' is a Join of the type right"),
        (join("n", "outer", "plays", "songs", _BY_SONG), "node 'n' is a Join of the type outer"),
        (
            node("n", "DropDuplicates", "plays", ", Columns: [[song]]"),
            "node 'n' is a DropDuplicates that may drop rows",
        ),
        # Only the source's key tells its rows apart, and it is gone.
        (
            node("m", "DropFields", "plays", ", Paths: [[id]]") + node("n", "DropDuplicates", "m"),
            "node 'n' is a DropDuplicates that may drop rows",
        ),
        *(
            (
                join("n", kind, "plays", "skips", ("song", "song")),
                "node 'n' may meet several rows of 'skips'",
            )
            for kind in ("equijoin", "left")
        ),
        # One row per song now, but which one hangs on the others.
        (
            node("d", "DropDuplicates", "skips", ", Columns: [[song]]")
            + join("n", "left", "plays", "d", ("song", "song")),
            "node 'd' is a DropDuplicates that may drop rows",
        ),
        (
            sql("r", "songs", "SELECT sid, rand() AS title FROM t")
            + join("n", "leftanti", "plays", "r", _BY_SONG),
            "node 'r' is a SparkSQL with 'RAND()'",
        ),
        (
            join("r", "left", "songs", "users", ("artist", "uid"))
            + join("n", "leftsemi", "plays", "r", _BY_SONG),
            "node 'n' joins with 'r', which comes from a Join itself",
        ),
        (
            mapping("r", "plays", "id other int") + join("n", "leftsemi", "plays", "r", ("song", "other")),
            "node 'n' joins the rows of 'plays' with rows of the same source",
        ),
        (
            '  again:\n    S3CsvSource: {Name: A, Paths: ["${staging}/plays/"]}\n'
            + join("n", "leftanti", "plays", "again", ("song", "id")),
            "node 'n' joins the rows of 'plays' with rows of the same source",
        ),
        # Keys that are no column of the source as it is: from the right of a join, made, cast.
        (
            join("j", "left", "plays", "songs", _BY_SONG)
            + join("n", "left", "j", "users", ("artist", "uid")),
            "node 'n' joins by 'artist', which is not a column of 'plays' as it is",
        ),
        (
            sql("q", "plays", "SELECT id, song + 1 AS song FROM t")
            + join("n", "left", "q", "songs", _BY_SONG),
            "node 'n' joins by 'song', which is not a column of 'plays' as it is",
        ),
        (
            mapping("q", "plays", "id id int", "song song bigint")
            + join("n", "left", "q", "songs", _BY_SONG),
            "node 'n' joins by 'song', which is not a column of 'plays' as it is",
        ),
        (
            mapping("r", "skips", "song song bigint") + join("n", "leftsemi", "plays", "r", ("ms", "song")),
            "node 'n' joins by 'song', which is not a column of 'skips' as it is",
        ),
        # The target's rows have no name of the driver's.
        (
            node("n", "DropFields", "plays", ", Paths: [[id]]"),
            "the key column 'id' of 'plays' does not reach the target as it is",
        ),
        (
            mapping("n", "plays", "song key int", "id key int, Dropped: true"),
            "the key column 'id' of 'plays' does not reach the target as it is",
        ),
        (
            mapping("n", "plays", "id id string"),
            "the key column 'id' of 'plays' does not reach the target as it is",
        ),
        (
            mapping("m", "plays", "song song int")
            + mapping("r", "songs", "sid sid int", "title id int")
            + join("n", "left", "m", "r", _BY_SONG),
            "the key column 'id' of 'plays' does not reach the target as it is",
        ),
    ],
)
def test_rows_that_cannot_be_traced(flows: Flows, nodes: str, reason: str) -> None:
    program = flows.compile(nodes, tables(flows, {}), "last" if "  last:" in nodes else "n")
    with pytest.raises(NoDependence) as caught:
        dependence(program, KEYS)
    assert caught.value.reason.startswith(reason)


def test_a_source_without_a_key(flows: Flows) -> None:
    program = flows.compile("", tables(flows, {}), "plays")
    with pytest.raises(NoDependence, match=r"^the source 'plays' has no key$"):
        dependence(program, {})


def test_all_columns_of_the_key(flows: Flows) -> None:
    program = flows.compile(node("n", "DropFields", "plays", ", Paths: [[user]]"), tables(flows, {}))
    found = dependence(program, {"plays": ["song", "id"]})
    assert found.key == (("song", "song"), ("id", "id"))
    with pytest.raises(NoDependence, match="'user' of 'plays'"):
        dependence(program, {"plays": ["id", "user"]})


def test_the_shipped_flow(flows: Flows) -> None:
    project = Project.at(Path(__file__).parents[2] / "spotify")
    contracts = read_contracts(project)
    bound = {
        name: flows.table([f"{c.name} {c.type}" for c in contract.table_columns], [], *contract.key).bound()
        for name, contract in contracts.items()
    }
    graph = read_graph(read_yaml(project.root / "flows" / "tracks.yaml"))
    program = compile_target(graph, "spotify_tracks", contract_rows(bound), flows.engine)
    assert dependence(program, {name: contract.key for name, contract in contracts.items()}) == Dependence(
        "albums",
        (("album_id", "album_id"), ("track_id", "track_id")),
        (
            lookup("artists", "artist_id", "id"),
            lookup("tracks", "track_id", "id"),
            lookup("features", "track_id", "id"),
        ),
    )


Content = dict[str, dict[int, Row]]

# Small numbers, so that rows meet.
_VALUE = st.sampled_from([1, 2, 3, None])
_CONTENT = {
    name: st.dictionaries(st.integers(1, 4), st.tuples(*[_VALUE] * (len(columns) - 1)), max_size=4)
    for name, columns in COLUMNS.items()
}
_CHANGES = {
    name: st.dictionaries(
        st.integers(1, 4), st.none() | st.tuples(*[_VALUE] * (len(columns) - 1)), max_size=2
    )
    for name, columns in COLUMNS.items()
}


def _affected(found: Dependence, before: Content, after: Content) -> set[int]:
    """The driver's keys whose rows in the target may have changed."""

    def values(source: str, columns: tuple[str, ...], id_: int, row: Row) -> Row | None:
        names = [column.split()[0] for column in COLUMNS[source]]
        row = tuple(dict(zip(names, (id_, *row), strict=True))[column] for column in columns)
        return None if None in row else row

    def changed(source: str) -> list[tuple[int, Row]]:
        """The old and new rows of a source that are not in both."""
        return list(set(before[source].items()) ^ set(after[source].items()))

    affected = {id_ for id_, _ in changed(found.driver)}
    for look in found.lookups:
        touched = {values(look.source, look.source_columns, *row) for row in changed(look.source)}
        for content in (before, after):
            for id_, row in content[found.driver].items():
                met = values(found.driver, look.driver_columns, id_, row)
                if met is not None and met in touched:
                    affected.add(id_)
    return affected


def _by_key(flows: Flows, nodes: str, content: Content, key: str) -> dict[int, Row]:
    """The target's rows by key."""
    written = {source: [(id_, *row) for id_, row in rows.items()] for source, rows in content.items()}
    rows = flows.run(nodes, tables(flows, written))
    found = {row[key]: tuple(row.items()) for row in rows}
    assert len(found) == len(rows)
    return found


@pytest.mark.parametrize("name", GRAPHS)
@given(data=st.data())
@settings(
    max_examples=settings().max_examples // 2,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_other_rows_stay_as_they_are(flows: Flows, name: str, data: st.DataObject) -> None:
    """Whatever changes in the sources, the target changes only in the rows that depend on it."""
    nodes, ((_, key),), _ = GRAPHS[name]
    found = dependence(flows.compile(nodes, tables(flows, {})), KEYS)
    before: Content = {source: data.draw(rows, label=source) for source, rows in _CONTENT.items()}
    after: Content = {}
    for source, rows in before.items():
        changes = data.draw(_CHANGES[source], label=f"changes of {source}")
        merged = {**rows, **changes}
        after[source] = {id_: row for id_, row in merged.items() if row is not None}

    affected = _affected(found, before, after)

    old, new = (_by_key(flows, nodes, content, key) for content in (before, after))
    stay = {id_ for id_ in old.keys() | new.keys() if id_ not in affected}
    event(f"{len(stay)} rows stay")
    assert {id_: old.get(id_) for id_ in stay} == {id_: new.get(id_) for id_ in stay}


def test_rows_depend_on_what_they_look_up(flows: Flows) -> None:
    """Each changed row of a source changes the rows that it is met by, and those alone are named."""
    nodes, _, _ = GRAPHS["one after the other, under other names"]
    before: Content = {
        "plays": {1: (1, 1, 0), 2: (2, 1, 0), 3: (1, 2, 0), 4: (None, 3, 0)},
        "songs": {1: (10, 1), 2: (20, 1)},
        "users": {1: (1,), 2: (2,), 3: (3,)},
        "skips": {},
    }
    found = dependence(flows.compile(nodes, tables(flows, {})), KEYS)
    old = _by_key(flows, nodes, before, "key")
    changes: list[tuple[str, int, Row, set[int]]] = [
        ("plays", 1, (2, 1, 0), {1}),
        ("songs", 1, (11, 1), {1, 3}),
        ("users", 2, (9,), {3}),
        ("users", 3, (9,), {4}),
        # A row of skips by its number, for a user: who has one is left out.
        ("skips", 1, (1, 0), {1, 2}),
    ]
    for source, id_, row, wanted in changes:
        after = {**before, source: {**before[source], id_: row}}
        new = _by_key(flows, nodes, after, "key")
        differ = {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}
        assert differ == wanted
        assert _affected(found, before, after) == wanted
    assert Counter(source for source, *_ in changes).keys() == before.keys()
