"""How far the tests go: `make test` looks at some of all there is, `make nightly` at the whole."""

from __future__ import annotations

import os

NIGHTLY = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"


def some(ordinarily: int, nightly: int) -> int:
    """So many."""
    return nightly if NIGHTLY else ordinarily
