"""What the answers of commands say for the records of steps: rows, bytes, snapshots and warnings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from wavehouse.wiring.parts import Document

if TYPE_CHECKING:
    from wavehouse.pipeline.schedules.definition import Step

# Rows of a query that a step asks for: nobody sees them, but a query that fails is one.
MOST_ROWS = 10_000
# Warnings that a record keeps.
_MOST = 50


def told(step: Step, document: Document) -> dict[str, Any]:
    """The fields of a `StepRun` that the answer of its command has; none of a command that gave no answer."""
    if not document:
        return {}
    return _written(document) if step.write else _TOLD[step.action](document)


def _run(document: Document) -> dict[str, Any]:
    tables, sources = document["tables"].values(), document["sources"].values()
    return {
        "run_id": document["run_id"],
        "rows_in": sum(one["rows_in"] for one in sources),
        "rows_out": sum(one["rows_out"] for one in sources),
        "rows_quarantined": sum(one["rows_quarantined"] for one in sources),
        "bytes": sum(one["bytes"] for one in (*tables, *document["outputs"].values())),
        "snapshots": {name: one["snapshot_id"] for name, one in document["tables"].items()},
        "warnings": [*document["notes"], *_rejected(document), *_failed(document["rules"])][:_MOST],
    }


def _check(document: Document) -> dict[str, Any]:
    return {
        "rows_in": sum(one["rows_in"] for one in document["files"]),
        "rows_out": sum(one["rows_out"] for one in document["files"]),
        "rows_quarantined": document["quarantined"],
        "warnings": [*_rejected(document), *_failed(document["rules"])][:_MOST],
    }


def _crawl(document: Document) -> dict[str, Any]:
    problems = [f"{one['kind']}: {one['path']}: {one['what']}" for one in document["problems"]]
    rows = sum(one.get("rows") or 0 for one in document["tables"])
    return {"rows_out": rows, "warnings": problems[:_MOST]}


def _sql(document: Document) -> dict[str, Any]:
    more = [f"only the first {MOST_ROWS:,} rows were asked for"] if document["truncated"] else []
    return {"rows_out": len(document["rows"]), "warnings": more}


def _written(document: Document) -> dict[str, Any]:
    """What a statement says that writes: how many rows, where it is of rows."""
    match document["rows"]:
        case [[int() as rows]]:
            return {"rows_out": rows}
    return {}


def _rejected(document: Document) -> list[str]:
    return [f"rejected: {one['reason']}" for one in document["rejected"]]


def _failed(rules: Sequence[dict[str, Any]]) -> list[str]:
    failed = [rule for rule in rules if not rule["passed"]]
    return [f"{rule['source']}: {rule['rule']}: {rule['reason'] or 'it fails'}" for rule in failed]


_TOLD: dict[str, Callable[[Document], dict[str, Any]]] = {
    "run": _run,
    "check": _check,
    "crawl": _crawl,
    "compact": lambda document: {"rows_out": sum(one["rows"] for one in document["tables"])},
    "vacuum": lambda document: {"bytes": document["bytes"]},
    "refresh": lambda document: {"warnings": [*document["notes"], *document["problems"]]},
    "sql": _sql,
    "report": lambda document: {"bytes": sum(one["bytes"] for one in document["files"])},
}
