"""What Spark raises, as an error that people can act on."""

from __future__ import annotations

import re

from wavehouse.core.errors import DefinitionError, MemoryLimitError, OutsideError
from wavehouse.core.suggestions import did_you_mean

_NO_COLUMN = re.compile(r"with name `(?P<name>(?:[^`]|``)+)` cannot be resolved")
_NO_TABLE = re.compile(r"The table or view `(?P<name>.+?)` cannot be found")
_NAMES = re.compile(r"`((?:[^`]|``)*)`")
_CANCELLED = ("cancelled", "Cancelled")
_MEMORY = ("OutOfMemoryError", "Java heap space", "Cannot allocate memory")
_DISK = ("No space left on device", "Disk quota exceeded", "Permission denied", "Read-only file system")
_LOST = (
    "SparkContext was shut down",
    "Job aborted due to stage failure: Master removed",
    "Connection refused",
)
# What a task says whose Python cannot do the work; and what the user is told of it.
_PYTHONS = (
    (re.compile(r"No module named '(?P<it>[^']+)'"), "has no {it}"),
    (re.compile(r'Cannot run program "(?P<it>[^"]+)"'), "cannot be run ({it})"),
    (re.compile(r"different version (?P<it>\S+) than that in driver"), "is {it}, and the driver's is not"),
    (re.compile(r"(?P<it>reading the port number from pyspark\.daemon)"), "does not do what Python does"),
    (re.compile(r"(?P<it>Python worker failed to connect back)"), "does not answer"),
)
# More than the driver may be sent at once: the answer goes by way of files then.
TOO_LARGE = "spark.driver.maxResultSize"


def cause(error: Exception) -> str:
    """The line of an error that says what went wrong; Java says it last, and at length."""
    # (What Python got from Java has its causes; what Java wrote down has them line by line.)
    while isinstance(behind := getattr(error, "cause", None), Exception):
        error = behind
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    said = [line.removeprefix("Caused by: ") for line in lines if line.startswith("Caused by: ")]
    first = said[-1] if said else next((line for line in lines if not line.startswith("An error")), "")
    # (The class of a Java exception says nothing to whoever did not write it.)
    return re.sub(r"^:? ?([a-z0-9]+\.)+[A-Za-z0-9]+(Exception|Error): ", "", first)[:300]


def explained(error: Exception) -> DefinitionError:
    """What is wrong with a statement that Spark could not make sense of."""
    said = str(error)
    if found := _NO_COLUMN.search(said):
        name = found["name"].replace("``", "`").split("`.`")[-1]
        others = [one.split("`.`")[-1] for one in _NAMES.findall(said.partition("Did you mean")[2])]
        return DefinitionError(f"there is no column '{name}'", remedy=did_you_mean(name, others))
    if found := _NO_TABLE.search(said):
        return DefinitionError(f"there is no table or alias '{found['name']}'")
    what = re.sub(r"^\[[A-Z_.]+\] ", "", said.splitlines()[0]).rstrip(". ")
    return DefinitionError(what)


def is_cancelled(error: Exception) -> bool:
    """Whether it says that somebody stopped the job."""
    return "Job" in str(error) and any(word in str(error) for word in _CANCELLED)


def outside(error: Exception) -> OutsideError | None:
    """What failed outside of a statement: memory, disk, the cluster; None where it was the statement."""
    said = str(error)
    if any(word in said for word in _MEMORY):
        return MemoryLimitError(
            f"Spark needs more memory than it may use ({cause(error)})",
            remedy="Give it more (spark.conf of wavehouse.yaml: spark.driver.memory, spark.executor.memory)",
        )
    for sign, what in _PYTHONS:
        if found := sign.search(said):
            return OutsideError(
                f"the Python of Spark's tasks {what.format(it=found['it'])}",
                remedy="Install wavehouse[spark] for the same version of Python on every machine of the "
                "cluster, and name that Python in spark.conf of wavehouse.yaml: spark.pyspark.python",
            )
    if any(word in said for word in _DISK):
        return OutsideError(
            f"reading or writing failed: {cause(error)}",
            remedy="Check the disk's free space and the permissions of the lake, then run again",
        )
    if any(word in said for word in _LOST):
        return OutsideError(
            f"Spark has stopped ({cause(error)})", remedy="Check that its master is up, then run again"
        )
    return None
