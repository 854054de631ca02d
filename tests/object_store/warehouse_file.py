"""The file by which the tables of a lake lie in a bucket."""

from __future__ import annotations

import json
from pathlib import Path

from tests.object_store.seaweedfs import REGION


def write_warehouse_file(root: Path, location: str, url: str) -> None:
    """Say that the tables of the lake in `root` lie at `location` (s3://…), which is reached by `url`."""
    written = {"location": location, "endpoint": url, "region": REGION}
    (root / "warehouse.json").write_text(json.dumps(written), encoding="utf-8")
