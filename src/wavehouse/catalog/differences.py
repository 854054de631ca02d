"""What is different between two states of a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from wavehouse.core.data_catalog import CatalogColumn, CatalogTable

# What is counted, and what is said of the table as a whole, in the order in which it is shown.
_OF_THE_TABLE = ("format", "location", "comment", "deprecated", "rows", "files", "size")


@dataclass(frozen=True)
class Difference:
    """`what` is different: a `column`, a `key`, a `property`, … of that name; None where there was none."""

    what: str
    name: str
    before: str | None
    after: str | None


def differences(old: CatalogTable, new: CatalogTable) -> list[Difference]:
    """All differences, those of the columns first."""
    return [
        *_columns("column", old.columns, new.columns),
        *_columns("key", old.partition_by, new.partition_by),
        *_values("reading", _reading(old), _reading(new)),
        *_values("left out", dict.fromkeys(old.left_out, "file"), dict.fromkeys(new.left_out, "file")),
        *_values("table", *({name: getattr(one, name) for name in _OF_THE_TABLE} for one in (old, new))),
        *_values("property", old.properties, new.properties),
    ]


def _columns(what: str, old: Sequence[CatalogColumn], new: Sequence[CatalogColumn]) -> Iterator[Difference]:
    yield from _values(what, *({one.name: one.type for one in side} for side in (old, new)))
    yield from _values(
        f"comment of {what}", *({one.name: one.comment or None for one in side} for side in (old, new))
    )
    both = {one.name for one in old} & {one.name for one in new}
    orders = [", ".join(one.name for one in side if one.name in both) for side in (old, new)]
    yield from _values(f"order of {what}s", *({"": order} for order in orders))


def _reading(table: CatalogTable) -> Mapping[str, Any]:
    return asdict(table.csv) if table.csv else {}


def _values(what: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    for name in dict.fromkeys([*old, *new]):
        before, after = old.get(name), new.get(name)
        if before != after:
            yield Difference(what, name, _text(before), _text(after))


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)
