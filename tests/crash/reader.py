"""Somebody who reads all the time: writes down everything that was ever to be seen.

    python -m tests.crash.reader LAKE FILE

Each line of FILE is a JSON object: `table`, `run`, `rows` and `digest` of what a table showed, each once, or
`error`. It reads whenever the catalog says something else, what is shown now and what was shown before: a
query may take its time. It ends when its stdin does.
"""

from __future__ import annotations

import hashlib
import json
import select
import sys
import tempfile
import traceback
from collections.abc import Iterable
from pathlib import Path

from tests.crash.oracle import Row
from tests.crash.place import rows_of

from wavehouse.core.table_head import TableHead
from wavehouse.engines.engine import Engine
from wavehouse.lake.bookmark import RUN
from wavehouse.lake.head import LakeHead
from wavehouse.lake.layout import LakeLayout
from wavehouse.wiring.parts import open_engine

_PAUSE = 0.01  # seconds between two looks at the catalog


def digest(rows: Iterable[Row]) -> str:
    """What rows are compared by, in another process."""
    return hashlib.sha256(repr(list(rows)).encode()).hexdigest()


def _sighting(head: TableHead, engine: Engine) -> dict[str, object]:
    rows = rows_of(head, engine)
    return {
        "table": str(head.name),
        "run": head.properties.get(RUN, ""),
        "rows": len(rows),
        "told": head.rows,
        "digest": digest(rows),
    }


def _version(catalog: Path) -> object:
    """What is another after every commit: the counter in the file's header, and when it was written."""
    try:
        with catalog.open("rb") as file:
            return file.read(28)[24:], catalog.stat().st_mtime_ns
    except FileNotFoundError:
        return None


def main() -> None:
    """Read until stdin ends."""
    lake, path = sys.argv[1:]
    shown: dict[str, TableHead] = {}
    layout = LakeLayout(Path(lake))
    read: object = None
    with tempfile.TemporaryDirectory() as scratch, Path(path).open("w", encoding="utf-8") as file:
        engine = open_engine(Path(scratch), layout.s3)
        file.write(json.dumps({"table": "", "rows": 0}) + "\n")
        file.flush()
        while not select.select([sys.stdin], [], [], _PAUSE)[0]:
            if read == (version := _version(layout.catalog)):
                continue
            read = version
            try:
                heads = {str(head.name): head for head in LakeHead(layout).heads()}
                changed = [name for name, head in heads.items() if head != shown.get(name)]
                both = [one for name in changed for one in (shown.get(name), heads[name]) if one]
                sightings = [_sighting(head, engine) for head in both]
                shown = heads
            except Exception:
                sightings = [{"error": traceback.format_exc()}]
            for sighting in sightings:
                file.write(json.dumps(sighting) + "\n")
            if sightings:
                file.flush()
        engine.close()


if __name__ == "__main__":
    main()
