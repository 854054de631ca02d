"""How a terminal shows what a project is on AWS."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.text import Text

from wavehouse.terminal.tables import print_table

Document = dict[str, Any]


def _plan(console: Console, document: Document) -> None:
    console.print(Text(f"{document['stack']}: {sum(document['resources'].values())} resources"))
    rows = [[kind.removeprefix("AWS::"), count] for kind, count in document["resources"].items()]
    print_table(console, ["resource", "count"], rows, numeric=("count",))
    for job, nodes in document["jobs"].items():
        console.print(Text(f"  {job}: a visual job of {nodes} nodes"), soft_wrap=True)
    cost = document["cost"]
    console.print(Text(f"A month, with {cost['rows']:,} rows: about ${cost['usd']:,.2f} (us-east-1)"))
    lines = [[line["what"], line["how"], f"{line['usd']:,.2f}"] for line in cost["lines"]]
    print_table(console, ["", "how much", "USD"], lines, numeric=("USD",))
    for note in (*cost["notes"], *document["notes"]):
        console.print(Text(f"note: {note}", style="yellow"), soft_wrap=True)
    for path in document["files"].values():
        console.print(Text(f"written: {path}"), soft_wrap=True)


AWS_KINDS: dict[str, Callable[[Console, Document], None]] = {"aws plan": _plan}
