"""Iceberg tables as DuckDB reads them: through its extension, from their metadata alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from wavehouse.core.errors import OutsideError, UnansweredError, WavehouseError
from wavehouse.core.recent import Recent
from wavehouse.core.sql_text import file_list, identifier, literal
from wavehouse.engines.engine import Row, TableFile

# So many snapshots: in a long time many tables change, and some have very many files.
_MOST = 100


class IcebergTables:
    """Reads tables through one connection, by `rows`, which runs a statement."""

    def __init__(self, rows: Callable[[str], list[Row]], errors: tuple[type[Exception], ...]) -> None:
        self._rows = rows
        # What `rows` raises that comes from the engine itself.
        self._errors: tuple[type[Exception], ...] = (OutsideError, *errors)
        # Metadata files and snapshots never change.
        self._known: Recent[tuple[str, int | None], tuple[list[TableFile], list[str]]] = Recent(_MOST)

    def scan(self, metadata: str, snapshot: int | None, path: str = "") -> str:
        """A relation over one snapshot, with the location of each row's file as `path`."""
        # DuckDB 1.5 ends the whole process where a scan meets a manifest that it cannot read; asked for the
        # files first, it says so (https://github.com/duckdb/duckdb-iceberg/pull/1305).
        self.files(metadata, snapshot)
        table = f"iceberg_scan({_arguments(metadata, snapshot)})"
        # Not the argument `filename`: DuckDB 1.5 comes to an internal error where that meets a position.
        return f"(SELECT *, filename AS {identifier(path)} FROM {table})" if path else table

    def files(self, metadata: str, snapshot: int | None) -> list[TableFile]:
        """The data files of a snapshot, by location; raises `OutsideError` for metadata that is damaged."""
        return self._snapshot(metadata, snapshot)[0]

    def partitions(
        self, metadata: str, snapshot: int | None, fields: Sequence[str]
    ) -> dict[str, tuple[str | None, ...]]:
        """See `Engine.iceberg_partitions`: https://iceberg.apache.org/spec/#manifests ."""
        files, manifests = self._snapshot(metadata, snapshot)
        if not files:
            return {}
        values = ", ".join(f"CAST(data_file.partition.{identifier(field)} AS VARCHAR)" for field in fields)
        found = self._rows(f"SELECT data_file.file_path, {values} FROM read_avro({file_list(manifests)})")
        return {location.removeprefix("file://"): tuple(texts) for location, *texts in found}

    def _snapshot(self, metadata: str, snapshot: int | None) -> tuple[list[TableFile], list[str]]:
        """The data files of a snapshot, by location, and the manifests that name them."""
        known = self._known.get((metadata, snapshot))
        if known is None:
            known = self._read(metadata, snapshot)
            self._known.put((metadata, snapshot), known)
        return known

    def _read(self, metadata: str, snapshot: int | None) -> tuple[list[TableFile], list[str]]:
        try:
            found = self._rows(
                "SELECT file_path, record_count, manifest_path, file_format "
                f"FROM iceberg_metadata({_arguments(metadata, snapshot)}) "
                f"WHERE manifest_content = 'DATA' AND status <> 'DELETED' ORDER BY file_path"
            )
        except UnansweredError:
            raise  # nothing is wrong with the table
        except self._errors as error:
            said = error.what if isinstance(error, WavehouseError) else str(error).splitlines()[0]
            raise OutsideError(
                f"the table's metadata cannot be read ({said})",
                where=metadata,
                remedy="Restore the files of the table's metadata folder from a backup, or load the "
                "landed files into a new lake",
            ) from error
        if others := sorted({form.upper() for *_, form in found} - {"PARQUET"}):
            raise OutsideError(
                f"the table has data files of {' and '.join(others)}, and only Parquet is read here",
                where=metadata,
                remedy="Let the program that has made them write them anew: set the table's property "
                "write.format.default = parquet, and call rewrite_data_files",
            )
        return (
            [TableFile(location.removeprefix("file://"), rows) for location, rows, *_ in found],
            sorted({manifest.removeprefix("file://") for _, _, manifest, _ in found}),
        )


def _arguments(metadata: str, snapshot: int | None) -> str:
    chosen = f", snapshot_from_id = {snapshot}" if snapshot is not None else ""
    return f"{literal(metadata)}{chosen}"
