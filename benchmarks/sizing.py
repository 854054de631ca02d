"""What a catalogue of so many tracks takes: worked out from what rows, files and commits cost here.

    python -m benchmarks.sizing [--small 0.1] [--large 1] [--spark-small 0.05] [--spark-large 0.3]

Two sizes of a catalogue are loaded, by DuckDB and by Spark; two numbers of files are committed. Of each, what
a row (or a file) costs is the difference of the two, and the rest is what a run costs by itself. Times are
those of processors, of all processes that a command starts: they hardly depend on what else a machine does.
The table is a straight line through these points, no measurement of its sizes.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.run_speed import generated

from wavehouse.core.columns import Column
from wavehouse.core.table_name import TableName
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.lake.change import TableChange
from wavehouse.lake.field_ids import plan_schema
from wavehouse.lake.layout import lake_at
from wavehouse.lake.statement_commit import StatementCommitter

_ROWS = (1_000_000, 10_000_000, 100_000_000, 1_000_000_000)
_TRACKS = TableName("spotify", "tracks")
_FILES = (200, 1000)
# Bytes of a file that Spark's tasks write of a large partition, about: half a gigabyte of rows on their way
# (engines/spark_session.py) is a quarter of that in Parquet.
_FILE = 128e6
# A DPU of Glue is 4 virtual processors, each a thread of a processor's two
# (https://docs.aws.amazon.com/glue/latest/dg/add-job.html); its price in most regions is 0.44 USD an hour.
_PROCESSORS, _USD = 4, 0.44
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Loaded:
    """A catalogue that was loaded: its rows, processor seconds, and what its table takes."""

    rows: int
    seconds: float
    bytes: int
    files: int
    csv: int


@dataclass(frozen=True)
class Line:
    """What something costs: `each`, and `once`."""

    once: float
    each: float

    @classmethod
    def through(cls, points: Sequence[tuple[float, float]]) -> Line:
        """The line through two points; what it would cost before anything is there is at least nothing."""
        (x, y), (far_x, far_y) = points
        each = (far_y - y) / (far_x - x)
        return cls(max(0.0, y - each * x), each)

    def at(self, count: float) -> float:
        """What so many cost."""
        return self.once + self.each * count


def main() -> None:
    """Measure, and print the table of docs/scaling.md."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    for name, scale in (("small", 0.1), ("large", 1.0), ("spark-small", 0.05), ("spark-large", 0.3)):
        parser.add_argument(f"--{name}", type=float, default=scale)
    parser.add_argument("--keep", type=Path, help="directory for the files, kept for the next measurement")
    options = parser.parse_args()
    work = Path(tempfile.mkdtemp(prefix="wavehouse-sizing-"))
    try:
        files = options.keep or work
        duckdb = [_loaded(work, files, scale, "duckdb") for scale in (options.small, options.large)]
        spark = [_loaded(work, files, scale, "spark") for scale in (options.spark_small, options.spark_large)]
        commits = [_committed(work, count) for count in _FILES]
    finally:
        shutil.rmtree(work, ignore_errors=True)
    _show(duckdb, spark, commits)


def _loaded(work: Path, kept: Path, scale: float, engine: str) -> Loaded:
    """Load a catalogue of that scale into a new lake."""
    files, lake = generated(kept, scale), work / f"{engine}-{scale:g}"
    command = ["run", "--engine", engine, "--from", str(files), "--lake", str(lake), "--json"]
    answer, seconds = _measured([sys.executable, "-m", "wavehouse", *command])
    table = json.loads(answer)["tables"][str(_TRACKS)]
    csv = sum(path.stat().st_size for path in files.glob("*.csv"))
    shutil.rmtree(lake)
    print(f"{engine} {scale:g}: {table['rows']:,} rows, {seconds:.1f} processor seconds", file=sys.stderr)
    return Loaded(table["rows"], seconds, table["bytes"], table["files"], csv)


def _measured(command: list[str]) -> tuple[str, float]:
    """What a command says, and the processor seconds of it and of all that it has started."""
    with tempfile.TemporaryFile() as answer:
        process = subprocess.Popen(command, stdout=answer, stderr=subprocess.DEVNULL, start_new_session=True)
        seconds: dict[int, float] = {}
        while process.poll() is None:
            # (Java is nobody's child at the end: it is looked at while it lives.)
            seconds |= _processes(process.pid)
            time.sleep(0.05)
        if process.returncode:
            raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
        answer.seek(0)
        return answer.read().decode(), sum(seconds.values())


def _processes(session: int) -> dict[int, float]:
    """The processor seconds of every process of a session (see proc(5), /proc/[pid]/stat)."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            told = path.read_text("utf-8", "replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(told[3]) == session:
            found[int(path.parent.name)] = (int(told[11]) + int(told[12])) / _TICK
    return found


def _committed(work: Path, count: int) -> tuple[int, float, int]:
    """So many files in one snapshot: their number, processor seconds, and the bytes of its manifests."""
    layout = lake_at(work / f"commits-{count}", create=True)
    layout.remember_catalog()
    table = TableName("sizes", "commits")
    plan = plan_schema(str(table), [Column("id", "bigint"), Column("name", "string")], None)
    engine = DuckDBEngine(memory=500_000_000, scratch=layout.scratch)
    folder = Path(layout.data(table, "sizing"))
    one = engine.write_parquet("SELECT 1 AS id, 'x' AS name", str(folder), field_ids=plan.ids)[0].location
    names = [str(folder / f"p-{number}.parquet") for number in range(count)]
    for name in names:
        shutil.copy(one, name)
    Path(one).unlink()
    committer = StatementCommitter(layout)
    try:
        begun = time.process_time()
        committer.publish(engine, TableChange(table, plan, names, None, count), "sizing", "insert")
        seconds = time.process_time() - begun
    finally:
        committer.close()
        engine.close()
    manifests = sum(path.stat().st_size for path in Path(layout.table(table)).glob("metadata/*.avro"))
    print(f"{count:,} files committed in {seconds:.2f} processor seconds", file=sys.stderr)
    return count, seconds, manifests


def _show(
    duckdb: Sequence[Loaded], spark: Sequence[Loaded], commits: Sequence[tuple[int, float, int]]
) -> None:
    size = Line.through([(one.rows, float(one.bytes)) for one in duckdb])
    csv = Line.through([(one.rows, float(one.csv)) for one in duckdb])
    local = Line.through([(one.rows, one.seconds) for one in duckdb])
    cluster = Line.through([(one.rows, one.seconds) for one in spark])
    commit = Line.through([(float(count), seconds) for count, seconds, _ in commits])
    manifest = Line.through([(float(count), float(bytes_)) for count, _, bytes_ in commits])
    print(
        f"DuckDB: {local.once:.1f} s + {1e6 * local.each:.2f} s a million rows; "
        f"Spark: {cluster.once:.1f} s + {1e6 * cluster.each:.2f} s; "
        f"commit: {commit.once:.2f} s + {1000 * commit.each:.2f} s a thousand files\n"
    )
    heads = [
        "tracks",
        "CSV",
        "Parquet",
        "files",
        "manifests",
        "commit",
        "DuckDB",
        "Spark",
        "DPU-hours",
        "USD",
    ]
    print(f"| {' | '.join(heads)} |\n|{'--:|' * len(heads)}")
    for rows in _ROWS:
        files = max(duckdb[-1].files, round(size.at(rows) / _FILE))
        hours = cluster.at(rows) / 3600 / _PROCESSORS
        told = [
            f"{rows / 1e6:,.0f} M",
            f"{csv.at(rows) / 1e9:,.1f} GB",
            f"{size.at(rows) / 1e9:,.2f} GB",
            f"{files:,}",
            f"{manifest.at(files) / 1e3:,.0f} kB",
            f"{commit.at(files):.1f} s",
            _time(local.at(rows)),
            _time(cluster.at(rows)),
            f"{hours:,.2f}",
            f"{hours * _USD:,.2f}",
        ]
        print(f"| {' | '.join(told)} |")


def _time(seconds: float) -> str:
    return f"{seconds:,.0f} s" if seconds < 600 else f"{seconds / 3600:,.1f} h"


if __name__ == "__main__":
    main()
