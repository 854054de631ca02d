"""How many nodes a kind of node reads."""

from __future__ import annotations

from dataclasses import dataclass

from wavehouse.flow.nodes import KINDS, Source


@dataclass(frozen=True)
class Ports:
    """At least `least` inputs, and no more than `most` (None: any number)."""

    least: int
    most: int | None


def ports(kind: str) -> Ports:
    """What the model of a kind says of its inputs; a kind that is not known takes what stands there."""
    if kind not in KINDS:
        return Ports(0, None)
    if issubclass(KINDS[kind], Source):
        return Ports(0, 0)
    limits = KINDS[kind].model_fields["Inputs"].metadata
    least = next((one.min_length for one in limits if hasattr(one, "min_length")), 0)
    most = next((one.max_length for one in limits if hasattr(one, "max_length")), None)
    return Ports(least, most)
