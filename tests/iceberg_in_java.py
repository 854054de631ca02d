"""Iceberg's own reader and writer, in Java: a package of the tests brings it, and their Spark runs it."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.spark_session import JARS, session

from wavehouse.core.columns import Column, element_type
from wavehouse.core.sql_text import identifier
from wavehouse.core.table_head import TableHead
from wavehouse.engines.engine import Engine
from wavehouse.engines.spark_types import catalog_type, quoted
from wavehouse.lake.head import table_folder

Rows = Counter[str]
# The catalog of tables that are somebody else's, which has them in folders: `others.db.t` lies in `db/t`.
OTHERS = "others"


class JavaIceberg:
    """Reads any table by its metadata file, and has a catalog of its own in a folder."""

    def __init__(self, warehouse: Path) -> None:
        if not JARS:
            pytest.skip(
                "Iceberg in Java comes with a package that this Python cannot have (requirements/dev.in)"
            )
        self.warehouse = warehouse
        self._session: Any = session().newSession()
        place = f"spark.sql.catalog.{OTHERS}"
        for name, value in {
            "": "org.apache.iceberg.spark.SparkCatalog",
            ".type": "hadoop",
            ".warehouse": str(warehouse),
            # The one of the session says no scheme, which Iceberg asks for.
            ".hadoop.fs.file.impl": "org.apache.hadoop.fs.LocalFileSystem",
            ".hadoop.fs.file.impl.disable.cache": "true",
        }.items():
            self._session.conf.set(f"{place}{name}", value)

    def sql(self, *statements: str) -> list[tuple[Any, ...]]:
        """Run statements; returns the rows of the last one."""
        rows: list[Any] = []
        for one in statements:
            rows = self._session.sql(one).collect()
        return [tuple(row) for row in rows]

    def rewrite(self, name: str) -> int:
        """Write all data files of a table of the catalog anew; returns how many those were."""
        actions = self._iceberg.spark.actions.SparkActions.get(self._session._jsparkSession)
        action = actions.rewriteDataFiles(self._table(name)).option("rewrite-all", "true")
        return int(action.execute().rewrittenDataFilesCount())

    def delete_equal(self, name: str, column: str, value: str) -> None:
        """Delete the rows of a table of the catalog that have this text, by a file that says so."""
        table, iceberg = self._table(name), self._iceberg
        field = table.schema().findField(column)
        schema = iceberg.Schema(self._session._jvm.java.util.List.of(field))
        ids = self._session.sparkContext._gateway.new_array(self._session._jvm.int, 1)
        ids[0] = field.fieldId()
        output = table.io().newOutputFile(f"{table.location()}/data/deleted.parquet")
        encrypted = iceberg.encryption.EncryptedFiles.plainAsEncryptedOutput(output)
        writers = iceberg.data.GenericAppenderFactory(table.schema(), table.spec(), ids, schema, None)
        writer = writers.newEqDeleteWriter(encrypted, iceberg.FileFormat.PARQUET, None)
        record = iceberg.data.GenericRecord.create(schema)
        record.setField(column, value)
        writer.write(record)
        writer.close()
        table.newRowDelta().addDeletes(writer.toDeleteFile()).commit()

    def columns(self, metadata: str, snapshot: int | None = None) -> tuple[Column, ...]:
        """The columns of a table, in our words."""
        fields = self._read(metadata, snapshot).schema.fields
        return tuple(Column(field.name, catalog_type(field.dataType.simpleString())) for field in fields)

    def rows(self, metadata: str, columns: Sequence[Column], snapshot: int | None = None) -> Rows:
        """Its rows, each as text."""
        values = (
            f"unix_micros({quoted(one.name)})" if one.type == "timestamptz" else quoted(one.name)
            for one in columns
        )
        return _texts(self._read(metadata, snapshot).selectExpr(*values).collect())

    def measures(
        self, metadata: str, columns: Sequence[Column], *, told: bool, vectorized: bool
    ) -> tuple[Any, ...]:
        """Counts of rows and of values, and the extremes: `told` by metadata where that has them, or counted.

        (Of lists it has nothing, of texts and fractions no extremes that are certain.)
        """
        values = ["count(*)"]
        for one in columns:
            if element_type(one.type) is None:
                values.append(f"count({quoted(one.name)})")
                if one.type not in ("string", "double", "float"):
                    values += [f"{which}({quoted(one.name)})" for which in ("min", "max")]
        said = {"aggregate-push-down-enabled": told, "vectorization-enabled": vectorized}
        table = self._read(metadata, options={name: str(value).lower() for name, value in said.items()})
        return tuple(table.selectExpr(*values).collect()[0])

    def count(self, metadata: str, condition: str) -> int:
        """How many rows are such: Java leaves out files by what metadata says of them."""
        table = self._read(metadata, options={"vectorization-enabled": "false"})
        return len(table.where(condition).selectExpr("id").collect())

    def files(self, metadata: str) -> set[tuple[str, int]]:
        """The data files of a table with their rows, as its metadata table says."""
        found = self._read(metadata, kind="files").where("content = 0")
        found = found.select("file_path", "record_count").collect()
        return {(path.removeprefix("file://"), count) for path, count in found}

    def snapshots(self, metadata: str) -> set[int]:
        """Its snapshots, as its metadata table says."""
        found = self._read(metadata, kind="snapshots").select("snapshot_id").collect()
        return {one for (one,) in found}

    @property
    def _iceberg(self) -> Any:
        return self._session._jvm.org.apache.iceberg

    def _table(self, name: str) -> Any:
        return self._iceberg.spark.Spark3Util.loadIcebergTable(
            self._session._jsparkSession, f"{OTHERS}.{name}"
        )

    def _read(
        self,
        metadata: str,
        snapshot: int | None = None,
        kind: str = "",
        options: dict[str, str] | None = None,
    ) -> Any:
        reader = self._session.read.format("iceberg").options(**options or {})
        if snapshot is not None:
            reader = reader.option("snapshot-id", snapshot)
        return reader.load(f"file://{metadata}{f'#{kind}' if kind else ''}")


def rows_here(engine: Engine, metadata: str, columns: Sequence[Column], snapshot: int | None = None) -> Rows:
    """What `JavaIceberg.rows` should say, by an engine of ours."""
    values = ", ".join(
        f"epoch_us({identifier(one.name)})" if one.type == "timestamptz" else identifier(one.name)
        for one in columns
    )
    return _texts(engine.rows(f"SELECT {values} FROM {engine.iceberg(metadata, snapshot)}"))


def copied(head: TableHead, java: JavaIceberg, name: str) -> None:
    """Give Java's catalog a table of a lake: as `db.t` it has the same files, and gets new ones elsewhere."""
    place = java.warehouse / name.replace(".", "/")
    shutil.rmtree(place, ignore_errors=True)
    (place / "metadata").mkdir(parents=True)
    metadata = json.loads(Path(head.metadata).read_text("utf-8"))
    assert metadata["location"] == f"file://{table_folder(head.metadata)}"
    metadata |= {"location": f"file://{place}", "metadata-log": []}
    (place / "metadata" / "v1.metadata.json").write_text(json.dumps(metadata), "utf-8")
    (place / "metadata" / "version-hint.text").write_text("1", "utf-8")


def _texts(rows: Sequence[Sequence[Any]]) -> Rows:
    return Counter(repr(tuple(row)) for row in rows)
