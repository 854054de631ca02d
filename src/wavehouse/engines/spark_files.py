"""The files that Spark writes: the lake's own, which Iceberg takes, and those for other programs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sqlglot import exp

from wavehouse.core.sql_text import literal_list
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.engines.engine import FileForm, WrittenFile
from wavehouse.engines.spark_types import quoted

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame


def ordering(statement: exp.Expr) -> list[exp.Expr]:
    """Take the order of its rows off a query, and return the terms: who writes them puts them in order."""
    order = statement.args.get("order")
    if not isinstance(order, exp.Order) or statement.args.get("limit"):
        return []
    statement.set("order", None)
    return list(order.expressions)


def write_parquet(rows: DataFrame, directory: str, order: Sequence[Column], partition_by: str | None) -> None:
    """Write rows as files of a table, below `directory`."""
    from pyspark.sql import functions as f

    if partition_by:
        # Spark takes the column by which it makes folders out of the files, where Iceberg needs it: so that
        # is another one. (Hive's folders have one name for NULL and the empty text, too.)
        folder = _free("_p", rows.columns)
        value = f.concat(f.lit("v"), f.col(quoted(partition_by)).cast("string"))
        rows = rows.withColumn(folder, f.coalesce(value, f.lit("null")))
        # By the partition, so that each has few files; one that is too much for a task is shared by several
        # (https://spark.apache.org/docs/3.5.3/sql-ref-syntax-qry-select-hints.html).
        spread = "SELECT /*+ REBALANCE({folder}) */ * FROM {rows}".replace("{folder}", quoted(folder))
        rows = rows.sparkSession.sql(spread, rows=rows)
        writer = rows.sortWithinPartitions(f.col(folder), *order).write.partitionBy(folder)
    else:
        writer = (rows.orderBy(*order) if order else rows).write
    writer.parquet(directory)


def written(directory: str, files: DuckDBEngine) -> list[WrittenFile]:
    """The files below `directory`, in order of their rows; those without rows are removed."""
    found = sorted(str(path) for path in Path(directory).rglob("*.parquet"))
    if not found:
        return []
    counted: dict[str, int] = dict(
        files.rows(f"SELECT file_name, num_rows FROM parquet_file_metadata({literal_list(found)})")
    )
    for empty in (name for name in found if not counted[name]):
        # Iceberg's readers do not expect a data file without rows.
        Path(empty).unlink()
    return [WrittenFile(name, counted[name], Path(name).stat().st_size) for name in found if counted[name]]


def write_files(
    rows: DataFrame, directory: Path, form: FileForm, order: Sequence[Column], partition_by: Sequence[str]
) -> list[WrittenFile]:
    """Write rows for other programs, into `directory`."""
    from pyspark.sql import Observation
    from pyspark.sql import functions as f

    count = Observation()
    if partition_by:
        keys = [f.col(quoted(name)) for name in partition_by]
        rows = rows.repartition(*keys).sortWithinPartitions(*keys, *order)
    elif order:
        rows = rows.orderBy(*order)
    before = set(directory.rglob("*"))
    writer = rows.observe(count, f.count(f.lit(1)).alias("rows")).write.mode("append")
    for name, value in _options(form).items():
        writer = writer.option(name, value)
    if partition_by:
        writer = writer.partitionBy(*partition_by)
    writer.format(form.format).save(str(directory))
    made = sorted(path for path in set(directory.rglob("*")) - before if path.is_file())
    files = [WrittenFile(str(path), 0, path.stat().st_size) for path in made]
    total = int(count.get["rows"])
    return [WrittenFile(file.location, 0 if at else total, file.size) for at, file in enumerate(files)]


def _options(form: FileForm) -> dict[str, str]:
    said = {"compression": form.compression or "none"}
    if form.format == "csv":
        said |= {
            "header": "true",
            "escape": '"',
            "timestampNTZFormat": "yyyy-MM-dd HH:mm:ss[.SSSSSS]",
            "timestampFormat": "yyyy-MM-dd HH:mm:ss[.SSSSSS]XXX",
        }
    if form.format == "json":
        said["ignoreNullFields"] = "false"
    return said


def _free(name: str, taken: Sequence[str]) -> str:
    while name.casefold() in {one.casefold() for one in taken}:
        name += "_"
    return name
