"""What the commands about the catalog tell, as JSON-ready documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from wavehouse.catalog.differences import differences
from wavehouse.catalog.lake_catalog import LakeCatalog
from wavehouse.core.data_catalog import CatalogTable, DataCatalog, TableVersion
from wavehouse.core.errors import CallError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.core.table_name import TableName

Document = dict[str, Any]


@dataclass(frozen=True)
class Comments:
    """What a project says of a table and its columns."""

    table: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)


def find_table(catalog: DataCatalog, text: str) -> TableName:
    """The table that `text` names, however odd its name is; raises `CallError` where there is none."""
    names = {str(name): name for name in catalog.names()}
    folded = {written.lower(): name for written, name in names.items()}
    found = names.get(text) or folded.get(text.lower())
    if found is None:
        TableName.parse(text)
        raise CallError(f"there is no table '{text}'", remedy=did_you_mean(text, names))
    return found


def list_databases(catalog: DataCatalog) -> Document:
    """`databases[{name, comment, tables}]`, sorted by name."""
    names = catalog.names()
    return {
        "databases": [
            {
                "name": one.name,
                "comment": one.comment,
                "tables": sum(name.database == one.name for name in names),
            }
            for one in catalog.databases()
        ]
    }


def list_tables(catalog: LakeCatalog, database: str | None = None) -> Document:
    """`tables[{name, format, rows, files, bytes, columns, partition_by, location, comment, deprecated, …}]`.

    Sorted by name. `rows` is None where nobody has counted; `snapshot_id` is that of a table of the lake.
    Raises `CallError` for a database that is not there.
    """
    if database is not None and database not in (known := [one.name for one in catalog.databases()]):
        raise CallError(f"there is no database '{database}'", remedy=did_you_mean(database, known))
    own = {head.name: (head.snapshot_id, table) for head, table in catalog.own_tables()}
    found = []
    for name in sorted({*own, *catalog.external.names()}):
        if database not in (None, name.database):
            continue
        snapshot, table = own[name] if name in own else (None, catalog.external.table(name))
        if table is not None:
            found.append(_listed(table) | {"snapshot_id": snapshot})
    return {"tables": found}


def _listed(table: CatalogTable) -> Document:
    keys = [key.name for key in table.partition_by]
    names = dict.fromkeys([*(column.name for column in table.columns), *keys])
    return {
        "name": str(table.name),
        "format": table.format,
        "rows": table.rows,
        "files": table.files,
        "bytes": table.size,
        "columns": len(names),
        "partition_by": keys,
        "location": table.location,
        "comment": table.comment,
        "deprecated": table.deprecated,
    }


def describe_table(catalog: LakeCatalog, name: TableName, comments: Comments) -> Document:
    """`name, format, comment, columns[{name, type, partition, comment}], rows, files, bytes, location, …`.

    `comments` stand where the catalog has none. `csv` is how CSV is read, `left_out` the files that are not;
    `summary` is that of the snapshot of a table of the lake.
    """
    table = _table(catalog, name)
    head = catalog.lake.head(name)
    keys = {key.name: key for key in table.partition_by}
    columns = {column.name: column for column in table.columns} | keys
    return {
        "name": str(name),
        "format": table.format,
        "comment": table.comment or comments.table,
        "columns": [
            {
                "name": column.name,
                "type": column.type,
                "partition": column.name in keys,
                "comment": column.comment or comments.columns.get(column.name, ""),
            }
            for column in columns.values()
        ],
        "rows": table.rows,
        "files": table.files,
        "bytes": table.size,
        "location": table.location,
        "csv": asdict(table.csv) if table.csv else None,
        "left_out": list(table.left_out),
        "deprecated": table.deprecated,
        "snapshot_id": head.snapshot_id if head else None,
        "properties": dict(table.properties),
        "summary": dict(head.properties) if head else {},
    }


def list_partitions(catalog: DataCatalog, name: TableName) -> Document:
    """`name, keys, partitions[{values, rows, files, bytes, location}]`, sorted by values."""
    table = _table(catalog, name)
    return {
        "name": str(name),
        "keys": [key.name for key in table.partition_by],
        "partitions": [
            {
                "values": list(one.values),
                "rows": one.rows,
                "files": one.files,
                "bytes": one.size,
                "location": one.location,
            }
            for one in (catalog.partitions(name) if table.partition_by else ())
        ],
    }


def list_properties(catalog: DataCatalog, name: TableName) -> Document:
    """`name, properties{…}`."""
    return {"name": str(name), "properties": dict(sorted(_table(catalog, name).properties.items()))}


def list_versions(catalog: DataCatalog, name: TableName) -> Document:
    """`name, versions[{version, since, columns, rows, files, bytes, differences[…]}]`, oldest first.

    `differences` are those to the version before (see `compare_versions`).
    """
    _table(catalog, name)
    found = catalog.versions(name)
    before: list[TableVersion | None] = [None, *found[:-1]]
    return {
        "name": str(name),
        "versions": [
            {
                "version": one.number,
                "since": one.since.isoformat(),
                "columns": len({c.name for c in (*one.table.columns, *one.table.partition_by)}),
                "rows": one.table.rows,
                "files": one.table.files,
                "bytes": one.table.size,
                "differences": [asdict(d) for d in differences(last.table, one.table)] if last else [],
            }
            for last, one in zip(before, found, strict=True)
        ],
    }


def compare_versions(catalog: DataCatalog, name: TableName, old: int, new: int) -> Document:
    """`name, from, to, differences[{what, name, before, after}]`; raises `CallError` for a version that is
    not kept."""
    _table(catalog, name)
    known = {one.number: one for one in catalog.versions(name)}
    for number in (old, new):
        if number not in known:
            raise CallError(
                f"version {number} of {name} is not kept", remedy=f"Known: {', '.join(map(str, known))}"
            )
    found = differences(known[old].table, known[new].table)
    return {"name": str(name), "from": old, "to": new, "differences": [asdict(one) for one in found]}


def _table(catalog: DataCatalog, name: TableName) -> CatalogTable:
    table = catalog.table(name)
    if table is None:  # dropped between two looks
        raise CallError(f"there is no table '{name}'")
    return table
