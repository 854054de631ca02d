"""The findings of `flow lint`, as people read them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from rich.console import Console
from rich.text import Text

_STYLES = {"error": "red", "warning": "yellow", "note": "dim"}


def show_findings(console: Console, document: dict[str, Any]) -> None:
    """Each finding with its place and the mend, and how many there are of each severity."""
    for finding in document["findings"]:
        head = Text(f"{finding['code']} {finding['severity']}", style=_STYLES[finding["severity"]])
        console.print(Text.assemble(head, f"  {finding['where']}"), soft_wrap=True)
        for part in (finding["message"], finding["remedy"]):
            if part:
                whole = part[:1].upper() + part[1:]
                ended = whole if whole.endswith((".", "?", "!")) else f"{whole}."
                console.print(Text(f"  {ended}"), soft_wrap=True)
    counts = Counter(finding["severity"] for finding in document["findings"])
    said = ", ".join(f"{count} {one}{'' if count == 1 else 's'}" for one in _STYLES if (count := counts[one]))
    style = next((_STYLES[one] for one in ("error", "warning") if counts[one]), "green")
    console.print(Text(said or "nothing found", style=style))
