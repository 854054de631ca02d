"""CREATE EXTERNAL TABLE: a table over files in the lake's folder.

https://docs.aws.amazon.com/athena/latest/ug/create-table.html
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from wavehouse.core.data_catalog import CatalogColumn, CatalogTable, CsvReading
from wavehouse.core.errors import QueryError
from wavehouse.lake.unnamed_folders import unmark
from wavehouse.query.answer import Answer
from wavehouse.query.statements.answers import nothing
from wavehouse.query.statements.context import MADE_BY, STATEMENT, Context
from wavehouse.query.statements.permission import allowed, check_may_change, new_name
from wavehouse.query.statements.places import place
from wavehouse.query.statements.tables import column_definitions
from wavehouse.query.statements.words import Reader

Format = Literal["parquet", "csv", "json"]

_LAZY = "org.apache.hadoop.hive.serde2.lazy.lazysimpleserde"
_SERDES: Mapping[str, Format] = {
    "org.apache.hadoop.hive.ql.io.parquet.serde.parquethiveserde": "parquet",
    "org.apache.hadoop.hive.serde2.opencsvserde": "csv",
    _LAZY: "csv",
    "org.openx.data.jsonserde.jsonserde": "json",
    "org.apache.hive.hcatalog.data.jsonserde": "json",
}
_SEPARATORS = (
    "field.delim",
    "serialization.format",
    "separatorchar",
    "quotechar",
    "escapechar",
    "escape.delim",
)


@dataclass
class _Reading:
    """How the files are read, as far as it is said."""

    format: Format | None = None
    serde: str = ""
    delimiter: str = ""
    escape: str = ""
    properties: dict[str, str] | None = None


def create_external_table(reader: Reader, context: Context) -> Answer:
    """CREATE EXTERNAL TABLE [IF NOT EXISTS] name (…) …; CREATE EXTERNAL TABLE is read."""
    started = time.perf_counter()
    writing = allowed(context, "CREATE EXTERNAL TABLE")
    if_not_exists = reader.take("IF", "NOT", "EXISTS")
    name = new_name(reader)
    comments: dict[str, str] = {}
    columns = column_definitions(reader, comments=comments)
    comment = reader.string("a comment") if reader.take("COMMENT") else ""
    keys = column_definitions(reader, comments=comments) if reader.take("PARTITIONED", "BY") else {}
    if reader.sees("CLUSTERED"):
        reader.fail("CLUSTERED BY is not covered yet", "Leave it out")
    how = _Reading()
    while reader.one_of("ROW", "STORED", "WITH"):
        reader.at -= 1
        _reading(reader, how)
    if not reader.take("LOCATION"):
        reader.fail("LOCATION is missing here", "An external table needs LOCATION '${warehouse}/folder/'")
    location = reader.string("a place")
    told = {}
    if reader.take("TBLPROPERTIES"):
        told = {key.lower(): value for key, value in reader.properties().items()}
    reader.done()
    if twice := sorted(set(columns) & set(keys)):
        raise QueryError(f"'{twice[0]}' is a column and a key", remedy="Leave it out of the columns")
    format_ = how.format or "csv"
    csv = _csv(how, _header(told)) if format_ == "csv" else None
    folder = place(location, writing, "an external table", reading=True)
    with writing.locked():
        check_may_change(writing, name)
        if context.catalog.table(name) is not None:
            if if_not_exists:
                return nothing(started)
            raise QueryError(
                f"there is a table {name} already", remedy="Write CREATE EXTERNAL TABLE IF NOT EXISTS"
            )
        writing.external.put(
            CatalogTable(
                name,
                format_,
                str(folder),
                tuple(CatalogColumn(one, type_, comments.get(one, "")) for one, type_ in columns.items()),
                tuple(CatalogColumn(one, type_, comments.get(one, "")) for one, type_ in keys.items()),
                csv,
                comment=comment,
                properties={MADE_BY: STATEMENT},
            )
        )
        unmark(folder)
    return nothing(started)


def _reading(reader: Reader, how: _Reading) -> None:
    """One of ROW FORMAT …, WITH SERDEPROPERTIES (…), STORED AS …"""
    if reader.take("WITH", "SERDEPROPERTIES"):
        how.properties = {key.lower(): value for key, value in reader.properties().items()}
    elif reader.take("STORED", "AS"):
        if reader.take("INPUTFORMAT"):
            reader.string("a class")
            reader.expect("OUTPUTFORMAT")
            reader.string("a class")
            return
        word = reader.name("a format").upper()
        formats: Mapping[str, Format] = {"PARQUET": "parquet", "TEXTFILE": "csv", "JSONFILE": "json"}
        if word not in formats:
            raise QueryError(f"files of {word} are not covered yet", remedy=f"Known: {', '.join(formats)}")
        if word != "TEXTFILE" or how.format is None:
            how.format = formats[word]
    elif reader.take("ROW", "FORMAT", "SERDE"):
        how.serde = reader.string("a SerDe").lower()
        if how.serde not in _SERDES:
            raise QueryError(
                f"the SerDe '{how.serde}' is not covered yet", remedy=f"Known: {', '.join(_SERDES)}"
            )
        how.format = _SERDES[how.serde]
    elif reader.take("ROW", "FORMAT", "DELIMITED"):
        how.serde, how.format = _LAZY, "csv"
        _delimited(reader, how)
    else:
        reader.fail("this is not expected here", "Known: ROW FORMAT, WITH SERDEPROPERTIES, STORED AS")


def _delimited(reader: Reader, how: _Reading) -> None:
    while True:
        if reader.take("FIELDS", "TERMINATED", "BY"):
            how.delimiter = _sign(reader.string("a sign"))
            if reader.take("ESCAPED", "BY"):
                how.escape = _sign(reader.string("a sign"))
        elif reader.take("LINES", "TERMINATED", "BY"):
            if _sign(reader.string("a sign")) != "\n":
                raise QueryError("lines that end otherwise than by \\n are not covered yet")
        elif reader.sees("COLLECTION") or reader.sees("MAP") or reader.sees("NULL"):
            reader.fail("this part of ROW FORMAT DELIMITED is not covered yet", "Leave it out")
        else:
            return


def _csv(how: _Reading, header: bool) -> CsvReading:
    told = how.properties or {}
    for key in told:
        if key not in _SEPARATORS:
            raise QueryError(f"the SerDe's property '{key}' is not covered yet")
    if how.serde.endswith("opencsvserde"):
        return CsvReading(
            _sign(told.get("separatorchar", ",")),
            _sign(told.get("quotechar", '"')),
            _sign(told.get("escapechar", "\\")),
            header,
        )
    delimiter = how.delimiter or told.get("field.delim") or told.get("serialization.format") or "\x01"
    return CsvReading(_sign(delimiter), "", _sign(how.escape or told.get("escape.delim", "")), header)


def _header(told: Mapping[str, str]) -> bool:
    known = ("skip.header.line.count", "classification", "has_encrypted_data", "external")
    for key, value in told.items():
        if key not in known or (key == "has_encrypted_data" and value.lower() != "false"):
            raise QueryError(f"the property '{key}' = '{value}' is not covered yet", remedy="Leave it out")
    lines = told.get("skip.header.line.count", "0")
    if lines not in ("0", "1"):
        raise QueryError("skipping more than one line is not covered yet", remedy="Write '1'")
    return lines == "1"


def _sign(text: str) -> str:
    """One sign, which Hive may write as an escape (`\\t`, `\\001`) or as its number."""
    named = {"\\t": "\t", "\\n": "\n", "\\\\": "\\", "\\001": "\x01", "1": "\x01", "9": "\t"}
    sign = named.get(text, text)
    if len(sign) > 1:
        raise QueryError(f"'{text}' is more than one sign")
    return sign
