"""A console that changes nothing refuses in the server as well: a page may send what it does not offer."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, cast

import pytest
from tests.conftest import Wavehouse

from wavehouse.console.background import Jobs
from wavehouse.core.errors import CallError
from wavehouse.flow.editing.draft import Draft
from wavehouse.query.service.live import Asked
from wavehouse.settings import read_settings
from wavehouse.wiring.console_tables import sql_work_of

_SHIPPED = Path(__file__).parents[2] / "spotify"


def test_no_job_begins() -> None:
    done: list[str] = []
    with pytest.raises(CallError, match="changes nothing"):
        Jobs(read_only=True).start("A run", lambda _: done.append("run"))
    assert not done


def test_no_query_is_saved(tmp_path: Path) -> None:
    project = Path(shutil.copytree(_SHIPPED, tmp_path / "spotify"))
    before = sorted((project / "queries").iterdir())
    work = sql_work_of(read_settings(str(project), str(tmp_path / "lake")), cast("Any", None), read_only=True)
    with pytest.raises(CallError, match="changes nothing"):
        work.save("mine", "", "SELECT 1", False)
    assert sorted((project / "queries").iterdir()) == before


@pytest.mark.parametrize("sql", ["PREPARE mine FROM SELECT 1", "-- x\ndeallocate prepare mine"])
def test_nothing_is_prepared(sql: str, tmp_path: Path) -> None:
    settings = read_settings(str(_SHIPPED), str(tmp_path / "lake"))
    work = sql_work_of(settings, cast("Any", None), read_only=True)
    with pytest.raises(CallError, match="changes nothing"):
        work.start(Asked(sql))


def test_a_flow_that_is_looked_at_is_neither_edited_nor_saved(tmp_path: Path) -> None:
    path = Path(shutil.copy(_SHIPPED / "flows/tracks.yaml", tmp_path))
    draft, text = Draft(path, writable=False), path.read_text("utf-8")
    with pytest.raises(CallError, match="only looked at"):
        draft.set_field("with_features", "JoinType", "equijoin")
    with pytest.raises(CallError, match="only looked at"):
        draft.save()
    assert not draft.changed
    path.write_text(text.replace("Drop the joined keys", "Drop keys"), "utf-8")
    draft.take_theirs()
    assert "Drop keys" in draft.text


def test_a_server_that_may_write_has_no_console_that_may_not(wavehouse: Wavehouse) -> None:
    done = wavehouse("serve", "--write", "--read-only", "--port", "0")
    assert done.code == 2
    assert "--write and --read-only exclude each other" in done.stderr
