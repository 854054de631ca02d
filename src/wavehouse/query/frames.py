"""The frame of a window: ROWS and GROUPS with whole numbers, RANGE with a distance to one number."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from wavehouse.core.errors import QueryError
from wavehouse.query.constants import constant
from wavehouse.query.functions import FRAMED
from wavehouse.query.refusals import place, uncovered
from wavehouse.query.trino_types import WHOLE, is_decimal

_CURRENT = "CURRENT ROW"


def frame(spec: exp.WindowSpec, name: str, keys: Sequence[str]) -> str:
    """The text of a frame for the function `name` in the order of keys of these types.

    Raises `QueryError` for one that is not covered and for one that Trino has not either.
    """
    kind = str(spec.args.get("kind") or "").upper()
    if name not in FRAMED:
        raise uncovered(spec.parent, f"a frame for {name}()")
    start, start_side = _edge(spec, "start")
    end, end_side = _edge(spec, "end") if spec.args.get("end") else (_CURRENT, "")
    _check(spec, f"{start} {start_side}".rstrip(), f"{end} {end_side}".rstrip())
    distances = [one for one in (start, end) if one not in (_CURRENT, "UNBOUNDED")]
    if kind == "GROUPS" and not keys:
        raise QueryError("a frame of GROUPS needs ORDER BY", where=place(spec.parent))
    whole = all(one.isdigit() for one in distances)
    fits = {
        "ROWS": whole,
        "GROUPS": whole,
        "RANGE": bool(keys) and (not distances or _are_distances(distances, keys)),
    }
    if not fits.get(kind):
        raise uncovered(spec.parent, f"a {kind} frame like this", "Use ROWS BETWEEN …")
    texts = [
        f"{one if one in (_CURRENT, 'UNBOUNDED') or one.isdigit() else _sql(one)} {side}".rstrip()
        for one, side in ((start, start_side), (end, end_side))
    ]
    return f"{kind} BETWEEN {texts[0]} AND {texts[1]}"


def _are_distances(distances: Sequence[str], keys: Sequence[str]) -> bool:
    """Whether one can go so far from a value of the one key, in exact numbers."""
    if len(keys) != 1:
        return False
    whole = all(one.isdigit() for one in distances)
    decimals = all("e" not in one.lower() for one in distances)
    return (keys[0] in WHOLE and whole) or (is_decimal(keys[0]) and decimals)


def _sql(number: str) -> str:
    return constant(exp.Literal(this=number, is_string=False)).sql


def _edge(spec: exp.WindowSpec, name: str) -> tuple[str, str]:
    """An end of the frame, as text of the query, and on which side it is."""
    value, side = spec.args.get(name), str(spec.args.get(f"{name}_side") or "").upper()
    if value == _CURRENT:
        return _CURRENT, ""
    if isinstance(value, exp.Literal) and not value.is_string:
        value = value.name
    elif value != "UNBOUNDED":
        raise uncovered(spec.parent, "a frame with anything but constants")
    if side not in ("PRECEDING", "FOLLOWING"):
        raise uncovered(spec.parent, "a frame without PRECEDING or FOLLOWING")
    return str(value), side


def _check(spec: exp.WindowSpec, start: str, end: str) -> None:
    """Trino's rules for the ends: https://trino.io/docs/current/functions/window.html ."""
    if start == "UNBOUNDED FOLLOWING":
        raise QueryError("a frame cannot start with UNBOUNDED FOLLOWING", where=place(spec.parent))
    backwards = end == "UNBOUNDED PRECEDING" or (
        (start == _CURRENT and end.endswith("PRECEDING"))
        or (start.endswith("FOLLOWING") and not end.endswith("FOLLOWING"))
    )
    if backwards:
        raise QueryError(f"a frame that starts with {start} cannot end with {end}", where=place(spec.parent))
