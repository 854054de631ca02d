"""What a run did: the record that is shown, stored and given out as JSON."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

# A record says "cut off" from before the first table is shown until the command that writes it has ended.
Status = Literal["done", "failed", "interrupted", "cut off"]
Mode = Literal["", "incremental", "full"]
# What a rule that fails does, by its action.
_FAILED = {"quarantine": "rows kept aside", "warn": "warns", "stop": "stops"}


def new_id(moment: datetime) -> str:
    """An id for a run or a batch that begins at `moment` (UTC); ids sort by time."""
    return f"{moment:%Y%m%dT%H%M%S}{moment.microsecond // 1000:03d}Z-{uuid.uuid4().hex[:8]}"


@dataclass
class StepRecord:
    """One step: seconds of wall time, and its rows: in = out + quarantined + superseded."""

    name: str
    seconds: float
    rows_in: int = 0
    rows_out: int = 0
    rows_quarantined: int = 0
    rows_superseded: int = 0


@dataclass
class SourceCounts:
    """The rows of one source that this run read: in = out + quarantined + superseded."""

    files: int = 0
    rows_in: int = 0
    rows_out: int = 0
    rows_quarantined: int = 0
    rows_superseded: int = 0


@dataclass
class TableState:
    """A table after the run: size in bytes of its data files."""

    rows: int
    files: int
    bytes: int
    snapshot_id: int | None


@dataclass
class OutputState:
    """A folder of files that a flow writes, after the run: size in bytes of its files."""

    rows: int
    files: int
    bytes: int


@dataclass
class RowChanges:
    """What a run did to the rows of a table: new keys, keys whose row differs now, keys that are gone."""

    added: int = 0
    changed: int = 0
    removed: int = 0


@dataclass
class NodeRecord:
    """What a node of a flow did to the number of rows."""

    node: str
    rows_in: int
    rows_out: int
    unmatched: int
    added: int
    flow: str = ""


@dataclass
class RejectedFile:
    """A file that was not loaded, and why."""

    file: str
    reason: str


@dataclass
class FileCounts:
    """The rows of one landed file: in = out + quarantined + superseded."""

    source: str
    file: str
    batch: str
    rows_in: int
    rows_out: int
    rows_quarantined: int
    rows_superseded: int


@dataclass
class RuleRecord:
    """The verdict on one quality rule: `subject` is what it measures, `metrics` what was measured.

    `rows` and `failed_rows` are None for a rule without a verdict per row. `examples` are a few of the rows
    that were kept aside for it, as `file:line: value`.
    """

    source: str
    rule: str
    type: str
    subject: str
    action: str
    passed: bool
    metric: float | None
    metrics: dict[str, float]
    rows: int | None
    failed_rows: int | None
    reason: str = ""
    labels: dict[str, str] = field(default_factory=dict)
    examples: list[str] = field(default_factory=list)

    @property
    def keeps_aside(self) -> bool:
        """Whether rows are kept aside for it, whether it holds (by a threshold) or not."""
        return self.action == "quarantine" and bool(self.failed_rows)

    @property
    def verdict(self) -> str:
        """What came of it, in a few words."""
        if self.passed:
            # With a threshold: the rule holds, its failing rows are kept aside all the same.
            return "holds, rows kept aside" if self.keeps_aside else "holds"
        return "stops" if self.stops else _FAILED[self.action]

    @property
    def stops(self) -> bool:
        """Whether it ends a run: it fails, and is to stop, or is to keep rows aside and cannot say which."""
        unknown = self.action == "quarantine" and self.failed_rows is None
        return not self.passed and (self.action == "stop" or unknown)


def measured(metric: float | None) -> str:
    """A metric as people read it: whole numbers whole, others with six digits."""
    if metric is None:
        return "–"
    return f"{metric:,.0f}" if metric == int(metric) and abs(metric) < 1e15 else f"{metric:.6g}"


@dataclass
class RunRecord:
    """One run. `started` is ISO (UTC); `snapshot_id` is that of the warehouse table.

    `mode` is '' where nothing had to be made; `why` says what a full run was needed for. `changes` are by
    table, of those whose rows are followed one by one: a table that was made anew is not among them.
    `outputs` are by path, as the flow has it.
    """

    run_id: str
    started: str
    status: Status = "done"
    mode: Mode = ""
    why: str = ""
    seconds: float = 0.0
    changed: bool = False
    snapshot_id: int | None = None
    steps: list[StepRecord] = field(default_factory=list)
    nodes: list[NodeRecord] = field(default_factory=list)
    sources: dict[str, SourceCounts] = field(default_factory=dict)
    files: list[FileCounts] = field(default_factory=list)
    rules: list[RuleRecord] = field(default_factory=list)
    tables: dict[str, TableState] = field(default_factory=dict)
    outputs: dict[str, OutputState] = field(default_factory=dict)
    changes: dict[str, RowChanges] = field(default_factory=dict)
    rejected: list[RejectedFile] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    error: str = ""

    @classmethod
    def begun(cls, moment: datetime) -> RunRecord:
        """The record of a run that begins at `moment` (UTC)."""
        return cls(new_id(moment), moment.isoformat(timespec="milliseconds"))

    @property
    def rows_quarantined(self) -> int:
        """Rows kept aside, over all sources."""
        return sum(source.rows_quarantined for source in self.sources.values())

    def as_json(self) -> dict[str, Any]:
        """This record as plain JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> RunRecord:
        """The record that `as_json` wrote."""
        parts: dict[str, Any] = dict(record)
        parts["steps"] = [StepRecord(**step) for step in record["steps"]]
        parts["nodes"] = [NodeRecord(**node) for node in record["nodes"]]
        parts["sources"] = {name: SourceCounts(**counts) for name, counts in record["sources"].items()}
        # Runs of earlier versions did not know all of these.
        parts["files"] = [FileCounts(**counts) for counts in record.get("files", [])]
        parts["rules"] = [RuleRecord(**rule) for rule in record.get("rules", [])]
        parts["tables"] = {name: TableState(**state) for name, state in record["tables"].items()}
        outputs = record.get("outputs", {})
        parts["outputs"] = {path: OutputState(**state) for path, state in outputs.items()}
        changes = record.get("changes", {})
        parts["changes"] = {name: RowChanges(**counts) for name, counts in changes.items()}
        parts["rejected"] = [RejectedFile(**file) for file in record["rejected"]]
        return cls(**parts)
