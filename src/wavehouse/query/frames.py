"""The frame of a window: ROWS with constants, RANGE only from and to whole groups of peers."""

from __future__ import annotations

from sqlglot import exp

from wavehouse.query.functions import FRAMED
from wavehouse.query.refusals import uncovered


def frame(spec: exp.WindowSpec, name: str, *, ordered: bool) -> str:
    """The text of a frame for the function `name`; raises `QueryError` for one that is not covered."""
    kind = str(spec.args.get("kind") or "").upper()
    if name not in FRAMED:
        raise uncovered(spec.parent, f"a frame for {name}()")
    start = _edge(spec, "start")
    end = _edge(spec, "end") if spec.args.get("end") else "CURRENT ROW"
    offsets = any(character.isdigit() for character in start + end)
    if kind not in ("ROWS", "RANGE") or (kind == "RANGE" and (offsets or not ordered)):
        raise uncovered(spec.parent, f"a {kind} frame like this", "Use ROWS BETWEEN …")
    return f"{kind} BETWEEN {start} AND {end}"


def _edge(spec: exp.WindowSpec, name: str) -> str:
    value, side = spec.args.get(name), str(spec.args.get(f"{name}_side") or "").upper()
    if value == "CURRENT ROW":
        return "CURRENT ROW"
    if isinstance(value, exp.Literal) and not value.is_string and value.name.isdigit():
        value = value.name
    elif value != "UNBOUNDED":
        raise uncovered(spec.parent, "a frame with anything but constants")
    if side not in ("PRECEDING", "FOLLOWING"):
        raise uncovered(spec.parent, "a frame without PRECEDING or FOLLOWING")
    return f"{value} {side}"
