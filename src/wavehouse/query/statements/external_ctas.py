"""CREATE TABLE … AS without Iceberg: a folder of files in the lake, and an external table over it.

https://docs.aws.amazon.com/athena/latest/ug/create-table-as.html
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote

from wavehouse.core.data_catalog import NO_VALUE, CatalogColumn, CatalogTable, Partition
from wavehouse.core.errors import QueryError
from wavehouse.core.table_name import TableName
from wavehouse.engines.engine import WrittenFile
from wavehouse.query.statements.context import MADE_BY, STATEMENT, Context, Writing
from wavehouse.query.statements.file_forms import file_form
from wavehouse.query.statements.files_written import check_keys_and_form, check_last, write_folder
from wavehouse.query.statements.places import place
from wavehouse.query.statements.table_properties import Value, check_known, text, texts
from wavehouse.query.statements.writer import fitted, stored_columns

_KNOWN = (
    "table_type",
    "format",
    "external_location",
    "is_external",
    "partitioned_by",
    "write_compression",
    "parquet_compression",
)


def external_table_as(
    context: Context, writing: Writing, name: TableName, properties: Mapping[str, Value], query: str
) -> tuple[int, int]:
    """Make the table; the lake's lock is held. Returns the rows, and the bytes that were read.

    Its files lie in `external_location`, or, as in Athena, in a folder of their own that is called by the
    statement.
    """
    check_known(properties, _KNOWN)
    if properties.get("is_external", True) is not True:
        raise QueryError(
            "such a table is external", remedy="Write table_type = 'ICEBERG' for one that is not"
        )
    form = file_form(properties, "PARQUET")
    translation = context.translated(query, stored=True)
    columns = stored_columns(translation.columns)
    keys = texts(properties, "partitioned_by")
    check_last(columns, keys)
    check_keys_and_form(columns, keys, form)
    written = text(properties, "external_location") or f"${{warehouse}}/tables/{writing.run()}/"
    folder = place(written, writing, "an external table")

    def named(files: Sequence[WrittenFile]) -> None:
        catalog = {one: CatalogColumn(one, type_) for one, type_ in columns.items()}
        table = CatalogTable(
            name,
            form.format,
            str(folder),
            tuple(column for one, column in catalog.items() if one not in keys),
            tuple(catalog[key] for key in keys),
            rows=sum(file.rows for file in files),
            files=len(files),
            size=sum(file.size for file in files),
            properties={MADE_BY: STATEMENT},
        )
        try:
            writing.external.put(table, _partitions(folder, files) if keys else ())
        except BaseException:
            # Where the catalog cannot even be asked, it may have the table: then the files stay.
            if writing.external.table(name) is None:
                shutil.rmtree(folder, ignore_errors=True)
            raise

    sql = fitted(translation, columns, "the query")
    return write_folder(context, writing, folder, sql, form, keys, translation, named)


def _partitions(place: Path, files: Sequence[WrittenFile]) -> list[Partition]:
    folders: dict[Path, list[WrittenFile]] = {}
    for file in files:
        folders.setdefault(Path(file.location).parent, []).append(file)
    found = []
    for folder, inside in folders.items():
        # (A folder above may be called `a=b`, too.)
        parts = [part.partition("=")[2] for part in folder.relative_to(place).parts]
        values = tuple(None if part in (NO_VALUE, "") else unquote(part) for part in parts)
        size = sum(file.size for file in inside)
        found.append(Partition(values, str(folder), None, len(inside), size))
    return found
