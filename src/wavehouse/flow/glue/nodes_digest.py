"""By which one sees whether a job's graph in Glue is that of the file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

NODES_TAG = "wavehouse:nodes"


def nodes_digest(nodes: Mapping[str, Any]) -> str:
    """The SHA-256 of a graph's nodes, in hexadecimal digits: what the job's tag says."""
    return hashlib.sha256(json.dumps(nodes, sort_keys=True).encode()).hexdigest()
