"""Lakes with tables registered in Postgres, or in Glue (as moto answers): what runs and upkeep do there."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import psycopg
import pytest
from tests.catalog.moto_server import REGION, MotoServer
from tests.catalog.postgres import PASSWORD, PostgresServer

from wavehouse.core.data_catalog import CatalogColumn, CatalogTable, CsvReading
from wavehouse.core.table_name import TableName
from wavehouse.lake.head import LakeHead
from wavehouse.lake.layout import lake_at
from wavehouse.project.copy import copy_project
from wavehouse.project.project import Project
from wavehouse.settings import builtin_project
from wavehouse.wiring.parts import external_tables

if TYPE_CHECKING:
    from tests.conftest import Answer, Wavehouse

COUNT = "SELECT count(*) FROM spotify.tracks"


@dataclass
class Elsewhere:
    """A folder with a project `spotify`, files to load, and a catalog that is not in the lake."""

    folder: Path
    command: Wavehouse
    catalog: dict[str, str]
    registered: Callable[[], set[str]]
    stop: Callable[[], None]
    start: Callable[[], None]

    def run(self, *args: str) -> Answer:
        """A command on the lake, which must end well."""
        answer = self.command(*args)
        assert answer.code == 0, answer.stderr
        return answer

    @property
    def rows(self) -> int:
        """The rows of the joined table."""
        ((rows,),) = self.run("sql", COUNT, "--json").json["rows"]
        return int(rows)

    def init(self, project: str, catalog: dict[str, str] | None) -> None:
        """A copy of the Spotify project, with that catalog."""
        path = copy_project(Project.at(builtin_project()), self.folder / project) / "wavehouse.yaml"
        if catalog:
            path.write_text(f"{path.read_text()}\ncatalog: {json.dumps(catalog)}\n")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, wavehouse_in: Callable[[Path], Wavehouse]) -> Path:
    """Files to load: `files`, and `more` of them."""
    folder = tmp_path_factory.mktemp("shared")
    for name, scale, seed in (("files", "0.001", "1"), ("more", "0.0015", "2")):
        assert wavehouse_in(folder)("generate", name, "--scale", scale, "--seed", seed).code == 0
    return folder


@pytest.fixture(params=["postgres", "glue-by-moto"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path, files: Path, wavehouse: Wavehouse) -> Elsewhere:
    """Each of the catalogs, empty."""
    if request.param == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres")
        uri = server.uri(request.getfixturevalue("database"))

        def registered() -> set[str]:
            with psycopg.connect(uri, password=PASSWORD) as connection:
                found = connection.execute("SELECT table_namespace || '.' || table_name FROM iceberg_tables")
                return {name for (name,) in found}

        catalog = {"type": "postgres", "uri": uri}
        made = Elsewhere(tmp_path, wavehouse, catalog, registered, server.stop, server.start)
    else:
        moto: MotoServer = request.getfixturevalue("moto")
        moto.reset()

        def registered() -> set[str]:
            glue = boto3.client("glue", region_name=REGION, endpoint_url=moto.url)
            return {
                f"{database['Name']}.{table['Name']}"
                for database in glue.get_databases()["DatabaseList"]
                for table in glue.get_tables(DatabaseName=database["Name"])["TableList"]
            }

        catalog = {"type": "glue", "region": REGION, "endpoint": moto.url, "database_prefix": "dev_"}
        made = Elsewhere(tmp_path, wavehouse, catalog, registered, moto.stop, moto.start)
    made.init("spotify", catalog)
    for name in ("files", "more"):
        (tmp_path / name).symlink_to(files / name)
    return made


def test_a_lake_is_made_changed_rolled_back_and_cleaned(elsewhere: Elsewhere) -> None:
    elsewhere.run("run", "--project", "spotify", "--from", "files")
    prefix = elsewhere.catalog.get("database_prefix", "")
    listed = elsewhere.run("tables", "--json").json["tables"]
    tables = {f"{prefix}{table['name']}" for table in listed if table["format"] == "iceberg"}
    crawled = f"{prefix}spotify.tracks_parquet"
    assert f"{prefix}spotify.tracks" in tables
    # All that were made unseen have been shown, and nothing else is left.
    assert elsewhere.registered() - {crawled} == tables
    assert not (elsewhere.folder / "lake/catalog.db").exists()
    first = elsewhere.rows
    nothing = elsewhere.run("run", "--project", "spotify", "--from", "files", "--json").json
    assert not nothing["changed"]

    elsewhere.run("run", "--project", "spotify", "--from", "more")
    assert elsewhere.rows > first
    snapshots = elsewhere.run("snapshots", "spotify.tracks", "--json").json["snapshots"]
    elsewhere.run("rollback", "spotify.tracks", str(snapshots[0]["snapshot_id"]))
    assert elsewhere.rows == first
    elsewhere.run("vacuum", "--orphans-after", "0", "--expire-after", "0", "--keep", "1")
    elsewhere.run("vacuum", "--orphans-after", "0", "--expire-after", "0", "--keep", "1")
    assert elsewhere.rows == first
    assert elsewhere.registered() - {crawled} == tables


def _cut_off(elsewhere: Elsewhere, where: str) -> None:
    """A run that ends, as if killed, the first time that the committer does `where`."""
    code = (
        "import os, sys\n"
        "from pyiceberg.catalog import glue, sql\n"
        "for kind in (glue.GlueCatalog, sql.SqlCatalog):\n"
        f"    setattr(kind, {where!r}, lambda *args, **kwargs: os._exit(9))\n"
        "from wavehouse.cli import main\n"
        "sys.argv = ['wavehouse', 'run', '--project', 'spotify', '--from', 'files']\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=elsewhere.folder, check=False, timeout=120)
    assert done.returncode == 9


def test_a_first_publish_that_is_cut_off_is_taken_back_by_the_next_run(elsewhere: Elsewhere) -> None:
    _cut_off(elsewhere, "rename_table")
    assert any("_unseen" in name for name in elsewhere.registered())
    assert elsewhere.run("tables", "--json").json["tables"] == []
    elsewhere.run("run", "--project", "spotify", "--from", "files")
    assert not any("_unseen" in name for name in elsewhere.registered())
    assert elsewhere.rows > 0


def test_glue_is_cut_off_between_the_two_steps_of_a_rename(elsewhere: Elsewhere) -> None:
    if elsewhere.catalog["type"] != "glue":
        pytest.skip("a rename in a database is one step")
    _cut_off(elsewhere, "drop_table")
    assert any("_unseen" in name for name in elsewhere.registered())
    elsewhere.run("run", "--project", "spotify", "--from", "files")
    assert not any("_unseen" in name for name in elsewhere.registered())
    assert elsewhere.rows > 0


def test_a_lake_keeps_the_catalog_it_was_made_with(elsewhere: Elsewhere) -> None:
    elsewhere.run("run", "--project", "spotify", "--from", "files")
    elsewhere.init("plain", None)
    refused = elsewhere.command("run", "--project", "plain", "--from", "files")
    assert refused.code == 2
    kind = elsewhere.catalog["type"]
    assert f"made with the catalog {kind}" in refused.stderr
    assert "the project wants sqlite" in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert elsewhere.command("stage", "files", "--project", "plain").code == 2
    assert elsewhere.rows > 0


def test_a_catalog_that_cannot_be_reached_is_said(elsewhere: Elsewhere) -> None:
    elsewhere.run("run", "--project", "spotify", "--from", "files")
    elsewhere.stop()
    try:
        for command in (["tables"], ["sql", COUNT], ["run", "--project", "spotify", "--full"]):
            answer = elsewhere.command(*command)
            assert (answer.code, answer.stdout) == (3, "")
            assert "catalog" in answer.stderr
            assert PASSWORD not in answer.stderr
            assert "Traceback" not in answer.stderr
    finally:
        elsewhere.start()
    assert elsewhere.rows > 0


def test_external_tables_stand_beside_and_names_are_not_taken_twice(elsewhere: Elsewhere) -> None:
    elsewhere.run("run", "--project", "spotify", "--from", "files")
    plays = elsewhere.folder / "plays"
    plays.mkdir()
    (plays / "a.csv").write_text("1\n2\n")
    layout = lake_at(elsewhere.folder / "lake")
    external = external_tables(layout)
    table = CatalogTable(
        TableName("raw", "plays"),
        "csv",
        str(plays),
        (CatalogColumn("n", "int"),),
        csv=CsvReading(header=False),
    )
    external.put(table)
    assert elsewhere.run("sql", "SELECT sum(n) FROM raw.plays", "--json").json["rows"] == [[3]]
    listed = elsewhere.run("tables", "--json").json["tables"]
    assert {one["format"] for one in listed} == {"iceberg", "parquet", "csv"}
    assert TableName("raw", "plays") not in LakeHead(layout).names()

    elsewhere.run("drop", "spotify.tracks", "--yes", "--force")
    blocking = CatalogTable(**{**vars(table), "name": TableName("spotify", "tracks")})
    external.put(blocking)
    refused = elsewhere.command("run", "--project", "spotify", "--from", "files")
    assert refused.code == 2
    assert "spotify.tracks is" in refused.stderr
    elsewhere.run("drop", "spotify.tracks", "--yes")
    elsewhere.run("run", "--project", "spotify", "--from", "files")
    assert elsewhere.rows > 0


def test_two_lakes_in_one_catalog_do_not_see_each_other(elsewhere: Elsewhere) -> None:
    elsewhere.run("run", "--project", "spotify", "--from", "files")
    other = elsewhere.command("run", "--project", "spotify", "--from", "files", "--lake", "other")
    assert other.code == 2
    assert "is a table of" in other.stderr
    assert LakeHead(lake_at(elsewhere.folder / "other")).names() == []
    # Glue shows what others have there; it can be read, and not be dropped from here.
    assert elsewhere.command("drop", "spotify.tracks", "--yes", "--lake", "other").code == 2
    assert elsewhere.rows > 0


@pytest.mark.parametrize(
    ("catalog", "said"),
    [
        ("catalog: {type: postgres, uri: 'postgresql://me:hidden-word@h/d'}", "has a password in it"),
        ("catalog: {type: glue, region: eu-central-1}", "tables in Glue lie in a bucket"),
    ],
)
def test_a_catalog_that_is_written_wrongly_is_said(
    tmp_path: Path, wavehouse: Wavehouse, catalog: str, said: str
) -> None:
    assert wavehouse("init", "p").code == 0
    path = tmp_path / "p/wavehouse.yaml"
    path.write_text(f"{path.read_text()}{catalog}\n")
    (tmp_path / "albums.csv").write_text("a\n")
    answer = wavehouse("run", "--project", "p", "--from", "albums.csv")
    assert answer.code == 2
    assert said in answer.stderr
    assert "hidden-word" not in answer.stderr
    assert not (tmp_path / "lake").exists()
