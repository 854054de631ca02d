"""Documents about flows, as people read them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rich.console import Console

from wavehouse.terminal.flow_findings import show_findings
from wavehouse.terminal.flow_lineage import show_lineage
from wavehouse.terminal.flow_picture import show_flow
from wavehouse.terminal.flow_preview import show_preview
from wavehouse.terminal.tables import print_table


def _flows(console: Console, document: dict[str, Any]) -> None:
    rows = [
        [
            flow["name"],
            flow["nodes"],
            ", ".join(flow["sources"]),
            ", ".join(flow["targets"]),
            flow["description"],
        ]
        for flow in document["flows"]
    ]
    print_table(console, ["flow", "nodes", "reads", "writes", "what it makes"], rows, numeric=("nodes",))


FLOW_KINDS: dict[str, Callable[[Console, dict[str, Any]], None]] = {
    "flows": _flows,
    "flow": show_flow,
    "flow findings": show_findings,
    "flow preview": show_preview,
    "flow lineage": show_lineage,
}
