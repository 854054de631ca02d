"""The second half of the mutated files (see `test_mutated_files.py`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.staging.mutations import CONTRACTS
from tests.staging.mutations_run import CHUNKS, run_chunk

if TYPE_CHECKING:
    from tests.staging.conftest import MakeLab


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(CHUNKS // 2, CHUNKS))
def test_mutated_files(make_lab: MakeLab, chunk: int) -> None:
    run_chunk(make_lab(*CONTRACTS.values()), chunk)
