"""How long a run takes for a batch of what is new, side by side with the full run before it.

    python -m benchmarks.incremental_speed [--scale 10] [--repeat 3] [--keep DIR]

A batch is 1 % of the rows of album.csv: half of them stand in the lake already and have another
album_popularity now, half are new, with their rows in tracks.csv and features.csv. The first batch is of the
newest decade alone, the second one of all decades, of each its share. Every repetition makes a lake of its
own and draws other rows; the figures are of whole processes. Nothing is asserted but that the batches were
taken in increments; docs/reliability.md has the figures.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from benchmarks.run_speed import Measured, measure, show, show_ratios

_WAVEHOUSE = [sys.executable, "-m", "wavehouse"]
_SHARE = 0.01
_QUESTION = "select avg(track_popularity), max(track_name) from spotify.tracks"
_PRUNED = "where release_decade = 1990"

# Of each decade its share, but one row at least. At an odd place stands a row that changes, at an even one
# the pattern of a new row, by an id that no row of the catalogue has.
_PICKED = """
CREATE TABLE picked AS
WITH dated AS (SELECT album_id, track_id, substr(release_date, 1, 3) AS decade,
                      md5(album_id || track_id || '{salt}') AS lot FROM {album}),
     shared AS (SELECT *, (row_number() OVER (PARTITION BY decade ORDER BY lot) - 1)
                          / count(*) OVER (PARTITION BY decade) AS share
                FROM dated WHERE NOT {newest} OR decade = (SELECT max(decade) FROM dated)),
     placed AS (SELECT *, row_number() OVER (ORDER BY share, lot) AS place FROM shared)
SELECT album_id, track_id, place % 2 = 0 AS is_new, substr(lot, 1, 22) AS new_id
FROM placed WHERE place <= {rows}
"""
_ALBUM = """
SELECT file.* REPLACE (
    CASE WHEN is_new THEN new_id ELSE file.track_id END AS track_id,
    (album_popularity::INTEGER + CASE WHEN is_new THEN 0 ELSE {step} END) % 101 AS album_popularity)
FROM {file} AS file JOIN picked USING (album_id, track_id)
"""
_TRACK = "SELECT file.* REPLACE (new_id AS id) FROM {file} AS file JOIN picked ON id = track_id WHERE is_new"
_FILES = {"album.csv": _ALBUM, "tracks.csv": _TRACK, "features.csv": _TRACK}


@dataclass(frozen=True)
class Batch:
    """A batch to draw: by `seed`, and by `step`, which no other batch of its lake has."""

    seed: int
    step: int
    newest: bool

    def write(self, catalogue: Path, target: Path) -> int:
        """Draw it from the files of a catalogue; returns the rows of its album.csv."""
        target.mkdir()
        scratch = target / "drawing.db"  # what does not fit into memory goes beside it
        connection = duckdb.connect(str(scratch))
        files = {name: f"read_csv('{catalogue / name}', all_varchar = true)" for name in _FILES}
        ((rows,),) = connection.sql(f"SELECT count(*) FROM {files['album.csv']}").fetchall()
        mine = round(int(rows) * _SHARE)
        salt = f"{self.seed} {self.step}"
        connection.execute(_PICKED.format(album=files["album.csv"], salt=salt, newest=self.newest, rows=mine))
        for name, sql in _FILES.items():
            query = sql.format(file=files[name], step=self.step)
            connection.execute(f"COPY ({query}) TO '{target / name}' (FORMAT csv, HEADER true)")
        connection.close()
        scratch.unlink()
        return mine


def answer(*args: str) -> dict[str, Any]:
    """What a command says as JSON."""
    done = subprocess.run([*_WAVEHOUSE, *args, "--json"], stdout=subprocess.PIPE, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def load(files: Path, lake: Path) -> Measured:
    """One run over a directory."""
    return measure([*_WAVEHOUSE, "run", "--from", str(files), "--lake", str(lake), "--json"])


def load_batch(files: Path, lake: Path, rows: int) -> Measured:
    """One run over a batch; ends everything where the run did something else than the batch is meant for."""
    measured = load(files, lake)
    record = answer("runs", "show", "last", "--lake", str(lake))
    changes = record["changes"].get("spotify.tracks")
    wanted = {"added": rows // 2, "changed": rows - rows // 2, "removed": 0}
    if record["mode"] != "incremental" or changes != wanted:
        raise SystemExit(f"{wanted} was meant, and done was: {record['mode']} {record['why']} {changes}")
    return measured


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--scale", type=float, default=10.0)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="directory for the files, kept for the next measurement")
    options = parser.parse_args()
    work = Path(tempfile.mkdtemp(prefix="wavehouse-bench-"))
    lake = work / "lake"
    runs: dict[str, list[Measured]] = {
        name: [] for name in ("full run", "batch, newest decade", "batch, all decades", "nothing new")
    }
    full, newest, spread, nothing = runs.values()
    try:
        files = (options.keep or work) / f"files-{options.scale:g}"
        if not files.exists():
            measure([*_WAVEHOUSE, "generate", str(files), "--scale", f"{options.scale:g}"])
            # A hash of a file that has only just been written is not relied on, and would be taken again.
            time.sleep(3)
        for seed in range(options.repeat):
            shutil.rmtree(lake, ignore_errors=True)
            full.append(load(files, lake))
            for step, measured in enumerate((newest, spread), start=1):
                folder = work / f"batch-{seed}-{step}"
                rows = Batch(seed, step, measured is newest).write(files, folder)
                measured.append(load_batch(folder, lake, rows))
            nothing.append(load(files, lake))
        everything, decade = (
            answer("sql", sql, "--lake", str(lake))["scanned_bytes"]
            for sql in (_QUESTION, f"{_QUESTION} {_PRUNED}")
        )
        size = sum(path.stat().st_size for path in files.glob("*.csv")) / 1e6
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print(f"scale {options.scale:g}, {size:,.0f} MB of CSV; batches of {rows:,} album rows")
    for name, measured in runs.items():
        show(name, measured)
    for name, measured in runs.items():
        if measured is not full:
            show_ratios(f"{name} / full run", measured, full)
    print(f"{_QUESTION}: {everything:,} bytes scanned")
    print(f"… {_PRUNED}: {decade:,} bytes scanned ({decade / everything:.2%})")


if __name__ == "__main__":
    main()
