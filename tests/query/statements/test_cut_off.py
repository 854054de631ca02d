"""A statement that is cut off has done all of its work or nothing, and the next one brings it in order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.query.statements.house import House

import wavehouse
from wavehouse.core.table_name import TableName
from wavehouse.lake import statement_commit
from wavehouse.lake.head import LakeHead
from wavehouse.lake.statement_commit import StatementCommitter
from wavehouse.wiring import upkeep

STATEMENTS = {
    "insert": "INSERT INTO music.songs VALUES (5, 'Eta', 50)",
    "delete": "DELETE FROM music.songs WHERE id = 1",
    "update": "UPDATE music.songs SET plays = 0",
    "alter": "ALTER TABLE music.songs ADD COLUMNS (x int)",
    "create": "CREATE TABLE music.t WITH (table_type = 'ICEBERG', is_external = false) AS SELECT 1 AS a",
}


class KilledError(BaseException):
    """The process ends here."""


def _raise(*_: Any, **__: Any) -> None:
    raise KilledError


def _state(house: House) -> list[Any]:
    tables = house.column("SHOW TABLES IN music")
    return [(name, house.rows(f"SELECT * FROM music.{name} ORDER BY 1")) for name in tables]


def _data_files(house: House) -> int:
    return len(list(Path(house.layout.warehouse).glob("*/*/data/run=*/*")))


@pytest.mark.parametrize("sql", STATEMENTS.values(), ids=STATEMENTS)
@pytest.mark.parametrize("point", ["audit", "move_forward"])
def test_before_it_is_shown_nothing_is_done(
    house: House, monkeypatch: pytest.MonkeyPatch, sql: str, point: str
) -> None:
    before = _state(house)
    with monkeypatch.context() as patched:
        where = statement_commit if point == "audit" else StatementCommitter
        patched.setattr(where, point, _raise)
        # A process that is killed takes nothing back.
        patched.setattr(StatementCommitter, "take_back", lambda *_: None)
        with pytest.raises(KilledError):
            house.run(sql)
    assert _state(house) == before
    assert LakeHead(house.layout).unfinished() != []
    house.run("DROP TABLE IF EXISTS music.nothing")
    assert LakeHead(house.layout).unfinished() == []
    assert _state(house) == before
    assert _data_files(house) == 0
    house.run(sql)
    assert _state(house) != before


@pytest.mark.parametrize("sql", STATEMENTS.values(), ids=STATEMENTS)
def test_once_it_is_shown_all_is_done(house: House, monkeypatch: pytest.MonkeyPatch, sql: str) -> None:
    before = _state(house)
    real = StatementCommitter.move_forward

    def shown_and_killed(self: StatementCommitter, name: TableName, run: str, *, new: bool) -> None:
        real(self, name, run, new=new)
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(StatementCommitter, "move_forward", shown_and_killed)
        with pytest.raises(KilledError):
            house.run(sql)
    after = _state(house)
    assert after != before
    house.run("DROP TABLE IF EXISTS music.nothing")
    assert _state(house) == after


@pytest.mark.parametrize("sql", STATEMENTS.values(), ids=STATEMENTS)
def test_what_is_read_back_wrong_is_not_shown(
    house: House, monkeypatch: pytest.MonkeyPatch, sql: str
) -> None:
    before = _state(house)
    with monkeypatch.context() as patched:
        patched.setattr(statement_commit, "audit", _raise)
        with pytest.raises(KilledError):
            house.run(sql)
    assert LakeHead(house.layout).unfinished() == []
    assert _data_files(house) == 0
    assert _state(house) == before


def test_a_table_of_files_that_cannot_be_registered_leaves_none(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("wavehouse.catalog.sql_tables.SqlTables.put", _raise)
        with pytest.raises(KilledError):
            house.run("CREATE TABLE music.t WITH (external_location = '${warehouse}/t/') AS SELECT 1 AS a")
    assert not (house.layout.outputs / "t").exists()
    house.run("CREATE TABLE music.t WITH (external_location = '${warehouse}/t/') AS SELECT 1 AS a")
    assert house.rows("SELECT a FROM music.t") == [(1,)]


def _cut_off(house: House, monkeypatch: pytest.MonkeyPatch, sql: str) -> None:
    """A process that is killed as it is about to register a table takes nothing back."""
    with monkeypatch.context() as patched:
        patched.setattr("wavehouse.catalog.sql_tables.SqlTables.put", _raise)
        patched.setattr("shutil.rmtree", lambda *_, **__: None)
        with pytest.raises(KilledError):
            house.run(sql)


def _vacuumed(house: House, **how: Any) -> list[str]:
    told = {"keep": 1, "expire_days": 0, "orphan_hours": 0, "dry_run": False, **how}
    gone: list[str] = upkeep.vacuum(house.settings, **told)["orphans"]
    return gone


def test_files_of_a_table_that_was_never_registered_go_with_a_vacuum(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = house.layout.outputs
    _cut_off(
        house,
        monkeypatch,
        "CREATE TABLE music.own WITH (partitioned_by = ARRAY['b']) AS SELECT 1 AS a, 2 AS b",
    )
    _cut_off(
        house,
        monkeypatch,
        "CREATE TABLE music.half WITH (external_location = '${warehouse}/half/') AS SELECT 1 AS a",
    )
    assert house.column("SHOW TABLES IN music") == ["songs"]
    # What else is put there is not the statement's, and what is named now is nobody's to remove.
    house.run("UNLOAD (SELECT 1 AS a) TO '${warehouse}/half/more/' WITH (format = 'JSON')")
    _cut_off(
        house,
        monkeypatch,
        "CREATE TABLE music.t WITH (external_location = '${warehouse}/t/') AS SELECT 7 AS a",
    )
    house.run("CREATE EXTERNAL TABLE music.t (a int) STORED AS PARQUET LOCATION '${warehouse}/t/'")
    house.run("CREATE TABLE music.gone WITH (external_location = '${warehouse}/gone/') AS SELECT 1 AS a")
    house.run("DROP TABLE music.gone")
    assert _vacuumed(house, orphan_hours=24) == []
    assert _vacuumed(house, dry_run=True) != []
    assert (files / "half" / "part-0.parquet").is_file()
    assert [path.rpartition("/")[2] for path in _vacuumed(house)] == [
        "_wavehouse_unnamed.json", "part-0.parquet", "_wavehouse_unnamed.json", "part-0.parquet",
    ]  # fmt: skip
    assert not (files / "tables").exists() or list((files / "tables").iterdir()) == []
    left = sorted(str(path.relative_to(files)) for path in files.rglob("*.*") if path.is_file())
    assert left == [
        "gone/part-0.parquet", "half/more/part-0.json.gz", "t/part-0.parquet",
    ]  # fmt: skip
    assert house.rows("SELECT a FROM music.t") == [(7,)]
    house.run("DROP TABLE music.t")
    assert _vacuumed(house) == []
    assert (files / "t" / "part-0.parquet").is_file()


def test_files_of_a_table_that_was_registered_after_all_stay(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("wavehouse.query.statements.files_written.unmark", _raise)
        with pytest.raises(KilledError):
            house.run("CREATE TABLE music.t WITH (external_location = '${warehouse}/t/') AS SELECT 7 AS a")
    assert _vacuumed(house) == []
    assert house.rows("SELECT a FROM music.t") == [(7,)]
    house.run("DROP TABLE music.t")
    assert _vacuumed(house) == []
    assert [path.name for path in (house.layout.outputs / "t").iterdir()] == ["part-0.parquet"]


@pytest.mark.slow
def test_a_process_that_is_killed_anywhere_leaves_the_old_rows_or_the_new(house: House) -> None:
    code = (
        "import sys; from pathlib import Path; from wavehouse.settings import Settings, builtin_project; "
        "from wavehouse.wiring import statements; "
        "settings = Settings(builtin_project(), Path(sys.argv[1])); "
        "statements.run(settings, sys.argv[2], 'json', None, write=True)"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(wavehouse.__file__).parents[1])}
    seen = set()
    for at in range(12):
        before = house.column("SELECT plays FROM music.songs ORDER BY id")
        wanted = [at] * 4
        sql = f"UPDATE music.songs SET plays = {at}"
        command = [sys.executable, "-c", code, str(house.settings.lake), sql]
        with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
            try:
                # The last one comes to its end.
                process.wait(0.6 + at * 0.25 if at < 11 else 60)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
        found = house.column("SELECT plays FROM music.songs ORDER BY id")
        assert found in (before, wanted)
        seen.add(found == wanted)
    house.run("UPDATE music.songs SET plays = 99")
    assert house.column("SELECT DISTINCT plays FROM music.songs") == [99]
    assert LakeHead(house.layout).unfinished() == []
    assert seen == {False, True}
