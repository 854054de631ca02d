"""Rows as they come from the engine: batches of Arrow."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

    from wavehouse.engines.engine import Row

_DAY = 86_400_000_000  # microseconds
_PER_UNIT = {"s": 1_000_000, "ms": 1_000, "us": 1}
# Days of 400 years, after which the calendar is the same again, and the number that Python gives 1970-01-01.
_CYCLE, _EPOCH = 146_097, 719_163


def rows_of(batch: pa.RecordBatch) -> Iterable[Row]:
    """The rows of a batch as values of Python; a map is a list of pairs."""
    return zip(*map(values_of, batch.columns), strict=True)


def values_of(array: pa.Array) -> list[Any]:
    """Values of Python, as `to_pylist` gives them; a time beyond those that Python knows is a text.

    It is of the form of ISO 8601 with years of any length: `+11020-01-01 00:00:00.000000`, `-0044-03-15`.
    """
    try:
        values: list[Any] = array.to_pylist()
    except (OverflowError, ValueError):
        return [_value(one) for one in array]
    return values


def empty(schema: pa.Schema) -> pa.RecordBatch:
    """A batch without rows."""
    import pyarrow as pa

    return pa.record_batch([pa.array([], type_) for type_ in schema.types], schema=schema)


def _value(scalar: Any) -> Any:
    import pyarrow as pa

    type_ = scalar.type
    if not scalar.is_valid:
        return None
    if pa.types.is_map(type_):
        return [(_value(pair[0]), _value(pair[1])) for pair in scalar.values]
    if pa.types.is_list(type_):
        return [_value(one) for one in scalar.values]
    if pa.types.is_struct(type_):
        return {type_.field(at).name: _value(scalar[at]) for at in range(type_.num_fields)}
    return _plain(scalar)


def _plain(scalar: Any) -> Any:
    import pyarrow as pa

    try:
        return scalar.as_py()
    except (OverflowError, ValueError):
        day = pa.types.is_date32(scalar.type)
        return _day(scalar.value) if day else _moment(scalar.value * _PER_UNIT[scalar.type.unit])


def _moment(microseconds: int) -> str:
    days, rest = divmod(microseconds, _DAY)
    seconds, part = divmod(rest, 1_000_000)
    minutes, second = divmod(seconds, 60)
    return f"{_day(days)} {minutes // 60:02}:{minutes % 60:02}:{second:02}.{part:06}"


def _day(days: int) -> str:
    cycles, day = divmod(days + _EPOCH - 1, _CYCLE)
    found = date.fromordinal(day + 1)
    year = found.year + 400 * cycles
    sign = "-" if year < 0 else "+" if year > 9999 else ""
    return f"{sign}{abs(year):04}-{found:%m-%d}"
