"""Numbers of bytes as people read them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal


def size(count: int) -> str:
    """Bytes as people read them (decimal units)."""
    amount = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{_tenths(amount)} {unit}"
        amount /= 1000
    return f"{_tenths(amount)} TB"


def _tenths(amount: float) -> Decimal:
    """Rounded as a browser does it: what lies in the middle goes up."""
    return Decimal(amount).quantize(Decimal("0.1"), ROUND_HALF_UP)
