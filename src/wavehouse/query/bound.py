"""A query that is bound: its DuckDB SQL, the columns it gives, and the stored columns it must read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from wavehouse.core.sql_text import identifier
from wavehouse.query.names import Field
from wavehouse.query.typed import Read, Typed


@dataclass(frozen=True)
class Output:
    """A column that a query gives.

    `name` is None for an expression without alias (Trino lets nobody name it); `heading` is the name as it
    was spelled; `column` is its unique name in the SQL. `reads` is what it alone needs: it counts only where
    the column is used.
    """

    name: str | None
    heading: str | None
    column: str
    type: str
    reads: frozenset[Read]


@dataclass(frozen=True)
class Bound:
    """A query's SQL (without brackets); `reads` is needed whichever of the outputs is used."""

    sql: str
    outputs: tuple[Output, ...]
    reads: frozenset[Read]

    @property
    def all_reads(self) -> frozenset[Read]:
        """What is read when every column is used."""
        return self.reads.union(*(output.reads for output in self.outputs))

    def fields(self, alias: str, relation: str | None, *, bare: bool = False) -> list[Field]:
        """The outputs as columns of a relation called `alias` in the SQL and `relation` in the query.

        `bare` leaves out what the columns read (where that is counted already).
        """
        return [
            Field(
                output.name,
                Typed(
                    f"{identifier(alias)}.{identifier(output.column)}",
                    output.type,
                    reads=frozenset() if bare else output.reads,
                    loose=frozenset({output.name or "_col"}),
                ),
                relation=relation,
                heading=output.heading,
            )
            for output in self.outputs
        ]


def outputs(headings: Sequence[str | None], values: Iterable[Typed]) -> tuple[Output, ...]:
    """The outputs of `values` under their headings (None where Athena has no name for one)."""
    names = [heading.lower() if heading is not None else None for heading in headings]
    return tuple(
        Output(name, heading, column, value.type, value.reads)
        for name, heading, column, value in zip(names, headings, unique(names), values, strict=True)
    )


def unique(names: Iterable[str | None]) -> list[str]:
    """`names` as names of which no two are the same: Trino allows that, DuckDB would rename them."""
    found: dict[str, None] = {}
    numbers: dict[str, int] = {}
    for position, name in enumerate(names):
        base = candidate = name or f"_col{position}"
        number = numbers.get(base, 1)
        while candidate in found:
            number += 1
            candidate = f"{base}_{number}"
        numbers[base] = number
        found[candidate] = None
    return list(found)
