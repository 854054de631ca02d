"""How long a run with the Spark engine takes beside PySpark written by hand for the same files.

    python -m benchmarks.spark_speed [--scale 1] [--rounds 3] [--master local[2]] [--keep DIR]

Whole processes, taken in turn (by hand, run, by hand, run, …), as in run_speed.py. Nothing is asserted.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.run_speed import Measured, generated, measure, parser_of, show, show_ratios


def main() -> None:
    """Measure, and print a table."""
    parser = parser_of(__doc__)
    parser.add_argument("--master", default="local[2]")
    options = parser.parse_args()
    os.environ["WAVEHOUSE_SPARK_MASTER"] = options.master
    work = Path(tempfile.mkdtemp(prefix="wavehouse-bench-"))
    wavehouse = [sys.executable, "-m", "wavehouse"]
    try:
        files = generated(options.keep or work, options.scale)
        lake, bare = work / "lake", work / "by hand"
        by_hand: list[Measured] = []
        runs: list[Measured] = []
        for _ in range(options.rounds):
            for made in (lake, bare):
                shutil.rmtree(made, ignore_errors=True)
            by_hand.append(
                measure(
                    [sys.executable, "-m", "benchmarks.bare_spark", str(files), str(bare), options.master]
                )
            )
            load = [
                *wavehouse,
                "run",
                "--engine",
                "spark",
                "--from",
                str(files),
                "--lake",
                str(lake),
                "--json",
            ]
            runs.append(measure(load))
        show("PySpark by hand", by_hand)
        show("wavehouse run, Spark", runs)
        show_ratios("run / by hand", runs, by_hand)
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
