"""Documents as people read them: one function per kind, the same content that `--json` gives."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from wavehouse.core.byte_sizes import size
from wavehouse.terminal.aws_documents import AWS_KINDS
from wavehouse.terminal.catalog_documents import CATALOG_KINDS
from wavehouse.terminal.crawl_documents import CRAWL_KINDS
from wavehouse.terminal.dashboard_documents import DASHBOARD_KINDS
from wavehouse.terminal.flow_documents import FLOW_KINDS
from wavehouse.terminal.quality_documents import QUALITY_KINDS
from wavehouse.terminal.query_documents import QUERY_KINDS
from wavehouse.terminal.schedule_documents import SCHEDULE_KINDS, workflow_runs
from wavehouse.terminal.tables import print_table
from wavehouse.terminal.upkeep_documents import UPKEEP_KINDS

Document = dict[str, Any]


def show(kind: str, document: Document) -> None:
    """Print a document of one of the kinds below."""
    _KINDS[kind](Console(highlight=False), document)


def _init(console: Console, document: Document) -> None:
    path = document["path"]
    there = "" if path == "." else f"cd {path} && "
    following = f"{there}wavehouse run --from DIR"
    if document["empty"]:
        following = f"write a flow into {path}/flows, then {there}wavehouse run"
    console.print(f"The project is in {path}. Next: {following}", markup=False, soft_wrap=True)


def _demo(console: Console, document: Document) -> None:
    lake = document["lake"]
    question = "SELECT genre, count(*) AS tracks FROM spotify.tracks GROUP BY genre ORDER BY 2 DESC LIMIT 5"
    lines = [
        f"The files are in {document['files']}, the lake is {lake}. Ask it:",
        f'  {_command()} sql "{question}" --lake {lake}',
        f"  {_command()} tables --lake {lake}",
    ]
    console.print("\n".join(lines), markup=False, soft_wrap=True)


def _command() -> str:
    """What a shell finds: `wavehouse`, or the path by which it was called."""
    if shutil.which("wavehouse"):
        return "wavehouse"
    called = Path(sys.argv[0])
    return str(called) if called.name == "wavehouse" else f"{Path(sys.executable).name} -m wavehouse"


def _generate(console: Console, document: Document) -> None:
    for name, path in document["files"].items():
        console.print(f"{path}: {document['rows'][name]:,} rows", markup=False, soft_wrap=True)
    if document["planted"]:
        console.print(f"{document['planted']}: what was planted, and where", markup=False, soft_wrap=True)


def _plan(console: Console, document: Document) -> None:
    rows = [["new", f["file"], f["source"], size(f["size"])] for f in document["new"]]
    rows += [["waiting", f["file"], f["source"], size(f["size"])] for f in document["waiting"]]
    rows += [["known", file, "", ""] for file in document["known"]]
    print_table(console, ["", "file", "source", "size"], rows, numeric=("size",))
    for file in document["rejected"]:
        console.print(Text(f"rejected: {file['reason']}", style="red"))
    if document["rebuild"]:
        console.print(f"every loaded file would be read again: {document['why']}", markup=False)
    for reason in document["flows"]:
        console.print(reason, markup=False)
    if not document["would_change"]:
        console.print("nothing would change")


def _stage(console: Console, document: Document) -> None:
    rows = [[f["name"], f["source"], f["records"], f["path"]] for f in document["files"]]
    if rows:
        print_table(console, ["file", "source", "rows", "landed as"], rows, numeric=("rows",))
    for name in document["known"]:
        console.print(f"{name}: the lake has it already", markup=False)
    for file in document["rejected"]:
        console.print(Text(f"rejected: {file['reason']}", style="red"))


def _snapshots(console: Console, document: Document) -> None:
    rows = [
        [
            str(s["snapshot_id"]),
            s["committed_at"][:19].replace("T", " "),
            s["rows"],
            s["action"] or s["operation"],
            "current" if s["current"] else "",
        ]
        for s in document["snapshots"]
    ]
    print_table(console, ["snapshot", "shown from (UTC)", "rows", "made by", ""], rows, numeric=("rows",))


def _queries(console: Console, document: Document) -> None:
    print_table(
        console, ["query", "what it tells"], [[q["name"], q["description"]] for q in document["queries"]]
    )


def _runs(console: Console, document: Document) -> None:
    rows = [
        [
            r["run_id"],
            Text(r["status"], style="green" if r["status"] == "done" else "red"),
            "published" if r["changed"] else "–",
            f"{r['seconds']:.1f}",
            sum(s["rows_in"] for s in r["sources"].values()),
            sum(s["rows_quarantined"] for s in r["sources"].values()),
            r["error"],
        ]
        for r in document["runs"]
    ]
    columns = ["run", "status", "tables", "seconds", "rows read", "quarantined", "error"]
    print_table(console, columns, rows, numeric=("seconds", "rows read", "quarantined"))
    if document["workflows"]:
        console.print()
        workflow_runs(console, document["workflows"])


_KINDS: dict[str, Callable[[Console, Document], None]] = {
    "init": _init,
    "demo": _demo,
    "generate": _generate,
    "plan": _plan,
    "stage": _stage,
    "snapshots": _snapshots,
    "queries": _queries,
    "runs": _runs,
    **QUERY_KINDS,
    **DASHBOARD_KINDS,
    **CATALOG_KINDS,
    **QUALITY_KINDS,
    **FLOW_KINDS,
    **CRAWL_KINDS,
    **UPKEEP_KINDS,
    **SCHEDULE_KINDS,
    **AWS_KINDS,
}
