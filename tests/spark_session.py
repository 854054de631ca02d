"""One Spark session for all tests of a process: each would take seconds to start, and half a gigabyte."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from wavehouse.engines.engine import Engine
from wavehouse.engines.spark_session import open_session

# Few rows, so that what costs is to begin: no part is cut in two, nothing is compiled that runs once.
SMALL = {
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    # (The statements of all runs are alike: what was compiled for one serves the next.)
    "spark.sql.codegen.cache.maxEntries": "5000",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    # What is larger may not pass through the driver.
    "spark.driver.maxResultSize": "16m",
}


@cache
def _session() -> object:
    scratch = Path(tempfile.mkdtemp(prefix="wavehouse-spark-"))
    session, _ = open_session("local[2]", scratch, memory=1_000_000_000, conf=SMALL)

    def end() -> None:
        session.stop()
        shutil.rmtree(scratch, ignore_errors=True)

    atexit.register(end)
    return session


def spark_engine(scratch: Path, s3: object = None) -> Engine:
    """A Spark engine on the session of this process, which stays."""
    from wavehouse.engines.spark_engine import SparkEngine

    assert s3 is None, "Spark does not reach buckets yet"
    _session()
    return SparkEngine(master="local[2]", memory=1_000_000_000, scratch=scratch)
