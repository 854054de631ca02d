"""A run that dies, or whose disk fails, at any operation: the next makes it good, and nobody saw a part."""

from __future__ import annotations

import pytest
from tests.crash.points import Fault
from tests.crash.scenes import RUNS, Theatre
from tests.crash.walk import walked, walks

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("theatre", "name", "fault"), walks(RUNS), indirect=["theatre"])
def test_no_row_is_lost_or_doubled_and_no_reader_sees_a_part(
    theatre: Theatre, name: str, fault: Fault
) -> None:
    assert walked(theatre, name, fault) == []
