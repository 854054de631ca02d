"""How long rules take over many rows: verdicts, and then the places of the failing rows.

    python benchmarks/quality_speed.py [--rows 5000000] [--rounds 3]

Fifteen row rules, a primary key and a reference into a tenth as many keys, on two threads and 2 GB. Each
figure is of a process of its own; docs/benchmarks.md says what was promised.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from wavehouse.core.columns import Column
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.quality.dataset import Dataset
from wavehouse.quality.dqdl.parse import parse
from wavehouse.quality.plan import compile_rules

_MEMORY = 2_000_000_000
_COLUMNS = {
    "id": "string",
    "artist_id": "string",
    "name": "string",
    "popularity": "int",
    "duration_ms": "bigint",
    "explicit": "int",
    "danceability": "double",
    "energy": "double",
    "loudness": "double",
    "tempo": "double",
    "released": "date",
    "kind": "string",
    "key": "int",
    "seen": "timestamp",
}
_RULES = """
Rules = [
  IsPrimaryKey "id",
  ReferentialIntegrity "artist_id" "artists.id" = 1.0,
  ColumnValues "id" matches "[0-9A-Za-z]{22}",
  ColumnValues "artist_id" matches "[0-9A-Za-z]{22}",
  ColumnLength "name" between 0 and 200,
  ColumnValues "name" != EMPTY,
  ColumnValues "popularity" between -1 and 101,
  ColumnValues "duration_ms" > 0,
  ColumnValues "explicit" in [0, 1],
  ColumnValues "danceability" >= 0,
  ColumnValues "energy" between -0.001 and 0.9,
  ColumnValues "loudness" <= 0,
  ColumnValues "tempo" > 0,
  ColumnValues "released" > "1950-01-02",
  ColumnValues "kind" in ["album", "single", "compilation"],
  ColumnValues "key" between -1 and 12,
  DataFreshness "seen" <= 100 hours
]
"""


def make(folder: Path, rows: int) -> None:
    """Write the rows, of which about a tenth fail some rule, and the keys to refer to."""
    ident = "substr(md5({0}) || md5('x' || {0}), 1, 22)"
    keys = rows // 10
    connection = duckdb.connect(config={"threads": 2})
    connection.execute(
        f"COPY (SELECT {ident.format('i::VARCHAR')} AS id, "
        f"{ident.format(f'((hash(i) % {keys})::BIGINT)::VARCHAR')} AS artist_id, "
        "'Name of track ' || (i % 100000) AS name, (hash(i) % 101)::INTEGER AS popularity, "
        "(hash(i * 3) % 300000)::BIGINT AS duration_ms, (i % 2)::INTEGER AS explicit, "
        "(hash(i * 5) % 1000) / 1000.0::DOUBLE AS danceability, "
        "(hash(i * 7) % 1000) / 1000.0::DOUBLE AS energy, "
        "-((hash(i * 11) % 60000) / 1000.0)::DOUBLE AS loudness, "
        "60 + (hash(i * 13) % 150)::DOUBLE AS tempo, "
        "DATE '1950-01-01' + (hash(i) % 27000)::INTEGER AS released, "
        "['album', 'single', 'compilation'][i % 3 + 1] AS kind, (i % 12)::INTEGER AS key, "
        "TIMESTAMP '2024-01-01' + INTERVAL (i % 100000) SECOND AS seen "
        f"FROM range({rows}) AS t(i)) TO '{folder / 'rows.parquet'}' (FORMAT parquet, COMPRESSION zstd)"
    )
    connection.execute(
        f"COPY (SELECT {ident.format('i::VARCHAR')} AS id FROM range({keys}) AS t(i)) "
        f"TO '{folder / 'keys.parquet'}' (FORMAT parquet)"
    )


def judge(folder: Path) -> None:
    """Judge the rows once; prints seconds of the verdicts, of the failing rows, and the peak in MB."""
    engine = DuckDBEngine(memory=_MEMORY, scratch=folder / "scratch", threads=2)
    columns = tuple(Column(name, type_) for name, type_ in _COLUMNS.items())
    rows = Dataset(
        columns,
        engine.parquet([str(folder / "rows.parquet")], with_position=True),
        now="TIMESTAMP '2024-01-03 00:00:00'",
        place=("filename", "file_row_number"),
    )
    references = {
        "artists": Dataset((Column("id", "string"),), engine.parquet([str(folder / "keys.parquet")]))
    }
    plan = compile_rules(parse(_RULES), columns, {"artists": references["artists"].columns})
    clock = time.perf_counter()
    verdicts = plan.judge(engine, rows, references)
    judged = time.perf_counter() - clock
    failed = [index for index, verdict in enumerate(verdicts) if verdict.failed_rows]
    clock = time.perf_counter()
    engine.execute(f"CREATE TEMP TABLE failing AS {plan.failing(rows, references, failed, engine)}")
    placed = time.perf_counter() - clock
    ((found,),) = engine.rows("SELECT count(*) FROM failing")
    engine.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(judged, placed, peak, found, len(failed))


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--judge", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.judge:
        judge(options.judge)
        return
    with tempfile.TemporaryDirectory(prefix="wavehouse-bench-") as folder:
        make(Path(folder), options.rows)
        rounds = []
        for _ in range(options.rounds):
            done = subprocess.run(
                [sys.executable, __file__, "--judge", folder], capture_output=True, text=True, check=True
            )
            rounds.append([float(figure) for figure in done.stdout.split()])
    for name, at in (("verdicts", 0), ("failing rows", 1)):
        figures = sorted(one[at] for one in rounds)
        print(f"{name:<14} {statistics.median(figures):6.2f} s  ({figures[0]:.2f}–{figures[-1]:.2f})")
    both = statistics.median(one[0] + one[1] for one in rounds)
    print(f"{'both':<14} {both:6.2f} s; peak {max(one[2] for one in rounds):,.0f} MB")
    print(f"{options.rows:,} rows, 17 rules, of which {rounds[0][4]:.0f} fail in {rounds[0][3]:,.0f} rows")


if __name__ == "__main__":
    main()
