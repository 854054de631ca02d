"""How long a run takes whose tables lie in a bucket, beside one whose tables lie in its directory.

    python -m benchmarks.bucket_speed [--scale 1] [--rounds 3] [--keep DIR]

The bucket is SeaweedFS's on loopback, as of the tests. Whole processes, taken in turn (disk, bucket, disk,
…), as in run_speed.py: a run, and a query over all tracks. Nothing is asserted.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.run_speed import Measured, generated, measure, parser_of, show, show_ratios
from tests.object_store.seaweedfs import S3Server, known_server
from tests.object_store.warehouse_file import write_warehouse_file

_ASKED = "SELECT artist_name, avg(track_popularity) FROM spotify.tracks GROUP BY 1 ORDER BY 2 DESC LIMIT 20"

_PLACES = ("disk", "bucket")


def main() -> None:
    """Measure, and print a table."""
    options = parser_of(__doc__).parse_args()
    work = Path(tempfile.mkdtemp(prefix="wavehouse-bench-"))
    try:
        files = generated(options.keep or work, options.scale)
        with known_server() as server:
            os.environ.update(server.environment)
            _measure(work, files, server, options.rounds)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _measure(work: Path, files: Path, server: S3Server, rounds: int) -> None:
    runs: dict[str, list[Measured]] = {where: [] for where in _PLACES}
    queries: dict[str, list[Measured]] = {where: [] for where in _PLACES}
    client = server.client()
    for number in range(rounds):
        for where in _PLACES:
            lake = work / f"{where}-{number}"
            lake.mkdir()
            if where == "bucket":
                client.create_dir(f"bench-{number}")
                write_warehouse_file(lake, f"s3://bench-{number}/lake", server.url)
            wavehouse = [sys.executable, "-m", "wavehouse"]
            load = [*wavehouse, "run", "--from", str(files), "--lake", str(lake), "--json"]
            runs[where].append(measure(load))
            queries[where].append(measure([*wavehouse, "sql", _ASKED, "--lake", str(lake), "--json"]))
    for what, measured in (("run", runs), ("query", queries)):
        for where, found in measured.items():
            show(f"{what}, {where}", found)
        show_ratios(f"{what}, bucket / disk", measured["bucket"], measured["disk"])


if __name__ == "__main__":
    main()
