"""How long a run takes and how much memory it needs, side by side with a bare DuckDB statement.

    python benchmarks/run_speed.py [--scale 1] [--rounds 3] [--keep DIR]

Every figure is of whole processes, taken in turn in one run (bare, run, bare, run, …): machines are noisy,
ratios of neighbours are not. Nothing is asserted; docs/benchmarks.md says what was promised.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Measured:
    """One process: wall and processor seconds, and the peak of its resident memory in MB."""

    wall: float
    cpu: float
    peak: float


def measure(command: list[str]) -> Measured:
    """Run a command to its end; its output is thrown away."""
    clock = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None  # noqa: S101
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - clock
    process.stderr.close()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}:\n{said.decode()}")
    return Measured(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000)


def show(name: str, runs: list[Measured]) -> None:
    """The median of each figure, with the extremes of the wall time."""
    walls = sorted(run.wall for run in runs)
    print(
        f"{name:<26} {statistics.median(walls):7.2f} s  ({walls[0]:.2f}–{walls[-1]:.2f})"
        f"  cpu {statistics.median(run.cpu for run in runs):6.2f} s"
        f"  peak {max(run.peak for run in runs):6.0f} MB"
    )


def show_ratios(name: str, runs: list[Measured], others: list[Measured]) -> None:
    """How the wall time of each run compares with its neighbour's."""
    ratios = sorted(run.wall / other.wall for run, other in zip(runs, others, strict=True))
    print(
        f"{name}, wall, pair by pair: median {statistics.median(ratios):.2f}"
        f" ({ratios[0]:.2f}–{ratios[-1]:.2f})"
    )


def generated(folder: Path, scale: float) -> Path:
    """The files of a catalogue of that scale below `folder`, made if they are not there yet."""
    files = folder / f"files-{scale:g}"
    if not files.exists():
        measure([sys.executable, "-m", "wavehouse", "generate", str(files), "--scale", f"{scale:g}"])
    return files


def parser_of(doc: str | None) -> argparse.ArgumentParser:
    """The options of a measurement in rounds; `doc` says in its first line what is measured."""
    parser = argparse.ArgumentParser(description=(doc or "").splitlines()[0])
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="directory for the files, kept for the next measurement")
    return parser


def main() -> None:
    """Measure, and print a table."""
    options = parser_of(__doc__).parse_args()
    work = Path(tempfile.mkdtemp(prefix="wavehouse-bench-"))
    wavehouse = [sys.executable, "-m", "wavehouse"]
    try:
        files = generated(options.keep or work, options.scale)
        lake, bare = work / "lake", work / "bare"
        load = [*wavehouse, "run", "--from", str(files), "--lake", str(lake), "--json"]
        runs: list[Measured] = []
        bares: list[Measured] = []
        for _ in range(options.rounds):
            shutil.rmtree(bare, ignore_errors=True)
            bares.append(measure([sys.executable, "benchmarks/bare.py", str(files), str(bare)]))
            shutil.rmtree(lake, ignore_errors=True)
            runs.append(measure(load))
        nothing = [measure(load) for _ in range(options.rounds)]
        helps = [measure([*wavehouse, "--help"]) for _ in range(options.rounds)]
    finally:
        shutil.rmtree(work, ignore_errors=True)
    size = sum(path.stat().st_size for path in files.glob("*.csv")) / 1e6 if files.exists() else 0
    print(f"scale {options.scale:g}" + (f", {size:,.0f} MB of CSV" if size else ""))
    show("bare DuckDB statement", bares)
    show("wavehouse run", runs)
    show("wavehouse run, nothing new", nothing)
    show("wavehouse --help", helps)
    show_ratios("run / bare", runs, bares)


if __name__ == "__main__":
    main()
