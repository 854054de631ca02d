"""What Spark needs before it can start: itself, a Java, a master that answers; else one paragraph on each."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
from pathlib import Path

from wavehouse.core.errors import CallError, OutsideError
from wavehouse.core.extras import install

# What Glue 5 runs, and what every rule on Spark here was measured with.
VERSION = "3.5"
# The versions of Java that Spark 3.5 runs on (https://spark.apache.org/docs/3.5.6/).
_JAVAS = (8, 11, 17)
_SECONDS_FOR_JAVA = 60
# Decimal, and without the sign that a locale may put into it.
_JAVA_VERSION = re.compile(r'version "(?:1\.)?(\d+)')
_LOCAL = re.compile(r"local(\[(\*|[1-9]\d*)(, *[1-9]\d*)?\])?")
_STANDALONE = re.compile(r"spark://(?P<places>[^,/]+:\d{1,5}(,[^,/]+:\d{1,5})*)")
_ELSEWHERE = re.compile(r"yarn|k8s://.+")
# Where a user says which it is.
MASTER_SAID = "spark.master of wavehouse.yaml (or WAVEHOUSE_SPARK_MASTER)"
# For one place; Spark itself would ask for a minute, and not say whom.
_SECONDS_FOR_MASTER = 10


def is_local(master: str) -> bool:
    """Whether it is this machine, in one process."""
    return master.startswith("local")


def check_master(master: str) -> None:
    """Raise `CallError` for a master that is none, and `OutsideError` for one that nobody answers for."""
    standalone = _STANDALONE.fullmatch(master)
    if standalone:
        _reach(master, standalone["places"].split(","))
    elif not (_LOCAL.fullmatch(master) or _ELSEWHERE.fullmatch(master)):
        raise CallError(
            f"'{master}' is no master of Spark's",
            remedy="Write local[*], local[4], spark://host:7077, yarn or k8s://host:port",
        )


def _reach(master: str, places: list[str]) -> None:
    refused = []
    for place in places:
        host, _, port = place.rpartition(":")
        try:
            socket.create_connection((host.strip("[]"), int(port)), _SECONDS_FOR_MASTER).close()
        except (OSError, OverflowError) as error:
            refused.append(f"{place}: {getattr(error, 'strerror', None) or error}")
        else:
            return
    raise OutsideError(
        f"no master of Spark's answers at {master} ({'; '.join(refused)})",
        remedy=f"Check {MASTER_SAID}, and that the master is up; local[*] is this machine",
    )


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


def check_java(home: str) -> None:
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
