"""Whoever asks for Spark where it cannot start reads one paragraph: what is missing, and how to get it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyspark.sql
import pytest
from tests.conftest import Wavehouse

from wavehouse.core.errors import CallError, OutsideError
from wavehouse.engines.spark_session import open_session
from wavehouse.project.copy import copy_project
from wavehouse.settings import builtin_project


@pytest.fixture(autouse=True)
def _no_session(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests of this process may have one, which would be shared."""
    monkeypatch.setattr(pyspark.sql.SparkSession, "getActiveSession", lambda: None)


def _java(folder: Path, said: str) -> Path:
    """A Java that says which it is, and can do nothing else."""
    java = folder / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text(f"#!/bin/sh\necho '{said}' >&2\n", encoding="utf-8")
    java.chmod(0o755)
    return folder


def _refused(tmp_path: Path, java_home: str = "", master: str = "local[1]") -> str:
    with pytest.raises(OutsideError) as refused:
        open_session(master, tmp_path, memory=500_000_000, java_home=java_home)
    return str(refused.value)


@pytest.mark.parametrize("version", ['openjdk version "21.0.3" 2024-04-16', 'java version "1.7.0_80"'])
def test_a_java_that_spark_does_not_run_on_is_named(tmp_path: Path, version: str) -> None:
    home = _java(tmp_path / "java", version)
    said = _refused(tmp_path, str(home))
    assert "needs Java 17" in said
    assert f"Java {21 if '21' in version else 7}." in said
    assert "JAVA_HOME" in said


def test_no_java_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "no 'java' on the PATH" in _refused(tmp_path)


def test_a_java_home_without_java(tmp_path: Path) -> None:
    assert "there is no Java in it" in _refused(tmp_path, str(tmp_path / "nowhere"))


def test_another_spark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyspark, "__version__", "4.0.1")
    said = _refused(tmp_path)
    assert "Spark 3.5, and PySpark 4.0.1 is installed" in said
    assert "pip install" in said


@pytest.mark.parametrize("package", ["pyspark", "pandas"])
def test_without_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    said = _refused(tmp_path)
    assert "not installed" in said
    assert "pip install" in said
    assert "pyspark" in said.partition("install")[2]


@pytest.mark.parametrize("master", ["spark", "http://host:7077", "local[", ""])
def test_a_master_that_is_none(tmp_path: Path, master: str) -> None:
    with pytest.raises(CallError, match="no master of Spark"):
        open_session(master, tmp_path, memory=500_000_000)


def test_the_command_line_ends_with_that_paragraph(wavehouse: Wavehouse, tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    (files / "artist.csv").write_text("id,name,artist_popularity\na,b,1\n", encoding="utf-8")
    answer = wavehouse("run", "--from", files, "--engine", "spark", env={"PATH": "/nowhere"})
    assert answer.code == OutsideError.exit_code
    assert "Traceback" not in answer.stderr
    (said,) = [line for line in answer.stderr.splitlines() if line.startswith("error:")]
    assert "needs Java 17" in said


def test_an_engine_that_there_is_not(wavehouse: Wavehouse) -> None:
    for args, env in ((("--engine", "sprak"), {}), ((), {"WAVEHOUSE_ENGINE": "sprak"})):
        answer = wavehouse("run", *args, env=env)
        assert answer.code == CallError.exit_code
        assert "Did you mean 'spark'?" in answer.stderr


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("engine: sprak", "Did you mean 'spark'?"),
        ("spark: local", "keys of its own"),
        ("spark: {mastr: local}", "Did you mean 'master'?"),
        ("spark: {conf: 4g}", "names settings of Spark"),
        ("engine: spark\nspark: {master: nowhere}", "no master of Spark"),
    ],
)
def test_a_project_that_says_it_wrongly(
    wavehouse: Wavehouse, tmp_path: Path, written: str, said: str
) -> None:
    project = tmp_path / "project"
    copy_project_with(project, written)
    files = tmp_path / "files"
    files.mkdir()
    (files / "artist.csv").write_text("id,name,artist_popularity\na,b,1\n", encoding="utf-8")
    answer = wavehouse("run", "--from", files, "--project", project)
    assert answer.code == CallError.exit_code
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr


def copy_project_with(folder: Path, written: str) -> None:
    """A copy of the project that ships, with more in its file."""
    from wavehouse.project.project import Project

    copy_project(Project.at(builtin_project()), folder)
    with (folder / "wavehouse.yaml").open("a", encoding="utf-8") as file:
        file.write(f"\n{written}\n")


def test_nothing_of_spark_is_imported_by_a_run_without_it(tmp_path: Path) -> None:
    files, lake = tmp_path / "files", str(tmp_path / "lake")
    files.mkdir()
    (files / "tracks.csv").write_text(f"id,track_popularity,explicit\n{'a' * 22},1,true\n", encoding="utf-8")
    run = (
        "import sys; from pathlib import Path; from wavehouse.settings import read_settings; "
        "from wavehouse.wiring.runs import run; "
        f"run(read_settings(None, {lake!r}), [Path({str(files)!r})], full=False, show=False); "
        "sys.exit(bool({'pyspark', 'py4j'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", run], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
