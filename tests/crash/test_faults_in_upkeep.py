"""Going back, putting together, tidying up and landing, cut off at any operation: done again, it is done."""

from __future__ import annotations

import pytest
from tests.crash.points import Fault
from tests.crash.scenes import NAMES, RUNS, Theatre
from tests.crash.walk import walked, walks

pytestmark = pytest.mark.slow

_UPKEEP = tuple(name for name in NAMES if name not in RUNS)


@pytest.mark.parametrize(("theatre", "name", "fault"), walks(_UPKEEP), indirect=["theatre"])
def test_no_row_is_lost_or_doubled_and_no_reader_sees_a_part(
    theatre: Theatre, name: str, fault: Fault
) -> None:
    assert walked(theatre, name, fault) == []
