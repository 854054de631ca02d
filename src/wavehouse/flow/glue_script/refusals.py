"""What a script has that Glue Studio does not write: each place, all of them in one error."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from wavehouse.core.errors import DefinitionError

AS_SPARK_SQL = "Write what it does as a SparkSQL node"
_SHOWN = 20
_WIDTH = 60
_LONGEST = 300


class Refused(Exception):  # noqa: N818  # collected, and told at the end
    """A place that is not read: `what` it is and the `remedy`, without a final full stop."""

    def __init__(self, place: ast.AST | int, what: str, remedy: str = "") -> None:
        super().__init__(what)
        self.line: int = place if isinstance(place, int) else getattr(place, "lineno", 1)
        self.what = _cut(what)
        self.remedy = _cut(remedy)


class Unread(Exception):  # noqa: N818  # the place that it comes from has been told already
    """A value comes from a place that was refused."""


def _cut(text: str) -> str:
    """`text` on one line, and no longer than a reader takes: names in a script may have any length."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def quoted(node: ast.AST, lines: Sequence[str]) -> str:
    """The first line of `node` as it is written, cut to a width that fits into a sentence."""
    line = lines[getattr(node, "lineno", 1) - 1].encode("utf-8", "replace")
    start, end = getattr(node, "col_offset", 0), getattr(node, "end_col_offset", None)
    one_line = getattr(node, "end_lineno", None) == getattr(node, "lineno", None)
    text = line[start : end if one_line else None].decode("utf-8", "replace").strip()
    return f"'{text}'" if one_line and len(text) <= _WIDTH else f"'{text[: _WIDTH - 1].rstrip()}…'"


def as_error(refused: Sequence[Refused], where: str) -> DefinitionError:
    """One error for all places of the script `where`, in the order of their lines."""
    places = sorted(refused, key=lambda one: one.line)
    if len(places) == 1:
        return DefinitionError(places[0].what, where=f"{where}:{places[0].line}", remedy=places[0].remedy)
    told = [str(DefinitionError(one.what, where=f"line {one.line}", remedy=one.remedy)) for one in places]
    more = [f"and {len(told) - _SHOWN} more"] if len(told) > _SHOWN else []
    return DefinitionError(
        "\n  ".join([f"{len(told)} places are not read:", *told[:_SHOWN], *more]), where=where
    )
