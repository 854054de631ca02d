"""docs/nodes.md: every kind has its section, and its example makes the rows that are shown."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.house.pages import blocks_of, first_missing

from wavehouse.flow.binding import contract_rows
from wavehouse.flow.nodes import KINDS, REFUSED, Source, Target
from wavehouse.flow.program import compile_target

if TYPE_CHECKING:
    from tests.conftest import Wavehouse
    from tests.flow.conftest import Flows, Table

_PAGE = (Path(__file__).parents[2] / "docs" / "nodes.md").read_text("utf-8")
_SECTIONS = dict(re.findall(r"^### (\w+)\n((?:(?!^##).*\n)*)", _PAGE, re.MULTILINE))
_TRANSFORMS = [kind for kind, model in KINDS.items() if not issubclass(model, Source | Target)]
_SOURCES = '  {0}:\n    S3CsvSource: {{Name: {0}, Paths: ["${{staging}}/{0}/"]}}\n'


def _tables(text: str) -> list[tuple[list[str], list[tuple[str, ...]]]]:
    """The Markdown tables in a text: heads and rows."""
    found = []
    for table in re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE):
        head, _, *rows = [tuple(re.split(r" \| ", line.strip("| "))) for line in table.splitlines()]
        found.append((list(head), rows))
    return found


def _sources(flows: Flows) -> dict[str, Table]:
    plays, songs, *_ = _tables(_PAGE)
    return {name: _table(flows, *table) for name, table in (("plays", plays), ("songs", songs))}


def _table(flows: Flows, head: list[str], rows: list[tuple[str, ...]]) -> Table:
    return flows.table(head, [tuple(None if cell == "NULL" else cell for cell in row) for row in rows])


def _example(section: str) -> str:
    (block,) = re.findall(r"^```yaml\n((?:.*\n)*?)```$", section, re.MULTILINE)
    return "".join(f"  {line}\n" for line in block.splitlines())


def _shown(value: Any) -> str:
    return "NULL" if value is None else str(value)


@pytest.mark.parametrize("kind", _TRANSFORMS)
def test_an_example_makes_what_is_shown(flows: Flows, kind: str) -> None:
    section = _SECTIONS[kind]
    nodes, tables = _example(section), _sources(flows)
    assert f"  {kind}:" in nodes
    head, rows = _tables(section)[-1]
    program = flows.compile(nodes, tables)
    assert [f"{column.name} {column.type}" for column in program.columns] == head
    found = [tuple(_shown(value) for value in row.values()) for row in flows.run(nodes, tables)]
    assert sorted(found) == sorted(rows)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in _TRANSFORMS])
def test_a_source_or_target_is_one(flows: Flows, kind: str) -> None:
    nodes = _example(_SECTIONS[kind])
    if issubclass(KINDS[kind], Source):
        nodes += "  out:\n    S3CatalogTarget: {Name: O, Inputs: [plays], Database: d, Table: t}\n"
    graph = flows.graph("flow: f\nnodes:\n" + "".join(map(_SOURCES.format, ("plays", "songs"))) + nodes)
    assert kind in {type(node).__name__ for node in graph.nodes.values()}
    bound = {name: table.bound() for name, table in _sources(flows).items()}
    assert compile_target(graph, "out", contract_rows(bound), flows.engine).columns


def test_the_command_prints_what_is_shown(wavehouse: Wavehouse) -> None:
    ((command, expected),) = [
        step for block in blocks_of(_PAGE) if block.language == "console" for step in block.steps()
    ]
    _, *args = shlex.split(command)
    assert first_missing(expected, wavehouse(*args).stdout) is None


def test_no_section_is_of_a_kind_that_is_none() -> None:
    assert set(_SECTIONS) == set(KINDS)


def test_what_does_not_run_is_named_with_its_reason() -> None:
    (listed,) = re.findall(r"^## Kinds that do not run\n((?:.*\n)*)", _PAGE, re.MULTILINE)
    found = {
        kind.strip("`"): reason
        for kinds, reason in re.findall(r"^- (.+?): ((?!`).+)\.$", listed, re.MULTILINE)
        for kind in kinds.split(", ")
    }
    assert found == REFUSED
