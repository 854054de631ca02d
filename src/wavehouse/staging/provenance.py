"""Where a row is from: columns that every row of a source table carries, the same for all rows of a file.

By them two rows of one key are put in order, whenever they arrive: the last by (batch time, file name) wins,
and of two files of one name the one with the greater hash.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from wavehouse.core.columns import Column
from wavehouse.core.sql_text import identifier, literal
from wavehouse.staging.landed_file import LandedFile

if TYPE_CHECKING:
    from wavehouse.project.contracts import SourceContract

BATCH_TIME = Column("_batch_time", "timestamp")
# (`_file` is what Iceberg calls a row's data file: Spark reads no table with such a column.)
FILE = Column("_file_name", "string")
SHA256 = Column("_sha256", "string")
# The columns that the row's file did not have, by commas; NULL for none.
ABSENT = Column("_absent", "string")
PROVENANCE = (BATCH_TIME, FILE, SHA256, ABSENT)
PRECEDENCE = (BATCH_TIME.name, FILE.name, SHA256.name)


def stamps(landed: LandedFile, absent: Sequence[str]) -> list[str]:
    """SQL for the columns of `PROVENANCE` in the rows of one file."""
    moment = datetime.fromisoformat(landed.batch_time).astimezone(UTC)
    values = {
        BATCH_TIME: f"TIMESTAMP {literal(f'{moment:%Y-%m-%d %H:%M:%S.%f}')}",
        FILE: literal(landed.name),
        SHA256: literal(landed.sha256),
        ABSENT: literal(",".join(absent)) if absent else "CAST(NULL AS VARCHAR)",
    }
    return [f"{value} AS {identifier(column.name)}" for column, value in values.items()]


def stored_columns(contract: SourceContract) -> tuple[Column, ...]:
    """The columns of a source's table: those of its contract, and where the row is from."""
    return (*contract.table_columns, *PROVENANCE)
