"""Which partitions of an external table a query can want, told by what it says of the keys.

WHERE itself is evaluated in any case; what is not understood here costs time and bytes, never a row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from wavehouse.core.columns import Column
from wavehouse.core.data_catalog import PartitionValues
from wavehouse.query.certain import ALL_NULL, Known
from wavehouse.query.comparable import value_of
from wavehouse.query.places import Place

Wanted = Callable[[PartitionValues], bool]


def wanted_partitions(places: Sequence[Place], keys: Sequence[Column]) -> Wanted:
    """Tells of the values of a partition whether a row of it can be in the answer."""

    def wanted(values: PartitionValues) -> bool:
        known = known_of(values, keys)
        return any(place.wants(known.get) for place in places)

    return wanted


def known_of(values: PartitionValues, keys: Sequence[Column]) -> Mapping[str, Known]:
    """What the values of a partition tell of the columns `keys`.

    A text that is none of the type as it is usually written is left to the reader, who may take it for NULL.
    """
    found = {}
    for text, key in zip(values, keys, strict=True):
        value = value_of(text, key.type) if text is not None else None
        if text is None:
            found[key.name.lower()] = ALL_NULL
        elif value is not None:
            found[key.name.lower()] = Known(value, value, nulls=False)
    return found
