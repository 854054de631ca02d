"""The formats of files that statements write, and how a table reads them again.

https://docs.aws.amazon.com/athena/latest/ug/unload.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from wavehouse.core.errors import QueryError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.engines.engine import FileForm
from wavehouse.query.statements.table_properties import Value, text

_FORMATS: Mapping[str, Literal["parquet", "json"]] = {"PARQUET": "parquet", "JSON": "json"}
# Athena's own choices: https://docs.aws.amazon.com/athena/latest/ug/compression-support-iceberg.html
_COMPRESSIONS = {"parquet": ("gzip", "snappy", "zstd", "none"), "json": ("gzip", "none")}
_OTHERS = ("ORC", "AVRO", "TEXTFILE", "ION")


def file_form(properties: Mapping[str, Value], otherwise: str) -> FileForm:
    """The form that `format` and `compression` (or `write_compression`) ask for; `otherwise` is the format
    where none is named. Raises `QueryError` for one that is not written here."""
    written = text(properties, "format", otherwise).upper()
    if written in _OTHERS:
        raise QueryError(f"the format {written} is not covered yet", remedy="Write 'PARQUET' or 'JSON'")
    format_ = _FORMATS.get(written)
    if format_ is None:
        raise QueryError(f"no format '{written}'", remedy=did_you_mean(written, [*_FORMATS, *_OTHERS]))
    name = "compression" if "compression" in properties else "write_compression"
    compression = text(properties, name, "gzip").lower()
    if "parquet_compression" in properties:
        compression = text(properties, "parquet_compression").lower()
    known = _COMPRESSIONS[format_]
    if compression not in known:
        raise QueryError(
            f"the compression {compression} of {written} is not covered yet",
            remedy=f"Known: {', '.join(known)}",
        )
    return FileForm(format_, "" if compression == "none" else compression)
