"""Whatever is wrong in a graph is told by file, line and node, with a proposal where there is one."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from wavehouse.core.errors import DefinitionError
from wavehouse.core.table_name import TableName

if TYPE_CHECKING:
    from tests.flow.conftest import Flows

# Line numbers count from here: `flow:` is line 1.
_GOOD = """\
flow: plays
nodes:
  plays:
    S3CsvSource: {Name: Plays, Paths: ["${staging}/plays/"]}
  songs:
    S3CsvSource: {Name: Songs, Paths: ["${staging}/songs/"]}
  both:
    Join:
      Name: Both
      Inputs: [plays, songs]
      JoinType: left
      Columns: [{From: plays, Keys: [[song]]}, {From: songs, Keys: [[id]]}]
  named:
    ApplyMapping:
      Name: Named
      Inputs: [both]
      Mapping:
        - {FromPath: [song], FromType: string, ToKey: song, ToType: string}
  asked:
    SparkSQL: {Name: Asked, Inputs: [named], SqlAliases: [{From: named, Alias: t}], SqlQuery: SELECT * FROM t}
  out:
    S3IcebergCatalogTarget: {Name: Out, Inputs: [asked], Database: Music, Table: Plays}
"""


def test_every_node_comes_after_those_it_reads(flows: Flows) -> None:
    graph = flows.graph(_GOOD)
    order = list(graph.nodes)
    assert graph.name == "plays"
    for at, node in enumerate(graph.nodes.values()):
        assert set(node.Inputs) <= set(order[:at])
    assert list(graph.sources) == ["plays", "songs"]
    assert {id_: node.table for id_, node in graph.tables.items()} == {"out": TableName("music", "plays")}
    assert list(graph.before("both")) == ["plays", "songs", "both"]
    assert graph.readers("both") == ["named"]
    assert graph.where("both") == f"{flows.path}:7"


def test_nodes_may_stand_in_any_order(flows: Flows) -> None:
    head, *nodes = _GOOD.split("\n  out:")
    body = head.removeprefix("flow: plays\nnodes:\n")
    turned = f"flow: plays\nnodes:\n  out:{nodes[0]}{body}\n"
    assert flows.graph(turned).nodes == flows.graph(_GOOD).nodes


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        (
            "    Join:\n",
            "    Joyn:\n",
            7,
            "node 'both' is of the kind 'Joyn', which is not known. Did you mean 'Join'?",
        ),
        (
            "Inputs: [both]",
            "Inputs: [bth]",
            13,
            "node 'named' reads 'bth', which is not a node of this flow. Did you mean 'both'?",
        ),
        ("Inputs: [both]", "Inputs: [asked]", 13, "the nodes go round in a circle: "),
        ("Inputs: [both]", "Inputs: [named]", 13, "the nodes go round in a circle: named → named"),
        ("Inputs: [both]", "Inputs: [out]", 13, "node 'named' reads the target 'out'"),
        (
            "Inputs: [both]",
            "Inputs: [both, songs]",
            16,
            "node 'named' (ApplyMapping), Inputs: it may have 1 item, and has 2",
        ),
        (
            "Inputs: [both]\n",
            "Input: [both]\n",
            16,
            "Input: there is no such field. Did you mean 'Inputs'?",
        ),
        ("      JoinType: left\n", "", 8, "node 'both' (Join), JoinType: the field is missing"),
        (
            "JoinType: left",
            "JoinType: inner",
            11,
            "node 'both' (Join), JoinType: it must be 'equijoin', ",
        ),
        (
            "JoinType: left",
            "Jointype: left",
            11,
            "node 'both' (Join), Jointype: there is no such field. Did you mean 'JoinType'?",
        ),
        (
            "FromType: string",
            "FromTyp: string",
            18,
            "node 'named' (ApplyMapping), FromTyp: there is no such field. Did you mean 'FromType'?",
        ),
        (
            "{From: songs, Keys",
            "{From: sogns, Keys",
            8,
            "node 'both' (Join): columns names the keys of each input",
        ),
        (
            "{From: songs, Keys",
            "{From: plays, Keys",
            8,
            "node 'both' (Join): columns names the keys of each input",
        ),
        (
            "Keys: [[id]]",
            "Keys: [[id], [x]]",
            8,
            "node 'both' (Join): both sides of a join need equally many",
        ),
        ("Keys: [[id]]", "Keys: []", 12, "node 'both' (Join), Keys: it needs 1 item or more, and has 0"),
        ("Keys: [[id]]", "Keys: [[a, b]]", 12, "it may have 1 item, and has 2"),
        ("[plays, songs]", "[plays, plays]", 8, "node 'both' (Join): a join needs two different inputs"),
        ("[plays, songs]", "[plays]", 10, "node 'both' (Join), Inputs: it needs 2 items or more, and has 1"),
        (
            "SqlAliases: [{From: named",
            "SqlAliases: [{From: namd",
            20,
            "the alias 't' is From 'namd', which is none of the Inputs. Did you mean 'named'?",
        ),
        ("Alias: t}", "Alias: t, As: u}", 20, "node 'asked' (SparkSQL), As: there is no such field"),
        (
            "    Join:\n",
            "    Route:\n",
            7,
            "node 'both' is a Route, a kind of Glue's that does not run here: ",
        ),
        ("${staging}/plays/", "${staging}/plays/2024/", 4, "is not of the form ${staging}/<source>/"),
        ("${staging}/plays/", "${staging}/", 4, "is not of the form ${staging}/<source>/"),
        (
            "S3CsvSource: {Name: Songs",
            "S3CsvSource: {Inputs: [plays], Name: Songs",
            6,
            "it may have no item, and has 1",
        ),
        ("{Name: Plays,", "{Name: Plays, Separator: comm,", 4, "Separator: it must be 'comma', "),
        ("flow: plays\n", "flows: plays\n", 1, "'flows' is not a known key here. Did you mean 'flow'?"),
        ("    Join:\n", "    DropFields: {}\n    Join:\n", 7, "node 'both' has 2 kinds (DropFields, Join)"),
        ("  asked:\n", "  nothing: {}\n  asked:\n", 19, "node 'nothing' has 0 kinds"),
        (
            "  named:\n",
            "  BOTH:\n    DropFields: {Name: B, Inputs: [plays], Paths: [[x]]}\n  named:\n",
            13,
            "the nodes 'both' and 'BOTH' differ in the case of letters only",
        ),
        (
            "Table: Plays",
            "Table: Plays, AdditionalOptions: {wavehouse.sortby: a}",
            22,
            "'wavehouse.sortby' is not an option. Did you mean 'wavehouse.sort-by'?",
        ),
    ],
)
def test_a_wrong_graph(flows: Flows, old: str, new: str, line: int, said: str) -> None:
    assert _GOOD.count(old) == 1
    with pytest.raises(DefinitionError) as caught:
        flows.graph(_GOOD.replace(old, new))
    assert said in str(caught.value)
    if "circle" in said:
        assert caught.value.where.startswith(f"{flows.path}:")
    else:
        assert caught.value.where == f"{flows.path}:{line}"


def test_a_flow_without_a_target(flows: Flows) -> None:
    with pytest.raises(DefinitionError, match="the flow has no target") as caught:
        flows.graph(_GOOD[: _GOOD.index("  out:")])
    assert caught.value.where == f"{flows.path}:2"


def test_a_circle_is_told_in_the_direction_of_the_data(flows: Flows) -> None:
    text = _GOOD.replace("Inputs: [plays, songs]", "Inputs: [plays, asked]").replace(
        "From: songs", "From: asked"
    )
    with pytest.raises(DefinitionError, match="circle") as caught:
        flows.graph(text)
    around = caught.value.what.partition("circle: ")[2].split(" → ")
    reads = {("both", "named"), ("named", "asked"), ("asked", "both")}
    assert set(pairwise(around)) in (reads, {pair[::-1] for pair in reads})
    assert around[0] == around[-1]


def test_a_place_in_a_list_is_named_with_it(flows: Flows) -> None:
    with pytest.raises(DefinitionError, match=r"node 's' \(S3CsvSource\), Paths\[0\]: "):
        flows.graph("flow: f\nnodes:\n  s:\n    S3CsvSource: {Name: s, Paths: [2024]}\n")


def test_a_graph_that_nobody_drew_is_refused(flows: Flows) -> None:
    many = "".join(f"  s{number}: {{S3CsvSource: {{Name: s, Paths: [x]}}}}\n" for number in range(1001))
    with pytest.raises(DefinitionError, match="has 1,001 nodes, more than 1,000"):
        flows.graph(f"flow: f\nnodes:\n{many}")
