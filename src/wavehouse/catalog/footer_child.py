"""A process that reads footers of Parquet files, and may die of one: it holds nothing that would be lost.

Arrow's reader ends its process for some footers that are damaged, or were made for that. Of each file it gets
the size and the end (`footers.py`), and answers by a line of JSON.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from wavehouse.catalog.footers import HEAD
from wavehouse.catalog.parquet_footer import read_footer
from wavehouse.core.errors import RejectedError


def answer(content: bytes, size: int) -> dict[str, Any]:
    """What a footer says, or why it cannot be read."""
    try:
        footer = read_footer(content, size)
    except RejectedError as error:
        return {"what": error.what, "remedy": error.remedy}
    except Exception as error:
        return {"what": f"its footer cannot be read ({type(error).__name__}: {error})"}
    return {
        "columns": [[column.name, column.type] for column in footer.columns],
        "rows": footer.rows,
        "obstacles": footer.obstacles,
        "notes": footer.notes,
    }


def main() -> None:
    """Answer until nobody asks any more."""
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    while len(head := asked.read(HEAD.size)) == HEAD.size:
        size, length = HEAD.unpack(head)
        answers.write(json.dumps(answer(asked.read(length), size)).encode() + b"\n")
        answers.flush()


if __name__ == "__main__":
    main()
