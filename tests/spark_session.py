"""One Spark session for all tests of a process: each would take seconds to start, and half a gigabyte."""

from __future__ import annotations

import atexit
import importlib.util
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from wavehouse.engines.engine import Engine
from wavehouse.engines.spark_session import open_session

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def _jars() -> str:
    """Iceberg's own reader, in Java, as a class path; '' where it is not installed."""
    spec = importlib.util.find_spec("snowpark_connect_deps_iceberg")
    places = spec.submodule_search_locations if spec else None
    return ":".join(
        str(one) for place in places or () for one in Path(place).glob("jars/*-runtime-*_2.12-*.jar")
    )


JARS = _jars()
# The catalog by which Iceberg reads a table that is named by its metadata file: it would look for Hive.
_BY_PATH = "spark.sql.catalog.default_iceberg"
# Few rows, so that what costs is to begin: no part is cut in two, nothing is compiled that runs once.
SMALL = {
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    # (The statements of all runs are alike: what was compiled for one serves the next.)
    "spark.sql.codegen.cache.maxEntries": "5000",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.driver.extraClassPath": JARS,
    _BY_PATH: "org.apache.iceberg.spark.SparkCatalog",
    f"{_BY_PATH}.type": "hadoop",
    f"{_BY_PATH}.warehouse": "/nowhere",
    # The one of this house says no scheme, which Iceberg asks for.
    f"{_BY_PATH}.hadoop.fs.file.impl": "org.apache.hadoop.fs.LocalFileSystem",
    f"{_BY_PATH}.hadoop.fs.file.impl.disable.cache": "true",
    # What is larger may not pass through the driver.
    "spark.driver.maxResultSize": "16m",
}


@cache
def session() -> SparkSession:
    """That session."""
    scratch = Path(tempfile.mkdtemp(prefix="wavehouse-spark-"))
    opened, _ = open_session("local[2]", scratch, memory=1_000_000_000, conf=SMALL)

    def end() -> None:
        opened.stop()
        shutil.rmtree(scratch, ignore_errors=True)

    atexit.register(end)
    return opened


def spark_engine(scratch: Path, s3: object = None) -> Engine:
    """A Spark engine on the session of this process, which stays."""
    from wavehouse.engines.spark_engine import SparkEngine

    assert s3 is None, "Spark does not reach buckets yet"
    session()
    return SparkEngine(master="local[2]", memory=1_000_000_000, scratch=scratch)
