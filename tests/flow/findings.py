"""Graphs that have a finding, and graphs that just do not: by code, in pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.flow.conftest import SOURCE, TARGET
from tests.flow.graphs import COLUMNS, join, mapping, node, sql

Row = tuple[Any, ...]

# Two plays of songs that are there, two users, and one skip for each of two songs.
ROWS: dict[str, Sequence[Row]] = {
    "plays": [(1, 10, 100, 5), (2, 11, 101, 6)],
    "songs": [(10, 1, 7), (11, 2, 7)],
    "users": [(100, 1), (101, 2)],
    "skips": [(1, 10, 3), (2, 11, 4)],
}


@dataclass(frozen=True)
class Case:
    """Nodes with a finding at `at`, and nodes without; `rows` take the place of those above."""

    code: str
    at: str
    nodes: str
    without: str
    rows: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    said: str = ""
    target: str = TARGET.format("n")
    target_without: str = TARGET.format("n")

    @property
    def flow(self) -> str:
        """The flow that has it."""
        return flow(self.nodes, self.target)

    @property
    def flow_without(self) -> str:
        """The flow that does not."""
        return flow(self.without, self.target_without)


def flow(nodes: str, target: str = TARGET.format("n")) -> str:
    """A whole file: the sources that the nodes speak of (mistyped, too), the nodes, and the target."""
    spoken_of = [name for name in COLUMNS if name[:4] in nodes]
    return "flow: f\nnodes:\n" + "".join(map(SOURCE.format, spoken_of)) + nodes + target


def target(id_: str, kind: str, fields: str, input_: str = "n") -> str:
    """A target of another kind."""
    return f"  {id_}:\n    {kind}: {{Name: T, Inputs: [{input_}], {fields}}}\n"


def pick(input_: str = "plays", id_: str = "n") -> str:
    """A node that has nothing wrong, and types nothing."""
    return node(id_, "DropFields", input_, ", Paths: [[ms]]")


_TYPED = mapping("n", "plays", "id id int", "song song int")
_BY_SONG = join("n", "left", "plays", "songs", ("song", "sid"))
_TABLE = "Database: d, Table: t"
_FILES = target("files", "S3GlueParquetTarget", "Path: 's3://b/x/'")
_PARTED = target("out", "S3IcebergCatalogTarget", f"{_TABLE}, PartitionKeys: [[song]]")

CASES: dict[str, Case] = {
    "an input that is not there": Case(
        "F101",
        "n",
        pick("playz"),
        pick("plays"),
        said="which is not a node of this flow. Did you mean 'plays'?",
    ),
    "a target that is read": Case("F101", "n", pick("out"), pick("plays"), said="reads the target 'out'"),
    "a node that nothing reads": Case(
        "F102", "lost", pick() + pick("n", "lost"), pick(), said="no target comes from 'lost'"
    ),
    "a circle": Case(
        "F103",
        "n",
        pick("m", "n") + pick("n", "m"),
        pick("m", "n") + pick("plays", "m"),
        said="round in a circle",
    ),
    "a kind with a typing mistake": Case(
        "F104",
        "n",
        node("n", "DropField", "plays", ", Paths: [[ms]]"),
        pick(),
        said="Did you mean 'DropFields'?",
    ),
    "a kind of Glue's that does not run": Case(
        "F104", "n", node("n", "Route", "plays"), pick(), said="write one Filter per route"
    ),
    "a field that is missing": Case(
        "F105", "n", node("n", "DropFields", "plays"), pick(), said="Paths: the field is missing"
    ),
    "no target": Case("F106", "", pick(), pick(), target="", said="nothing would be written"),
    "ids that differ in case": Case(
        "F107",
        "N",
        pick() + pick("n", "N"),
        pick() + pick("n", "m"),
        said="differ in the case of letters only",
    ),
    "SQL that is none": Case(
        "F108", "n", sql("n", "plays", "SELECT FROM"), sql("n", "plays", "SELECT id FROM t"), said="Spark SQL"
    ),
    "a query of the moment": Case(
        "F501",
        "n",
        sql("n", "plays", "SELECT id, now() AS at FROM t"),
        sql("n", "plays", "SELECT id FROM t"),
        said="holds 'NOW()'",
    ),
    "SQL with an unknown column": Case(
        "F108", "n", sql("n", "plays", "SELECT idd FROM t"), sql("n", "plays", "SELECT id FROM t"), said="idd"
    ),
    "a query that stops at a row": Case(
        "F108",
        "n",
        sql("m", "plays", "SELECT length(chr(id - 5)) AS root FROM t")
        + join("n", "left", "m", "songs", ("root", "sid")),
        _BY_SONG,
        said="stops at its rows: Invalid UTF8 Codepoint",
    ),
    "a mapping of an unknown column": Case(
        "F201", "n", mapping("n", "plays", "sng song int"), _TYPED, said="Did you mean 'song'?"
    ),
    "a dropped column that is not there": Case(
        "F201",
        "n",
        node("n", "DropFields", "plays", ", Paths: [[mss]]"),
        pick(),
        said="Glue would pass over it, and drop nothing. Did you mean 'ms'?",
    ),
    "a key that is not there": Case(
        "F201", "n", join("n", "left", "plays", "songs", ("song", "sd")), _BY_SONG, said="'sd', which 'songs'"
    ),
    "a partition that is not there": Case(
        "F201",
        "out",
        pick(),
        pick(),
        target=target("out", "S3IcebergCatalogTarget", f"{_TABLE}, PartitionKeys: [[sng]]"),
        said="Did you mean 'song'?",
    ),
    "a dotted column in a target": Case(
        "F202",
        "n",
        join("n", "left", "plays", "skips", ("id", "skip")),
        join("j", "left", "plays", "skips", ("id", "skip"))
        + node("n", "DropFields", "j", ', Paths: [["`.song`"]]'),
        said='drop it after the join: DropFields with Paths [["`.song`"]]',
    ),
    "names that differ in case after a join": Case(
        "F203",
        "n",
        mapping("r", "songs", "sid sid int", "title ID int")
        + join("n", "left", "plays", "r", ("song", "sid")),
        mapping("r", "songs", "sid sid int", "title IDS int")
        + join("n", "left", "plays", "r", ("song", "sid")),
        said="gives 'id' and 'ID', and letters' case does not count. Rename one of them with an ApplyMapping "
        "before the join, at 'r'",
    ),
    "a name given twice": Case(
        "F203", "n", mapping("n", "plays", "id id int", "song id int"), _TYPED, said="gives 'id'"
    ),
    "a name given twice by a query": Case(
        "F203",
        "n",
        sql("n", "plays", "SELECT id AS a, song AS a FROM t"),
        sql("n", "plays", "SELECT id AS a, song AS b FROM t"),
        said="gives 'a', and letters' case does not count. Give one of them another name with AS",
    ),
    "untyped columns in a target": Case(
        "F204",
        "plays",
        pick(),
        _TYPED,
        said="columns 'id', 'song', 'user' of the CSV files of 'plays' are text",
    ),
    "an untyped column behind a join": Case(
        "F204",
        "songs",
        mapping("m", "plays", "song song int") + join("n", "left", "m", "songs", ("song", "sid")),
        mapping("m", "plays", "song song int")
        + mapping("r", "songs", "sid sid int")
        + join("n", "left", "m", "r", ("song", "sid")),
        said="to the target 'out'",
    ),
    "an order of untyped values": Case(
        "F204",
        "plays",
        node(
            "n",
            "Filter",
            "plays",
            ", LogicalOperator: AND, Filters: [{Operation: GT, Values: "
            "[{Type: COLUMNEXTRACTED, Value: [ms]}, {Type: CONSTANT, Value: ['5']}]}]",
        )
        + mapping("typed", "n", "id id int"),
        _TYPED,
        target=TARGET.format("typed"),
        said="'ms' of the CSV files of 'plays' is text in Glue, and comes untyped to the order of 'n'",
    ),
    "keys of two types": Case(
        "F205",
        "n",
        mapping("m", "plays", "song song string") + join("n", "left", "m", "songs", ("song", "sid")),
        mapping("m", "plays", "song song bigint") + join("n", "left", "m", "songs", ("song", "sid")),
        said="joins 'song' (string) with 'sid' (int)",
    ),
    "every column selected": Case(
        "F206",
        "n",
        node("n", "SelectFields", "users", ", Paths: [[uid], [name]]"),
        node("n", "SelectFields", "users", ", Paths: [[uid]]"),
        said="selects every column",
    ),
    "duplicates by the key": Case(
        "F206",
        "n",
        node("n", "DropDuplicates", "plays", ", Columns: [[id]]"),
        node("n", "DropDuplicates", "plays", ", Columns: [[song]]"),
        said="told apart by id already",
    ),
    "a column renamed to itself": Case(
        "F206",
        "n",
        node("n", "RenameField", "plays", ", SourcePath: [id], TargetPath: [id]"),
        node("n", "RenameField", "plays", ", SourcePath: [id], TargetPath: [play]"),
        said="to its own name",
    ),
    "columns by what the rows have": Case("F207", "n", node("n", "DropNullFields", "plays"), pick()),
    "gaps filled": Case("F208", "n", node("n", "FillMissingValues", "plays", ", ImputedPath: ms"), pick()),
    "a rule about an unknown column": Case(
        "F209",
        "n",
        node(
            "n",
            "EvaluateDataQuality",
            "plays",
            ', Ruleset: \'Rules = [ IsComplete "idd", IsComplete "id" ]\'',
        ),
        node("n", "EvaluateDataQuality", "plays", ", Ruleset: 'Rules = [ IsComplete \"id\" ]'"),
        said="idd",
    ),
    "a rule that is no DQDL": Case(
        "F209",
        "n",
        node("n", "EvaluateDataQuality", "plays", ", Ruleset: 'Rules = [ IsWhole \"id\" ]'"),
        node("n", "EvaluateDataQuality", "plays", ", Ruleset: 'Rules = [ IsComplete \"id\" ]'"),
        said="IsWhole",
    ),
    "keys that mean other things": Case(
        "F301",
        "n",
        join("n", "left", "plays", "songs", ("user", "sid")),
        _BY_SONG,
        said="meet nothing: none of 2 rows of 'plays' (such as '100') has a row in 'songs' (such as '10')",
    ),
    "keys that seldom meet": Case(
        "F302",
        "n",
        _BY_SONG,
        join("n", "left", "plays", "users", ("user", "uid")),
        rows={"plays": [(1, 10, 100, 0), (2, 98, 101, 0), (3, 99, 100, 0), (4, None, 101, 0)]},
        said="1 of 4 rows of 'plays' (25.0%) have a row in 'songs'; '98' has none",
    ),
    "a join with several rows": Case(
        "F303",
        "n",
        join("n", "left", "plays", "skips", ("song", "song")),
        _BY_SONG,
        rows={"skips": [(1, 10, 3), (2, 10, 4), (3, 10, 5), (4, 11, 1)]},
        said="2 rows of 'plays' become 4 (2 more); '10' has 3",
    ),
    "files that Glue adds to": Case("F401", "files", pick(), pick(), target=_FILES, said="is there twice"),
    "a table that Glue appends to": Case(
        "F402", "out", pick(), pick(), target_without=_FILES, said="appends"
    ),
    "a table that two targets write": Case(
        "F403",
        "again",
        pick(),
        pick(),
        target=TARGET.format("n") + target("again", "S3CatalogTarget", _TABLE),
        target_without=TARGET.format("n") + target("again", "S3CatalogTarget", "Database: d, Table: u"),
        said="'again' of the flow 'f' both write d.t",
    ),
    "a path that two targets write": Case(
        "F403",
        "more",
        pick(),
        pick(),
        target=_FILES + target("more", "S3DirectTarget", "Path: 's3://b/x', Format: json"),
        target_without=_FILES + target("more", "S3DirectTarget", "Path: 's3://b/y', Format: json"),
        said="both write to s3://b/x",
    ),
    "many partitions": Case(
        "F404",
        "out",
        pick(),
        mapping("n", "plays", "user song int"),
        rows={"plays": [(number, number, 100, 0) for number in range(101)]},
        target=_PARTED,
        target_without=_PARTED,
        said="'song', which has 101 values",
    ),
    "a partition of NULLs": Case(
        "F405",
        "out",
        pick(),
        mapping("n", "plays", "user song int"),
        rows={"plays": [(1, None, 100, 0), (2, 10, 100, 0)]},
        target=_PARTED,
        target_without=_PARTED,
        said="NULL in 1 of 2 rows",
    ),
    "chance": Case(
        "F501",
        "n",
        sql("n", "plays", "SELECT id, rand() AS r FROM t"),
        sql("n", "plays", "SELECT id FROM t"),
        said="RAND()",
    ),
    "a table that cannot be traced": Case(
        "F502",
        "out",
        sql("n", "plays", "SELECT song, count(*) AS n FROM t GROUP BY song"),
        pick(),
        said="whenever something that it reads has changed: node 'n' is a SparkSQL with GROUP BY",
    ),
}
