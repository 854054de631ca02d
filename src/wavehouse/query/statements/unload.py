"""UNLOAD: the rows of a query as files in the lake's folder.

https://docs.aws.amazon.com/athena/latest/ug/unload.html
"""

from __future__ import annotations

import time

from wavehouse.core.errors import QueryError
from wavehouse.query.answer import Answer
from wavehouse.query.statements.answers import count
from wavehouse.query.statements.context import Context
from wavehouse.query.statements.file_forms import file_form
from wavehouse.query.statements.files_written import check_keys_and_form, check_last, write_folder
from wavehouse.query.statements.permission import allowed
from wavehouse.query.statements.places import place
from wavehouse.query.statements.table_properties import check_known, texts, with_properties
from wavehouse.query.statements.words import Reader
from wavehouse.query.statements.writer import fitted, stored_columns

_KNOWN = ("format", "compression", "partitioned_by")


def unload(reader: Reader, context: Context) -> Answer:
    """UNLOAD (query) TO 'place' WITH (format = '…', …); UNLOAD is read."""
    started = time.perf_counter()
    writing = allowed(context, "UNLOAD")
    query = reader.bracketed()
    reader.expect("TO")
    written = reader.string("a place")
    properties = with_properties(reader) if reader.take("WITH") else {}
    reader.done()
    if "field_delimiter" in properties:
        raise QueryError("field_delimiter is of TEXTFILE, which is not covered yet", remedy="Write 'JSON'")
    check_known(properties, _KNOWN)
    if "format" not in properties:
        raise QueryError("UNLOAD wants to be told the format", remedy="Add WITH (format = 'PARQUET')")
    form = file_form(properties, "PARQUET")
    keys = texts(properties, "partitioned_by")
    with writing.locked():
        folder = place(written, writing, "UNLOAD")
        translation = context.translated(query, stored=True)
        columns = stored_columns(translation.columns)
        check_last(columns, keys)
        check_keys_and_form(columns, keys, form)
        sql = fitted(translation, columns, "the query")
        rows, scanned = write_folder(context, writing, folder, sql, form, keys, translation)
    return count(rows, scanned, started)
