"""How long a crawl of many Parquet files takes, and one of the same tree again.

    python -m benchmarks.crawl_speed [--files 10000] [--keep DIR]

Half of the files lie in folders of a key that they do not have, and become an external table with partitions;
the other half becomes an Iceberg table, which they are added to as they are. Every figure is of a whole
process. Nothing is asserted; docs/benchmarks.md says what was promised.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from pathlib import Path

import pyarrow as pa
from benchmarks.run_speed import measure, show
from pyarrow import parquet as pq

_PER_FOLDER = 50


def generate(root: Path, files: int) -> None:
    """Write the files: of 20 rows and ten columns each, no two the same."""
    names = [f"score_{at}" for at in range(8)]
    for at in range(files):
        key = at // 2
        columns = {
            "id": [f"t{at}-{row}" for row in range(20)],
            "plays": list(range(at, at + 20)),
            **{name: [row / 7 + at for row in range(20)] for name in names},
        }
        folder = root / "adopted" if at % 2 else root / "partitioned" / f"day={key // _PER_FOLDER}"
        folder.mkdir(parents=True, exist_ok=True)
        content = io.BytesIO()
        pq.write_table(pa.table(columns), content)
        (folder / f"{key}.parquet").write_bytes(content.getvalue())


def main() -> None:
    """Measure, and print a line for each crawl."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = options.keep or Path(folder)
        root = place / "landing"
        if not root.exists():
            generate(root, options.files)
        # The same place is crawled into one lake after the other.
        for kind, more in (("external alone", ["--external"]), ("half of it Iceberg", [])):
            command = [sys.executable, "-m", "wavehouse", "crawl", str(root), "--database", "raw", "--json"]
            command += ["--lake", str(place / f"lake-{kind.split()[0]}"), *more]
            first, again = measure(command), measure(command)
            show(f"{kind}: first", [first])
            show(f"{kind}: again", [again])
            print(
                f"{'':<26} again / first: {again.wall / first.wall:.1%} wall, {again.cpu / first.cpu:.1%} cpu"
            )


if __name__ == "__main__":
    main()
