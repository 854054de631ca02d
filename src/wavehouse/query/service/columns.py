"""The columns of a result in Athena's words: in GetQueryResults, and in the file beside a result."""

from __future__ import annotations

from typing import Any

from wavehouse.query.trino_times import INSTANT, told_type

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
    type_ = told_type(type_)
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
