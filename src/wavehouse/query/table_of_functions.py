"""Which functions of Athena are covered, and how: docs/athena-functions.md is made of these lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from wavehouse.query.calls import signature
from wavehouse.query.coverage import refused_words
from wavehouse.query.functions import AGGREGATES, INSTEAD, SCALARS, WINDOWS, Function
from wavehouse.query.syntax.lambdas import LAMBDAS

SAME, REWRITE = "same", "same, with a rewrite"
_PLAIN = re.compile(r"(?P<name>\w+)\([^()]*\)(?:\{tail\})?")


def as_markdown() -> Iterator[str]:
    """The lines of the page's tables."""
    for title, functions in (
        ("Functions of a row", SCALARS),
        ("Aggregates", AGGREGATES),
        ("Window functions", WINDOWS),
    ):
        yield from (f"## {title}", "", "| function | here | |", "|---|---|---|")
        by_name: dict[str, list[Function]] = {}
        for one in functions:
            by_name.setdefault(one.name, []).append(one)
        yield from (_row(name, by_name[name]) for name in sorted(by_name))
        yield ""
    yield from ("## With a lambda", "", ", ".join(f"`{name}`" for name in sorted(LAMBDAS)) + ".", "")
    yield from ("## Refused by name", "", "| | instead |", "|---|---|")
    yield from (f"| `{name}` | {_cell(INSTEAD[name])} |" for name in sorted(INSTEAD))
    yield from (f"| {_cell(name)} | {_cell(instead)} |" for name, instead in sorted(refused_words()))


def how(function: Function) -> str:
    """Whether the engine's own function of that name does it."""
    found = _PLAIN.fullmatch(function.duckdb) if isinstance(function.duckdb, str) else None
    return SAME if found and found["name"] == function.name and not function.why else REWRITE


def _row(name: str, functions: Iterable[Function]) -> str:
    functions = [*functions]
    takes = " · ".join(dict.fromkeys(f"`{signature(one)}`" for one in functions))
    here = SAME if all(how(one) == SAME for one in functions) else REWRITE
    why = "; ".join(dict.fromkeys(one.why for one in functions if one.why))
    return f"| **{name}** {_cell(takes)} | {here} | {_cell(why)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
