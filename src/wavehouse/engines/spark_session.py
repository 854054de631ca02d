"""A Spark session as this house needs it, or one paragraph on why there can be none."""

from __future__ import annotations

import contextlib
import logging
import re
import shutil
import signal
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from wavehouse.core.errors import CallError, OutsideError
from wavehouse.core.extras import install

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# What Glue 5 runs, and what every rule on Spark here was measured with.
VERSION = "3.5"
# The versions of Java that Spark 3.5 runs on (https://spark.apache.org/docs/3.5.6/).
_JAVAS = (8, 11, 17)
_SECONDS_FOR_JAVA = 60
# Decimal, and without the sign that a locale may put into it.
_JAVA_VERSION = re.compile(r'version "(?:1\.)?(\d+)')
_MASTER = re.compile(r"local(\[.+\])?|spark://.+|yarn|k8s://.+")

_OPTIONS = "spark.driver.extraJavaOptions"
_ALWAYS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    # The same answers wherever it runs: a cluster's defaults may be others.
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "false",
    "spark.sql.caseSensitive": "false",
    "spark.sql.timestampType": "TIMESTAMP_LTZ",
    # What Iceberg takes: no INT96, no key that was guessed from a folder's name.
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "true",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
    "spark.sql.sources.partitionOverwriteMode": "static",
    "spark.sql.catalogImplementation": "in-memory",
    # A lake has data files and metadata, and no notes of Hadoop's beside them.
    "spark.hadoop.fs.file.impl": "org.apache.hadoop.fs.RawLocalFileSystem",
    "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
}
_ON_THIS_MACHINE = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    # One process has all the rows: two hundred parts of them would only cost their beginnings and ends.
    "spark.sql.shuffle.partitions": "8",
}


def open_session(
    master: str, scratch: Path, *, memory: int, conf: Mapping[str, str] | None = None, java_home: str = ""
) -> tuple[SparkSession, bool]:
    """A session on that master, and whether it is ours to stop: one that this process has already is shared.

    `memory` are the bytes of the driver, which on `local[…]` does all the work; `java_home` is where Java is,
    if somebody has said so. Raises `CallError` for a master that is none, and `OutsideError` where Spark or
    Java is missing, or not the version it must be.
    """
    if not _MASTER.fullmatch(master):
        raise CallError(
            f"'{master}' is no master of Spark's",
            remedy="Write local[*], local[4], spark://host:7077, yarn or k8s://host:port",
        )
    check_spark()
    with warnings.catch_warnings():
        # It asks distutils for versions, which warns that it will go.
        warnings.simplefilter("ignore", DeprecationWarning)
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    if (there := SparkSession.getActiveSession()) is not None:
        mine = there.newSession()
        for name, value in _ALWAYS.items():
            if name.startswith("spark.sql.") and mine.conf.isModifiable(name):
                mine.conf.set(name, value)
        return mine, False
    _check_java(java_home)
    settings = {**_settings(master, scratch, memory), **(conf or {}), **_ALWAYS}
    settings[_OPTIONS] = f"{_quiet(scratch)} {settings.get(_OPTIONS, '')}".strip()
    builder = SparkSession.builder.master(master).appName("wavehouse")
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        with _own_interrupt():
            session = builder.getOrCreate()
        # Of the tasks; the setting of that name is only heard by spark-submit.
        here = sys.executable if master.startswith("local") else "python3"
        session.sparkContext.pythonExec = settings.get("spark.pyspark.python", here)
        return session, True
    except (PySparkException, OSError, RuntimeError) as error:
        raise _not_started(master, error) from error
    except Exception as error:
        # What comes from Java has no class of its own in Python.
        if type(error).__module__.startswith("py4j"):
            raise _not_started(master, error) from error
        raise


@contextlib.contextmanager
def _own_interrupt() -> Iterator[None]:
    """Ctrl-C stays what it was: Spark's own handler talks to Java while something is being said to it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    # What is cut off it says by logging, which prints where nobody listens.
    logging.getLogger().addHandler(logging.NullHandler())
    before = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def end_at_once() -> None:
    """End Java without a word: it waits for the end of a sentence that Ctrl-C has cut off."""
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    context = SparkContext._active_spark_context
    # (It would tell of the end of its connection, at length.)
    if context is not None and context._accumulatorServer is not None:
        context._accumulatorServer.handle_error = lambda *_: None  # type: ignore[method-assign]
    process = getattr(SparkContext._gateway, "proc", None)
    if process is not None:
        process.kill()
        process.wait()
    # Whoever wants a session again in this process gets a new one.
    SparkContext._gateway = SparkContext._jvm = SparkContext._active_spark_context = None
    SparkSession._instantiatedSession = None


def _settings(master: str, scratch: Path, memory: int) -> dict[str, str]:
    place = (scratch / "spark").absolute()
    settings = {
        "spark.local.dir": str(place),
        "spark.sql.warehouse.dir": (place / "warehouse").as_uri(),
        "spark.driver.memory": f"{max(memory // 1_000_000, 512)}m",
        # Java runs a longer method step by step, as if it had never been compiled.
        "spark.sql.codegen.hugeMethodLimit": "8000",
        # What a task gets of a partition that is shared by several: files of some hundred megabytes.
        "spark.sql.adaptive.advisoryPartitionSizeInBytes": "512m",
    }
    return settings | (_ON_THIS_MACHINE if master.startswith("local") else {})


def _quiet(scratch: Path) -> str:
    """Options of Java's by which Spark thinks aloud into a file, where it is found while a run goes on."""
    place = (scratch / "spark").absolute()
    place.mkdir(parents=True, exist_ok=True)
    log = place / "log4j2.properties"
    log.write_text(
        "rootLogger.level = warn\nrootLogger.appenderRef.file.ref = file\nappender.file.type = File\n"
        f"appender.file.name = file\nappender.file.fileName = {place}/spark.log\n"
        "appender.file.layout.type = PatternLayout\n"
        "appender.file.layout.pattern = %d %p %c: %m%n%ex\n",
        encoding="utf-8",
    )
    return f"-Dlog4j2.configurationFile={log.as_uri()} -Duser.timezone=UTC"


def fraction_done(session: SparkSession) -> float:
    """How many of the tasks of a session are done that are known of (0 to 1)."""
    # (Whoever asks may be late.)
    with contextlib.suppress(Exception):
        tracker = session.sparkContext.statusTracker()
        stages = [tracker.getStageInfo(one) for one in tracker.getActiveStageIds()]
        known = [stage for stage in stages if stage is not None]
        if total := sum(stage.numTasks for stage in known):
            return float(sum(stage.numCompletedTasks for stage in known) / total)
    return 0.0


def check_spark() -> None:
    """Raise `OutsideError` where PySpark is missing, or not the version that is needed."""
    remedy = f"Install it: {install('spark')}"
    try:
        import pyspark
    except ModuleNotFoundError as missing:
        raise OutsideError("the engine is Spark, and PySpark is not installed", remedy=remedy) from missing
    if not pyspark.__version__.startswith(f"{VERSION}."):
        raise OutsideError(
            f"the engine is Spark {VERSION}, and PySpark {pyspark.__version__} is installed", remedy=remedy
        )
    try:
        import pandas  # noqa: F401  # Spark asks for it before it hands over Arrow
        import pyarrow  # noqa: F401
    except ModuleNotFoundError as missing:
        raise OutsideError(
            f"the engine is Spark, and {missing.name}, which it needs, is not installed", remedy=remedy
        ) from missing


def _check_java(home: str) -> None:
    """Raise `OutsideError` for no Java, or one that Spark ends with: it would say so in fifty lines."""
    wanted = f"Spark {VERSION} needs Java 17 (or 11, or 8)"
    remedy = "Install one (Debian and Ubuntu: apt install openjdk-17-jre-headless), or let JAVA_HOME name it"
    java = str(Path(home, "bin", "java")) if home else shutil.which("java")
    if not java:
        raise OutsideError(f"{wanted}, and there is no 'java' on the PATH", remedy=remedy)
    try:
        said = subprocess.run(  # noqa: S603  # (the user's own Java)
            [java, "-version"], capture_output=True, text=True, check=False, timeout=_SECONDS_FOR_JAVA
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        where = f"JAVA_HOME is {home}, and there is no Java in it" if home else f"{java} does not run"
        raise OutsideError(f"{wanted}; {where}", remedy=remedy) from error
    found = _JAVA_VERSION.search(said.stderr + said.stdout)
    if found is None:
        raise OutsideError(f"{wanted}, and {java} does not say which it is", remedy=remedy)
    if int(found[1]) not in _JAVAS:
        raise OutsideError(f"{wanted}, and {java} is Java {found[1]}", remedy=remedy)


def _not_started(master: str, error: Exception) -> OutsideError:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    said = next((line for line in lines if "Exception:" in line), lines[0] if lines else type(error).__name__)
    said = said.removeprefix(":").strip()[:300]
    return OutsideError(
        f"Spark could not be started on {master} ({said})",
        remedy="Check the master's URL (spark.master of wavehouse.yaml, or WAVEHOUSE_SPARK_MASTER), and that "
        "it is up and runs Spark 3.5; local[*] is this machine",
    )
