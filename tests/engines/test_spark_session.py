"""Whoever asks for Spark where it cannot start reads one paragraph: what is missing, and how to get it."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pyspark.sql
import pytest
from tests.conftest import Wavehouse
from tests.crash.depth import NIGHTLY

from wavehouse.core.errors import CallError, DefinitionError, OutsideError, WavehouseError
from wavehouse.engines.spark_failures import outside
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


@pytest.mark.parametrize(
    ("version", "number"),
    [
        ('openjdk version "21.0.3" 2024-04-16', 21),
        ('openjdk version "25" 2025-09-16', 25),
        ('java version "1.7.0_80"', 7),
    ],
)
def test_a_java_that_spark_does_not_run_on_is_named(tmp_path: Path, version: str, number: int) -> None:
    home = _java(tmp_path / "java", version)
    said = _refused(tmp_path, str(home))
    assert "needs Java 17" in said
    assert f"Java {number}." in said
    assert "JAVA_HOME" in said


def test_what_is_called_java_and_is_none(tmp_path: Path) -> None:
    said = _refused(tmp_path, str(_java(tmp_path / "java", "hello")))
    assert "does not say which it is" in said
    assert "JAVA_HOME" in said


def test_no_java_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "no 'java' on the PATH" in _refused(tmp_path)


def test_a_java_home_without_java(tmp_path: Path) -> None:
    assert "there is no Java in it" in _refused(tmp_path, str(tmp_path / "nowhere"))


@pytest.mark.parametrize("version", ["3.4.4", "4.0.1", "3.50.0"])
def test_another_spark_simulated_by_its_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    monkeypatch.setattr(pyspark, "__version__", version)
    said = _refused(tmp_path)
    assert f"Spark 3.5, and PySpark {version} is installed" in said
    assert "pip install" in said


@pytest.mark.parametrize("package", ["pyspark", "pandas"])
def test_without_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    said = _refused(tmp_path)
    assert "not installed" in said
    assert "pip install" in said
    assert "pyspark" in said.partition("install")[2]


@pytest.mark.parametrize(
    "master", ["spark", "http://host:7077", "local[", "local[x]", "local[0]", "localhost", "spark://host", ""]
)
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


def test_a_master_that_nobody_answers_for(tmp_path: Path) -> None:
    """At once, and by name; Spark itself would try for a minute."""
    said = _refused(tmp_path, master="spark://127.0.0.1:1,[::1]:1")
    assert "no master of Spark's answers at spark://127.0.0.1:1,[::1]:1" in said
    assert "127.0.0.1:1: Connection refused" in said
    assert "WAVEHOUSE_SPARK_MASTER" in said


@pytest.mark.skipif(not NIGHTLY, reason="Spark asks for a minute")
def test_a_master_that_is_something_else(wavehouse: Wavehouse, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        master = f"spark://127.0.0.1:{server.getsockname()[1]}"
        said = _said(wavehouse, tmp_path, f"engine: spark\nspark: {{master: '{master}'}}", OutsideError)
    assert master in said
    assert "WAVEHOUSE_SPARK_MASTER" in said


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("spark.driver.memory: 4 gigs", "Invalid maximum heap size"),
        ("spark.sql.shuffle.partitions: many", "should be int, but was many"),
    ],
)
def test_a_setting_that_spark_does_not_take(
    wavehouse: Wavehouse, tmp_path: Path, setting: str, said: str
) -> None:
    written = f"engine: spark\nspark: {{master: 'local[1]', conf: {{{setting}}}}}"
    answer = _said(wavehouse, tmp_path, written, DefinitionError)
    assert f"does not take the setting {setting}" in answer
    assert said in answer
    assert "spark.conf of wavehouse.yaml" in answer


def test_a_java_that_ends_before_spark_begins(wavehouse: Wavehouse, tmp_path: Path) -> None:
    home = _java(tmp_path / "java", 'java version "1.8.0_402"')
    answer = _said(wavehouse, tmp_path, "engine: spark", OutsideError, {"JAVA_HOME": str(home)})
    assert "could not be started on local[*]" in answer
    assert "JAVA_HOME" in answer


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("ModuleNotFoundError: No module named 'wavehouse'", "has no wavehouse"),
        ('java.io.IOException: Cannot run program "/no": error=13, Permission denied', "cannot be run (/no)"),
        (
            "[PYTHON_VERSION_MISMATCH] Python in worker has different version 3.9 than that in driver 3.11",
            "is 3.9",
        ),
        ("EOFException occurred while reading the port number from pyspark.daemon's stdout", "Python does"),
    ],
)
def test_what_spark_says_of_a_python_is_told_as_such(line: str, said: str) -> None:
    told = outside(RuntimeError(f"An error occurred while calling o95.parquet.\nCaused by: {line}"))
    assert said in str(told)
    assert "spark.pyspark.python" in str(told)


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
        ("spark: {conf: {executor.memory: 4g}}", "their names begin with 'spark.'"),
        ("spark: {conf: {spark.executor.memory: }}", "has one value"),
        ("spark: {conf: {spark.master: yarn}}", "the master stands beside conf"),
        ("engine: spark\nspark: {master: nowhere}", "no master of Spark"),
    ],
)
def test_a_project_that_says_it_wrongly(
    wavehouse: Wavehouse, tmp_path: Path, written: str, said: str
) -> None:
    assert said in _said(wavehouse, tmp_path, written, CallError)


def _said(
    wavehouse: Wavehouse,
    folder: Path,
    written: str,
    error: type[WavehouseError],
    env: dict[str, str] | None = None,
) -> str:
    """The one paragraph in which a run ends of a project with that in its file, as that error."""
    project = folder / "project"
    copy_project_with(project, written)
    files = folder / "files"
    files.mkdir()
    (files / "artist.csv").write_text("id,name,artist_popularity\na,b,1\n", encoding="utf-8")
    answer = wavehouse("run", "--from", files, "--project", project, env=env or {}, timeout=600)
    assert answer.code == error.exit_code, answer.stderr
    assert answer.stdout == ""
    assert "Traceback" not in answer.stderr
    (said,) = [line for line in answer.stderr.splitlines() if "error:" in line]
    # (Nothing of Java's besides, before it or behind.)
    assert "\tat " not in answer.stderr
    assert "Exception in" not in answer.stderr
    return said


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
        "import sys; from wavehouse.settings import read_settings; "
        "from wavehouse.wiring.runs import run; "
        f"run(read_settings(None, {lake!r}), [{str(files)!r}], full=False, show=False); "
        "sys.exit(bool({'pyspark', 'py4j'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", run], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
