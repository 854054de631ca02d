"""docs/schedules.md: its commands run and print what it shows, its tables name what there is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
from tests.house.pages import RUN, Block, blocks_of, put_command, run_block, runnable

from wavehouse.pipeline.schedules.alert_definition import Alert
from wavehouse.pipeline.schedules.definition import OPTIONS, Schedules, StartTrigger
from wavehouse.project.yaml_file import parse_yaml

_PAGE = (Path(__file__).parents[2] / "docs" / "schedules.md").read_text("utf-8")
_BLOCKS = blocks_of(_PAGE)


def test_every_block_is_run_or_is_a_definition() -> None:
    assert {block.language for block in _BLOCKS} == RUN | {"yaml"}
    assert _PAGE.count("\n```") == 2 * len(_BLOCKS)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory that is empty but for the command."""
    folder = tmp_path_factory.mktemp("schedules-page")
    put_command(folder)
    return folder


@pytest.mark.parametrize("block", runnable(_BLOCKS))
def test_the_commands_run(block: Block, directory: Path) -> None:
    run_block(block, directory, "docs/schedules.md")


@pytest.mark.parametrize("block", [one for one in _BLOCKS if one.language == "yaml"])
def test_the_definitions_are_some(block: Block) -> None:
    parse_yaml(Path("schedules.yaml"), block.text.encode()).parse(Schedules)


def _rows(heading: str) -> dict[str, set[str]]:
    section = _PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = [line.strip()[1:-1].split("|") for line in section.splitlines() if line.startswith("| `")]
    return {row[0].strip(" `"): set(re.findall(r"`(\w+)`", row[2])) for row in rows}


def test_every_action_trigger_and_alert_is_told() -> None:
    assert _rows("Steps") == {action: set(options) for action, options in OPTIONS.items()}
    triggers = _rows("Triggers")
    assert set(triggers) == set(get_args(StartTrigger.model_fields["type"].annotation))
    assert set.union(*triggers.values()) == set(StartTrigger.model_fields) - {"type"}
    alerts = _rows("Alerts")
    assert set(alerts) == set(get_args(Alert.model_fields["on"].annotation))
    assert set.union(*alerts.values()) == set(Alert.model_fields) - {"name", "on", "to"}
