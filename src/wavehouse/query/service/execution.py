"""One query that somebody has asked: what it was, how it went and what it read."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, Literal

State = Literal["QUEUED", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED"]
# Those after which nothing happens any more.
ENDED: tuple[State, ...] = ("SUCCEEDED", "FAILED", "CANCELLED")
# https://docs.aws.amazon.com/athena/latest/ug/error-reference.html
SYSTEM, USER, OTHER = 1, 2, 3

WORKGROUP = "primary"
# In this one Athena keeps the results itself: they are in no bucket, and come by GetQueryResults alone.
# https://docs.aws.amazon.com/athena/latest/ug/managed-results.html
MANAGED = "managed"


@dataclass(frozen=True)
class Failure:
    """Why a query failed, in Athena's categories and types.

    https://docs.aws.amazon.com/athena/latest/ug/error-reference.html
    """

    category: int
    type: int
    message: str
    retryable: bool = False


@dataclass
class Execution:
    """The record of a query; times of the clock are in UTC, those of its parts in milliseconds.

    `tables` has the version of every table that it read: `database.table` and the id of the snapshot, or for
    an external table '' and for one of the lake its metadata file, as `metadata@snapshot`.
    `reused` is the id of the query whose answer this one got; `reuse_key` is what two queries have in common
    that must have the same answer. `process` is the one that runs it, `server` the name by which its
    `Presence` is told. `update_count` rows were written or changed.
    """

    id: str
    sql: str
    database: str = ""
    parameters: tuple[str, ...] = ()
    workgroup: str = WORKGROUP
    state: State = "QUEUED"
    reason: str = ""
    submitted: datetime = field(default_factory=lambda: datetime.now(UTC))
    completed: datetime | None = None
    queue_ms: int = 0
    planning_ms: int = 0
    engine_ms: int = 0
    total_ms: int = 0
    scanned_bytes: int = 0
    rows: int | None = None
    tables: dict[str, str] = field(default_factory=dict)
    statement_type: str = "DML"
    substatement_type: str = "SELECT"
    output_location: str = ""
    columns: tuple[tuple[str, str], ...] = ()
    reused: str = ""
    reuse_key: str = ""
    failure: Failure | None = None
    source: str = "serve"
    process: int = 0
    server: str = ""
    update_count: int = 0

    @property
    def is_query(self) -> bool:
        """Whether it is a SELECT, WITH or VALUES; the answers of others have no header."""
        return self.substatement_type == "SELECT"

    @property
    def ending(self) -> str:
        """What the name of the file of its answer ends in.

        https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html
        """
        return "csv" if self.is_query else "txt"

    @property
    def has_ended(self) -> bool:
        """Whether its state is the last one."""
        return self.state in ENDED

    def as_json(self) -> dict[str, Any]:
        """The record as JSON has it."""
        told = asdict(self)
        for name in ("submitted", "completed"):
            told[name] = told[name].isoformat() if told[name] else None
        return told

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Execution:
        """A record that `as_json` made; raises `ValueError`, `KeyError` or `TypeError` for anything else."""
        known = {one.name for one in fields(cls)}
        values = {name: value for name, value in told.items() if name in known}
        for name in ("submitted", "completed"):
            values[name] = datetime.fromisoformat(values[name]) if values.get(name) else None
        if not isinstance(values["submitted"], datetime) or not isinstance(values["sql"], str):
            raise ValueError("no time, or no query")
        values["parameters"] = tuple(values.get("parameters", ()))
        values["columns"] = tuple((name, type_) for name, type_ in values.get("columns", ()))
        values["failure"] = Failure(**values["failure"]) if values.get("failure") else None
        return cls(**{**values, "id": str(uuid.UUID(values["id"]))})


def new_execution(sql: str, **given: Any) -> Execution:
    """A record with an id of its own."""
    return Execution(str(uuid.uuid4()), sql, **given)
