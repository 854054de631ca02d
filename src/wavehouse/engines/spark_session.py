"""A Spark session as this house needs it, or one paragraph on why there can be none."""

from __future__ import annotations

import contextlib
import logging
import signal
import sys
import threading
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from wavehouse.engines.spark_needs import check_java, check_master, check_spark, is_local
from wavehouse.engines.spark_start import look_at, not_started, start_java

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

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
    "spark.sql.parquet.fieldId.write.enabled": "true",
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
    if somebody has said so. Raises `CallError` for a master that is none, `DefinitionError` for a setting
    with a value that is none, and `OutsideError` where Spark, Java or the master is missing, or of a version
    that will not do.
    """
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
    check_master(master)
    check_java(java_home)
    conf = conf or {}
    settings = {**_settings(master, scratch, memory), **conf, **_ALWAYS}
    settings[_OPTIONS] = f"{_quiet(scratch)} {settings.get(_OPTIONS, '')}".strip()
    log = scratch / "spark" / "java.log"
    builder = SparkSession.builder.master(master).appName("wavehouse")
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        with _own_interrupt():
            start_java({**settings, "spark.master": master}, log)
            session = builder.getOrCreate()
        look_at(session, master)
    except (PySparkException, OSError, RuntimeError) as error:
        raise not_started(master, conf, error, log) from error
    except Exception as error:
        # What comes from Java has no class of its own in Python.
        if type(error).__module__.startswith("py4j"):
            raise not_started(master, conf, error, log) from error
        raise
    # Of the tasks; the setting of that name is only heard by spark-submit.
    here = sys.executable if is_local(master) else "python3"
    session.sparkContext.pythonExec = settings.get("spark.pyspark.python", here)
    return session, True


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
    return settings | (_ON_THIS_MACHINE if is_local(master) else {})


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
