"""How far a slider goes, in which steps, and what its ends stand for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from wavehouse.dashboards.controls import Control
from wavehouse.dashboards.view import Range

# Of numbers that are not whole there are some hundreds of steps, if no step is given.
_HUNDREDS = 2


@dataclass(frozen=True)
class Slider:
    """From `low` in steps of `step` to `high`, which is a step."""

    low: int | float
    high: int | float
    step: int | float

    def range(self, low: float, high: float) -> Range:
        """What its two ends are set to; at the end of its way an end is open."""
        # (Browsers reckon in binary: half a step is near enough.)
        near = self.step / 2
        return Range(
            None if low < self.low + near else _plain(low), None if high > self.high - near else _plain(high)
        )


def slider_of(control: Control, bounds: Range) -> Slider | None:
    """The slider of a range between these bounds; None where there are none.

    Bounds that are found in the data are widened to whole steps, so that the first and the last value can be
    chosen; one that is given is where it ends, or the last step before.
    """
    try:
        # (Decimals are texts, as NaN and infinite numbers are, which are no bounds.)
        least, most = Fraction(str(bounds.low)), Fraction(str(bounds.high))
    except ValueError:
        return None
    step = Fraction(str(control.step)) if control.step is not None else _step(bounds, most - least)
    low = least if control.min is not None else math.floor(least / step) * step
    steps = math.ceil((most - low) / step) if control.max is None else max(1, (most - low) // step)
    return Slider(_number(low), _number(low + steps * step), _number(step))


def _step(bounds: Range, span: Fraction) -> Fraction:
    if (isinstance(bounds.low, int) and isinstance(bounds.high, int)) or span <= 0:
        return Fraction(1)
    return min(Fraction(1), Fraction(10) ** (math.floor(math.log10(span)) - _HUNDREDS))


def _number(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else float(value)


def _plain(value: float) -> int | float:
    return int(value) if value == int(value) else value
