"""What fails outside of a statement of DuckDB, as an error that people can act on."""

from __future__ import annotations

import duckdb

from wavehouse.core.errors import FileGoneError, MemoryLimitError, OutsideError, UnansweredError
from wavehouse.engines.duckdb_s3 import is_unanswered
from wavehouse.engines.duckdb_words import first_line

# As the operating system says it of a path.
_GONE = "No such file or directory"


def outside(error: duckdb.OutOfMemoryException | duckdb.IOException) -> OutsideError:
    """What failed outside of a statement: memory, disk, network."""
    if isinstance(error, duckdb.OutOfMemoryException):
        return MemoryLimitError(
            f"the query needs more memory or temporary disk space than it may use ({first_line(error)})",
            remedy="Free disk space in the lake's directory, or read fewer columns or rows at once",
        )
    what = f"reading or writing failed: {first_line(error)}"
    if is_unanswered(error):
        return UnansweredError(what)
    kind = FileGoneError if _GONE in str(error) else OutsideError
    return kind(what, remedy="Check the disk's free space and the permissions of that path, then run again")
