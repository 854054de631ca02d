"""Who writes to a lake is told to others for as long as it does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from wavehouse.core.progress import Silent
from wavehouse.lake.layout import LakeLayout
from wavehouse.lake.lock import holder, writing

_HOLDING = """
import sys
from pathlib import Path
from wavehouse.core.progress import Silent
from wavehouse.lake.layout import LakeLayout
from wavehouse.lake.lock import writing
with writing(LakeLayout(Path(sys.argv[1])), Silent(), "a-run"):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def layout(tmp_path: Path) -> LakeLayout:
    """A lake that is not made yet."""
    return LakeLayout(tmp_path / "lake")


def test_nobody_writes_to_a_lake_that_is_not_there(layout: LakeLayout) -> None:
    assert holder(layout) is None


def test_who_writes_says_so_until_the_end(layout: LakeLayout) -> None:
    with writing(layout, Silent(), "20240101T000000000Z-abcdef01"):
        told = holder(layout)
        assert told is not None
        assert (told.process, told.run) == (os.getpid(), "20240101T000000000Z-abcdef01")
    assert holder(layout) is None
    with writing(layout, Silent()):
        assert holder(layout) is not None


def test_another_process_is_told_of_and_forgotten_when_it_was_killed(layout: LakeLayout) -> None:
    command = [sys.executable, "-c", _HOLDING, str(layout.root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        told = holder(layout)
        assert told is not None
        assert (told.process, told.run) == (other.pid, "a-run")
        other.send_signal(signal.SIGKILL)
        other.wait(30)
    assert holder(layout) is None


@pytest.mark.parametrize("text", ["nonsense", "{}", '{"process": 1}'])
def test_what_cannot_be_read_is_nobody(layout: LakeLayout, text: str) -> None:
    layout.root.mkdir()
    (layout.root / ".lock").write_text(text)
    assert holder(layout) is None
