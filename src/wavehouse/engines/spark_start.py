"""How Spark's Java begins, and why it did not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from wavehouse.core.errors import DefinitionError, OutsideError, WavehouseError
from wavehouse.engines.spark_failures import cause
from wavehouse.engines.spark_needs import MASTER_SAID, VERSION, is_local

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# A value of fewer signs may stand anywhere in what is said.
_TELLING = 3


def start_java(settings: Mapping[str, str], log: Path) -> None:
    """Start the Java of this process, if it has none yet; what that says by itself goes to `log`."""
    from pyspark import SparkConf, SparkContext
    from pyspark.java_gateway import launch_gateway

    if SparkContext._gateway is not None:
        return
    conf = SparkConf().setAll(list(settings.items()))
    with log.open("wb") as told:
        gateway = launch_gateway(conf, {"stdout": told, "stderr": told})  # type: ignore[no-untyped-call]
    SparkContext._ensure_initialized(gateway=gateway)


def look_at(session: SparkSession, master: str) -> None:
    """See that a session that has begun can be used: much of it is only made when it is first needed."""
    # (A context that its master never heard of ends without a word.)
    if session.sparkContext._jsc.sc().isStopped():
        raise OutsideError(
            f"what answers at {master} is no master of Spark {VERSION}",
            remedy=f"Check {MASTER_SAID}, and which Spark runs there",
        )
    try:
        session.conf.get("spark.sql.session.timeZone")
    except Exception:
        session.stop()
        raise


def not_started(master: str, conf: Mapping[str, str], error: Exception, log: Path) -> WavehouseError:
    """Why there is no session on that master: `conf` are the user's settings, `log` is what Java said."""
    said = cause(error)
    if "JAVA_GATEWAY_EXITED" in said:
        said = _said_by_java(log) or "Java ended before it had begun"
    blamed = [
        f"{name}: {value}"
        for name, value in conf.items()
        if name in said or (len(value) >= _TELLING and value in said)
    ]
    if blamed:
        return DefinitionError(
            f"Spark does not take the setting {', '.join(blamed)} ({said})",
            remedy="Correct it in spark.conf of wavehouse.yaml; "
            "https://spark.apache.org/docs/3.5.6/configuration.html tells what it may be",
        )
    remedies = []
    if not is_local(master):
        remedies.append(
            f"Check {MASTER_SAID}, and that it is up and runs Spark {VERSION}; local[*] is this machine"
        )
    if conf:
        remedies.append(f"Check spark.conf of wavehouse.yaml, which sets {', '.join(conf)}")
    return OutsideError(
        f"Spark could not be started on {master} ({said})",
        remedy=". ".join(remedies) or "Check that the Java it finds (JAVA_HOME, else on the PATH) works",
    )


def _said_by_java(log: Path) -> str:
    """The line that says why it ended: an exception's, else the first that is no warning."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.is_file() else []
    lines = [line.removeprefix('Exception in thread "main" ').strip() for line in lines]
    found = [line for line in lines if "Exception: " in line] or [
        line for line in lines if line and "warning" not in line.lower()
    ]
    return cause(RuntimeError(found[0])) if found else ""
