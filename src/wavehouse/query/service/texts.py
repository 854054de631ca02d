"""Values as Athena writes them: in the CSV of a result and in the pages of GetQueryResults.

Found by https://docs.aws.amazon.com/athena/latest/ug/querying.html and by what its clients read: doubles are
Java's texts (https://docs.oracle.com/en/java/javase/22/docs/api/java.base/java/lang/Double.html#toString(double)),
arrays `[a, b]`, maps `{k=v}`, rows `{name=v}`, bytes in hexadecimal. A timestamp has six digits, as those of
Iceberg do.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from wavehouse.query.trino_times import INSTANT
from wavehouse.query.trino_types import element_of, fields_of, map_of

# In Java a number is written plain from 0.001 on and below ten million.
_SMALLEST, _LARGEST = 1e-3, 1e7


def text_of(type_: str) -> Callable[[Any], str]:
    """How values of a Trino type are written; NULL inside of one is `null`, and is none of them itself."""
    element, pair, fields = element_of(type_), map_of(type_), fields_of(type_)
    if element is not None:
        inner = _or_null(text_of(element))
        return lambda values: f"[{', '.join(map(inner, values))}]"
    if pair is not None:
        key, value = text_of(pair[0]), _or_null(text_of(pair[1]))
        return lambda values: "{" + ", ".join(f"{key(k)}={value(v)}" for k, v in (_pairs(values))) + "}"
    if fields is not None:
        named = [(name or f"field{at}", _or_null(text_of(of))) for at, (name, of) in enumerate(fields)]
        return lambda values: (
            "{"
            + ", ".join(
                f"{name}={of(value)}" for (name, of), value in zip(named, values.values(), strict=True)
            )
            + "}"
        )
    if type_ == "real":
        return real_text
    return double_text if type_ == "double" else _scalar


def double_text(value: float) -> str:
    """A double as Java writes it: `1.0E10`, `0.001`, `-0.0`, `NaN`."""
    return _java(value, repr)


def real_text(value: float) -> str:
    """A real as Java writes a float: with the fewest digits that no other float has."""
    return _java(value, _float_repr)


def _java(value: float, digits_of: Callable[[float], str]) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "-0.0" if math.copysign(1, value) < 0 else "0.0"
    shortest = digits_of(value)
    if len(Decimal(shortest).as_tuple().digits) == 1 and float(f"{value:.1e}") == value:
        shortest = f"{value:.1e}"  # of two digits the nearest, where one would do
    sign, digits, exponent = Decimal(shortest).as_tuple()
    assert isinstance(exponent, int)  # noqa: S101
    written = "".join(map(str, digits)).rstrip("0") or "0"
    # d.ddd × 10^power
    power = len(digits) - 1 + exponent
    minus = "-" if sign else ""
    if _SMALLEST <= abs(value) < _LARGEST:
        if power < 0:
            return f"{minus}0.{'0' * (-power - 1)}{written}"
        whole = written[: power + 1].ljust(power + 1, "0")
        return f"{minus}{whole}.{written[power + 1 :] or '0'}"
    return f"{minus}{written[0]}.{written[1:] or '0'}E{power}"


def _float_repr(value: float) -> str:
    for precision in range(1, 10):
        text = f"{value:.{precision}g}"
        try:
            if struct.unpack("f", struct.pack("f", float(text)))[0] == value:
                return text
        except OverflowError:
            continue
    return repr(value)


def _scalar(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case datetime():
            moment = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
            told = moment.isoformat(sep=" ", timespec="microseconds")
            return f"{told} UTC" if value.tzinfo else told
        case Decimal():
            return format(value, "f")
        case float():
            return double_text(value)
        case bytes():
            return value.hex(" ")
    return str(value)


def _or_null(text: Callable[[Any], str]) -> Callable[[Any], str]:
    return lambda value: "null" if value is None else text(value)


def _pairs(values: Any) -> Any:
    return values.items() if isinstance(values, dict) else values


# What Athena says of its types (in GetQueryResults): name, precision, scale, and whether case counts.
_TOLD: dict[str, tuple[str, int, int, bool]] = {
    "varchar": ("varchar", 2147483647, 0, True),
    "integer": ("integer", 10, 0, False),
    "bigint": ("bigint", 19, 0, False),
    "smallint": ("smallint", 5, 0, False),
    "tinyint": ("tinyint", 3, 0, False),
    "double": ("double", 17, 0, False),
    "real": ("float", 17, 0, False),
    "boolean": ("boolean", 0, 0, False),
    "date": ("date", 0, 0, False),
    "timestamp": ("timestamp", 3, 0, False),
    INSTANT: (INSTANT, 3, 0, False),
    "varbinary": ("varbinary", 1073741824, 0, False),
    "json": ("json", 0, 0, False),
    "unknown": ("unknown", 0, 0, False),
}


def column_info(name: str, type_: str) -> dict[str, Any]:
    """A column in Athena's words: https://docs.aws.amazon.com/athena/latest/APIReference/API_ColumnInfo.html."""
    if type_.startswith("decimal("):
        precision, scale = (int(part) for part in type_[len("decimal(") : -1].split(","))
        told, case = "decimal", False
    else:
        told, precision, scale, case = _TOLD.get(type_, (type_.partition("(")[0], 0, 0, False))
    return {
        "CatalogName": "hive",
        "SchemaName": "",
        "TableName": "",
        "Name": name,
        "Label": name,
        "Type": told,
        "Precision": precision,
        "Scale": scale,
        "Nullable": "UNKNOWN",
        "CaseSensitive": case,
    }


def metadata_file(id_: str, columns: list[dict[str, Any]]) -> bytes:
    """The file `….csv.metadata` beside a result: columns in protocol buffers.

    Its format has no public description. The numbers of the fields are those that a driver reads
    (https://github.com/burtcorp/athena-jdbc, `AthenaMetaDataParser`).
    """
    made = _bytes_field(1, id_.encode())
    for one in columns:
        column = b"".join(
            [
                _bytes_field(1, one["CatalogName"].encode()),
                _bytes_field(4, one["Name"].encode("utf-8", "surrogatepass")),
                _bytes_field(5, one["Label"].encode("utf-8", "surrogatepass")),
                _bytes_field(6, one["Type"].encode()),
                _number_field(7, one["Precision"]),
                _number_field(8, one["Scale"]),
                _number_field(9, 3),  # UNKNOWN
                _number_field(10, int(one["CaseSensitive"])),
            ]
        )
        made += _bytes_field(4, column)
    return made


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


def _bytes_field(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _number_field(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)
