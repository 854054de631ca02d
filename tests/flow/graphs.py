"""Small graphs over four sources, and what the rows of their targets come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from wavehouse.flow.dependence import Lookup

if TYPE_CHECKING:
    from tests.flow.conftest import Flows, Table

Row = tuple[Any, ...]

# Plays are the driver; songs and users have one row per id, and skips several per song.
COLUMNS = {
    "plays": ["id int", "song int", "user int", "ms int"],
    "songs": ["sid int", "title int", "artist int"],
    "users": ["uid int", "name int"],
    "skips": ["skip int", "song int", "level int"],
}
KEYS = {"plays": ["id"], "songs": ["sid"], "users": ["uid"], "skips": ["skip"]}


def tables(flows: Flows, rows: Mapping[str, Sequence[Row]]) -> dict[str, Table]:
    """All sources; those that are not named have no rows."""
    return {name: flows.table(columns, rows.get(name, []), *KEYS[name]) for name, columns in COLUMNS.items()}


def join(id_: str, kind: str, left: str, right: str, *keys: tuple[str, str]) -> str:
    """A join by pairs of a left and a right column."""
    sides = [", ".join(f"[{pair[side]}]" for pair in keys) for side in range(2)]
    return (
        f"  {id_}:\n    Join: {{Name: J, Inputs: [{left}, {right}], JoinType: {kind}, Columns: "
        f"[{{From: {left}, Keys: [{sides[0]}]}}, {{From: {right}, Keys: [{sides[1]}]}}]}}\n"
    )


def sql(id_: str, input_: str, query: str) -> str:
    """A query that calls its input `t`."""
    return (
        f"  {id_}:\n    SparkSQL: {{Name: S, Inputs: [{input_}], SqlAliases: [{{From: {input_}, Alias: t}}], "
        f'SqlQuery: "{query}"}}\n'
    )


def mapping(id_: str, input_: str, *mappings: str) -> str:
    """An ApplyMapping; each mapping is written `from to type`."""
    written = ", ".join(
        f"{{FromPath: [{from_}], FromType: int, ToKey: {to}, ToType: {type_}}}"
        for from_, to, type_ in (text.split(" ", 2) for text in mappings)
    )
    return f"  {id_}:\n    ApplyMapping: {{Name: M, Inputs: [{input_}], Mapping: [{written}]}}\n"


def node(id_: str, kind: str, input_: str, body: str = "") -> str:
    """A node of one input, with further fields."""
    return f"  {id_}:\n    {kind}: {{Name: N, Inputs: [{input_}]{body}}}\n"


def lookup(source: str, driver: str, other: str) -> Lookup:
    """A lookup; columns are divided by spaces."""
    return Lookup(source, tuple(driver.split()), tuple(other.split()))


def _above(column: str, least: int) -> str:
    """The fields of a Filter."""
    return (
        f", LogicalOperator: AND, Filters: [{{Operation: GT, Values: [{{Type: COLUMNEXTRACTED, "
        f"Value: [{column}]}}, {{Type: CONSTANT, Value: ['{least}']}}]}}]"
    )


_ID = (("id", "id"),)
# By what they show: the nodes, the driver's key in the target, and the lookups.
GRAPHS: dict[str, tuple[str, tuple[tuple[str, str], ...], tuple[Lookup, ...]]] = {
    "the source alone": (node("n", "DropFields", "plays", ", Paths: [[ms]]"), _ID, ()),
    "equijoin": (
        join("n", "equijoin", "plays", "songs", ("song", "sid")),
        _ID,
        (lookup("songs", "song", "sid"),),
    ),
    "left": (join("n", "left", "plays", "songs", ("song", "sid")), _ID, (lookup("songs", "song", "sid"),)),
    "leftsemi, of several rows": (
        join("n", "leftsemi", "plays", "skips", ("song", "song")),
        _ID,
        (lookup("skips", "song", "song"),),
    ),
    "leftanti, of several rows": (
        join("n", "leftanti", "plays", "skips", ("song", "song")),
        _ID,
        (lookup("skips", "song", "song"),),
    ),
    "two keys, in their order": (
        join("n", "leftanti", "plays", "skips", ("ms", "level"), ("song", "song")),
        _ID,
        (lookup("skips", "ms song", "level song"),),
    ),
    "by the key and more": (
        join("n", "equijoin", "plays", "songs", ("user", "artist"), ("song", "sid")),
        _ID,
        (lookup("songs", "user song", "artist sid"),),
    ),
    "one after the other, under other names": (
        mapping("m", "plays", "id key int", "song s int", "user user int", "ms ms bigint")
        + mapping("r", "songs", "sid uid int", "title title int")
        + join("j", "left", "m", "r", ("s", "uid"))
        + join("k", "leftanti", "j", "skips", ("user", "song"))
        + join("l", "equijoin", "k", "users", ("user", "uid"))
        + node("n", "DropFields", "l", ", Paths: [[s], [user]]"),
        (("id", "key"),),
        (lookup("songs", "song", "sid"), lookup("skips", "user", "song"), lookup("users", "user", "uid")),
    ),
    "the same source twice": (
        mapping("again", "songs", "sid other int", "title heading int")
        + join("j", "left", "plays", "songs", ("song", "sid"))
        + join("n", "equijoin", "j", "again", ("user", "other")),
        _ID,
        (lookup("songs", "song", "sid"), lookup("songs", "user", "sid")),
    ),
    "queries, and DropDuplicates that drop nothing": (
        sql("q", "plays", "SELECT user AS song, song AS user, id, ms + 1 AS ms FROM t WHERE ms <> 2")
        + node("d", "DropDuplicates", "q", ", Columns: [[id], [ms]]")
        + sql("r", "songs", "SELECT title + 1 AS title, sid AS key FROM t WHERE title > 1")
        + node("e", "DropDuplicates", "r")
        + join("j", "left", "d", "e", ("song", "key"))
        + sql("n", "j", "SELECT title, id AS k, ms FROM t WHERE title IS NULL OR title <> 3"),
        (("id", "k"),),
        (lookup("songs", "user", "sid"),),
    ),
    "a filter before a leftanti, and rules": (
        node("c", "EvaluateDataQuality", "plays", ", Ruleset: 'Rules = [ RowCount >= 0 ]'")
        + sql("q", "skips", "SELECT song AS s FROM t WHERE level > 1")
        + node("r", "EvaluateDataQuality", "q", ", Ruleset: 'Rules = [ RowCount >= 0 ]'")
        + join("n", "leftanti", "c", "r", ("song", "s")),
        _ID,
        (lookup("skips", "song", "song"),),
    ),
    "columns picked, renamed and split, rows filtered": (
        node("s", "SelectFields", "plays", ", Paths: [[ms], [song], [id], [user]]")
        + node("f", "Filter", "s", _above("ms", 0))
        + node("r", "RenameField", "f", ", SourcePath: [song], TargetPath: [sung]")
        + node("p", "SplitFields", "songs", ", Paths: [[sid], [title]]")
        + node("c", "SelectFromCollection", "p", ", Index: 0")
        + node("g", "Filter", "c", _above("title", 1))
        + join("j", "left", "r", "g", ("sung", "sid"))
        + node("q", "SplitFields", "j", ", Paths: [[user]]")
        + node("n", "SelectFromCollection", "q", ", Index: 1"),
        _ID,
        (lookup("songs", "song", "sid"),),
    ),
    "what another node does does not count": (
        sql("x", "plays", "SELECT count(*) AS n FROM t")
        + join("n", "left", "plays", "users", ("user", "uid")),
        _ID,
        (lookup("users", "user", "uid"),),
    ),
    "a key that has two names keeps its own": (
        mapping("n", "plays", "id copy int", "id id int", "id third int"),
        _ID,
        (),
    ),
    "a key that a right column's name looks like": (
        mapping("r", "users", "uid uid int", "name id int")
        + join("j", "left", "plays", "r", ("user", "uid"))
        + node("n", "DropFields", "j", ', Paths: [["`.id`"]]'),
        _ID,
        (lookup("users", "user", "uid"),),
    ),
}
