"""What a name or an expression of a script stands for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Literal:
    """A text, number, truth value, None, or a list, tuple, set or dict of these."""

    value: Any


@dataclass(frozen=True)
class Library:
    """Something of the libraries, by its path: `ApplyMapping.apply`, `GlueContext().create_dynamic_frame`."""

    name: str


@dataclass(frozen=True)
class Frame:
    """The rows of a node, as a DynamicFrame or (`spark`) as a DataFrame.

    `partitions`: in how many files a target writes them. `judged`: with the four columns of verdicts that
    Glue adds to its `rowLevelOutcomes`, which no node here has.
    """

    id: str
    spark: bool = False
    partitions: str | None = None
    judged: bool = False


@dataclass(frozen=True)
class Split:
    """The two collections of a `SplitFields`, and their names."""

    id: str
    names: tuple[str, str]


@dataclass(frozen=True)
class Verdicts:
    """What an `EvaluateDataQuality` gives: the rows, the rows with verdicts, and the verdicts."""

    id: str


@dataclass
class Sink:
    """A target that is put together by several calls; `line` is that of the first."""

    line: int
    variable: str | None
    name: str | None
    fields: dict[str, Any]
    policy: dict[str, Any]
    format: str | None = None
    compression: str | None = None
    written: bool = False


@dataclass(frozen=True)
class IcebergWriter:
    """The chain of calls that writes an Iceberg table; `action` is what ends it, None while it goes on."""

    frame: Frame
    database: str
    table: str
    properties: dict[str, str] = field(default_factory=dict)
    partition_keys: tuple[str, ...] = ()
    action: str | None = None


@dataclass(frozen=True)
class Tables:
    """The tables of a database, or whether it has `table`: asked before an Iceberg table is written."""

    database: str
    table: str | None = None


@dataclass(frozen=True)
class Method:
    """A method of a value, before it is called."""

    of: Value
    name: str


@dataclass(frozen=True)
class Refusal:
    """Where a value would stand that was refused."""


Value = Literal | Library | Frame | Split | Verdicts | Sink | IcebergWriter | Tables | Method | Refusal
