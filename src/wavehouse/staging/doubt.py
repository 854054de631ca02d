"""Merges that are not done: where it is not known which row stays, or what of it."""

from __future__ import annotations

from wavehouse.core.sql_text import column_list, identifier
from wavehouse.engines.engine import Engine
from wavehouse.project.contracts import SourceContract
from wavehouse.staging.provenance import ABSENT, PRECEDENCE, SHA256


class NotIncrementalError(Exception):
    """What was asked for cannot be done in increments without doubt; the text says why, for people."""


def refuse_doubt(engine: Engine, contract: SourceContract, rows: str, met: str) -> None:
    """Raise where the order of two rows, or what one of them left out, is not known any more.

    `rows` come in, and `met` are the rows of the table that have a key of theirs.
    """
    precedence = "({0}." + ", {0}.".join(map(identifier, PRECEDENCE)) + ")"
    same, partial = (
        f"SELECT count(*) FROM {rows} AS n JOIN {met} AS o USING ({column_list(contract.key)}) "
        f"WHERE {condition}"
        for condition in (
            f"n.{SHA256.name} = o.{SHA256.name}",
            f"o.{ABSENT.name} IS NOT NULL AND {precedence.format('n')} < {precedence.format('o')}",
        )
    )
    ((of_same, of_partial),) = engine.rows(f"SELECT ({same}), ({partial})")
    if of_same:
        raise NotIncrementalError(
            f"{of_same:,} rows of {contract.source} that waited have the key of another row of their file"
        )
    if of_partial:
        raise NotIncrementalError(
            f"{of_partial:,} rows of {contract.source} are older than rows that leave columns open"
        )
