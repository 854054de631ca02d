"""Each finding on a graph that has it, and on one that just does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from tests.flow.findings import CASES, ROWS, Case, Row, flow
from tests.flow.graphs import KEYS, join, mapping, node, tables

from wavehouse.core.errors import DefinitionError
from wavehouse.flow.binding import contract_rows
from wavehouse.flow.broken_graph import BrokenGraphError
from wavehouse.flow.graph import read_graph
from wavehouse.flow.lint.finding import CODES, Finding
from wavehouse.flow.lint.lint import in_order, lint
from wavehouse.flow.nodes import Source
from wavehouse.flow.relation import BoundSource
from wavehouse.flow.survey import Survey
from wavehouse.pipeline.target_checks import place_faults
from wavehouse.pipeline.targets import FlowTarget
from wavehouse.project.yaml_file import read_yaml

if TYPE_CHECKING:
    from tests.flow.conftest import Flows

Lint = Callable[..., list[Finding]]


@dataclass
class _Rows:
    """The rows of the sources, which may be called empty."""

    bound: Mapping[str, BoundSource]
    empty: dict[str, str] = field(default_factory=dict)

    def __call__(self, id_: str, node_: Source, /) -> BoundSource:
        return contract_rows(self.bound)(id_, node_)


def _written_twice(survey: Survey) -> list[Finding]:
    """What the flow alone tells of its places, as a run finds it."""
    found = place_faults([FlowTarget(survey.graph, id_) for id_ in survey.graph.targets])
    return [Finding(one.code, "error", one.node, one.error.where, one.error.what) for one in found]


@pytest.fixture
def linted(flows: Flows) -> Lint:
    """The findings of a flow file over rows by source."""

    def run(
        text: str, rows: Mapping[str, Sequence[Row]] | None = None, empty: dict[str, str] | None = None
    ) -> list[Finding]:
        flows.path.write_text(text, encoding="utf-8")
        wrong: list[BrokenGraphError] = []
        graph = read_graph(read_yaml(flows.path), wrong.append)
        bound = {name: table.bound() for name, table in tables(flows, {**ROWS, **(rows or {})}).items()}
        findings = lint(graph, wrong, _Rows(bound, empty or {}), flows.engine, KEYS, _written_twice)
        return in_order(findings)

    return run


@pytest.mark.parametrize("name", CASES)
def test_what_is_found(linted: Lint, flows: Flows, name: str) -> None:
    case: Case = CASES[name]
    found = [one for one in linted(case.flow, case.rows) if one.code == case.code]
    assert [one.node for one in found] == [case.at]
    assert case.said in f"{found[0].message}. {found[0].remedy}"
    assert found[0].where.startswith(f"{flows.path}:")
    assert case.code not in [one.code for one in linted(case.flow_without, case.rows)]


def test_every_code_has_a_case() -> None:
    assert {case.code for case in CASES.values()} | {"F601"} == set(CODES)


def test_the_place_is_the_line_of_the_field(linted: Lint, flows: Flows) -> None:
    nodes = node("n", "DropFields", "plays", ", Paths: [\n        [ms],\n        [mss]]")
    (found,) = [one for one in linted(flow(nodes)) if one.code == "F201"]
    (line,) = [number for number, one in enumerate(flow(nodes).splitlines(), 1) if "[mss]" in one]
    assert found.where == f"{flows.path}:{line}"


def test_all_findings_at_once(linted: Lint) -> None:
    """A broken node hides neither its own further mistakes nor those of other nodes behind it."""
    nodes = (
        node("one", "DropFields", "plays", ", Path: [[ms]], Extra: 1")
        + node("two", "Joyn", "plays")
        + mapping("three", "plays", "idd id int", "sng song int")
        + join("four", "left", "three", "songs", ("song", "sidd"))
        + node("n", "DropFields", "four", ", Paths: [[nothing]]")
    )
    found = [(one.code, one.node) for one in linted(flow(nodes)) if one.severity == "error"]
    assert found == [
        ("F105", "one"),
        ("F105", "one"),
        ("F105", "one"),
        ("F104", "two"),
        ("F201", "three"),
        ("F201", "three"),
        ("F201", "four"),
        ("F201", "n"),
    ]


def test_a_mistyped_field_hides_nothing_else_of_its_node(linted: Lint) -> None:
    nodes = (
        node("one", "DropFields", "plays", ", Path: [[mss]]")
        + join("two", "left", "plays", "songs", ("song", "sid"), ("song", "sid")).replace("Inputs", "Input")
        + node("loose", "DropFields", "plays", ", Paths: [[ms]]")
        + node("n", "SelectFields", "one", ", Paths: [[song], [ms]]")
    )
    found = [(one.code, one.node) for one in linted(flow(nodes)) if one.severity in ("error", "warning")]
    assert ("F201", "one") in found
    assert ("F102", "loose") in found
    assert ("F105", "two") in found
    assert ("F102", "one") not in found


def test_a_mistyped_input_is_told_as_that_alone(linted: Lint) -> None:
    nodes = join("n", "left", "plays", "songs", ("song", "sid")).replace("[plays, songs]", "[plays, song]")
    found = [one for one in linted(flow(nodes)) if one.severity == "error"]
    assert [(one.code, one.node, one.remedy) for one in found] == [("F101", "n", "Did you mean 'songs'?")]


def test_what_stands_behind_a_node_that_cannot_be_read_is_not_guessed(linted: Lint) -> None:
    nodes = node("one", "Joyn", "plays") + node("n", "DropFields", "one", ", Paths: [[nothing]]")
    assert [one.code for one in linted(flow(nodes)) if one.severity == "error"] == ["F104"]


def test_what_has_no_rows_is_not_measured(linted: Lint) -> None:
    nodes = join("n", "left", "plays", "songs", ("user", "sid"))
    found = linted(flow(nodes), empty={"songs": "the lake has no staging.songs"})
    assert "F301" not in [one.code for one in found]
    (note,) = [one for one in found if one.code == "F601"]
    assert note.severity == "note"
    assert "'n' were not measured: the lake has no staging.songs" in note.message


@pytest.mark.parametrize("kind", ["equijoin", "left", "right", "outer", "leftsemi"])
def test_a_wrong_key_is_an_error(linted: Lint, kind: str) -> None:
    found = linted(flow(join("n", kind, "plays", "songs", ("user", "sid"))))
    assert [one.severity for one in found if one.code == "F301"] == ["error"]


def test_a_leftanti_may_meet_nothing(linted: Lint) -> None:
    found = linted(flow(join("n", "leftanti", "plays", "songs", ("user", "sid"))))
    assert [one.severity for one in found if one.code == "F301"] == ["warning"]
    few = {"plays": [(1, 10, 100, 0), (2, 98, 101, 0), (3, 99, 100, 0)]}
    assert "F302" not in [
        one.code for one in linted(flow(join("n", "leftanti", "plays", "songs", ("song", "sid"))), few)
    ]


@pytest.mark.parametrize("empty", ["plays", "songs"])
def test_no_rows_are_no_wrong_key(linted: Lint, empty: str) -> None:
    found = linted(flow(join("n", "left", "plays", "songs", ("song", "sid"))), {empty: []})
    assert not {"F301", "F302", "F303"} & {one.code for one in found}


def test_keys_of_several_columns_are_measured_together(linted: Lint) -> None:
    keys = (("song", "song"), ("ms", "level"))
    rows = {"plays": [(1, 10, 100, 3), (2, 11, 100, 3)], "skips": [(1, 10, 3), (2, 10, 3), (3, 11, 4)]}
    found = linted(flow(join("n", "left", "plays", "skips", *keys)), rows)
    (several,) = [one for one in found if one.code == "F303"]
    assert "1 rows of 'plays' become 2 (1 more); '10 / 3' has 2" in several.message


def test_a_right_join_keeps_the_rows_of_the_right(linted: Lint) -> None:
    """One song for each of several plays multiplies no play; several plays for one song multiply the song."""
    rows = {"plays": [(1, 10, 100, 5), (2, 10, 101, 6)], "songs": [(10, 1, 7)]}
    found = linted(flow(join("n", "right", "songs", "plays", ("sid", "song"))), rows)
    assert "F303" not in [one.code for one in found]
    found = linted(flow(join("n", "right", "plays", "songs", ("song", "sid"))), rows)
    (several,) = [one for one in found if one.code == "F303"]
    assert "'plays' has several rows for one key, so that 1 rows of 'songs' become 2" in several.message
    assert "DropDuplicates by song before the join at 'plays'" in several.remedy


def test_the_worst_comes_first(linted: Lint) -> None:
    found = linted(flow(join("n", "left", "plays", "skips", ("user", "song"))))
    severities = [one.severity for one in found]
    assert severities == sorted(severities, key=["error", "warning", "note"].index)
    assert {"error", "warning", "note"} == set(severities)


def test_a_gap_is_filled_in_a_column_whose_name_stands_in_backquotes(linted: Lint) -> None:
    nodes = node("n", "FillMissingValues", "plays", ", ImputedPath: '`ms`'")
    assert "F201" not in [one.code for one in linted(flow(nodes))]


@pytest.mark.parametrize(
    ("node_", "id_", "said"),
    [
        ("  e:\n", "e", "node 'e' is no kind with its fields"),
        ("  e: [1]\n", "e", "node 'e' is no kind with its fields"),
        ("  e:\n    DropFields:\n", "e", "node 'e' is no kind with its fields"),
        ("  e f:\n    DropFields: {}\n", "e f", "'e f' is no id of a node"),
    ],
)
def test_what_is_no_node_hides_no_other(linted: Lint, node_: str, id_: str, said: str) -> None:
    found = linted(flow(node_ + mapping("n", "plays", "sng song int")))
    errors = [(one.code, one.node, one.message) for one in found if one.severity == "error"]
    assert errors[0] == ("F105", id_, said)
    assert [(code, node) for code, node, _ in errors[1:]] == [("F201", "n")]


def test_a_file_that_is_no_graph_is_refused(linted: Lint) -> None:
    with pytest.raises(DefinitionError, match="the key 'nodes' is missing"):
        linted("flow: f\n")
