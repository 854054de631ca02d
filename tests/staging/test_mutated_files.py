"""Whatever happens to a file on its way: rejected with a reason, or every record of it written or kept aside.

2,000 files at every run, always the same; 20,000 others with the profile `nightly`. The first half is here,
the second in `test_mutated_files_again.py`, so that two workers share them. Hypothesis looks for files of its
own besides, and finds the smallest that fails.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, event, given, settings
from tests.staging.mutations import CONTRACTS, MutatedFile, mutated_files, valid_file
from tests.staging.mutations_run import CHUNKS, outcome, run_chunk

if TYPE_CHECKING:
    from tests.staging.conftest import Lab, MakeLab


@pytest.fixture
def lab(make_lab: MakeLab) -> Lab:
    """A lab with the contracts of the mutated files."""
    return make_lab(*CONTRACTS.values())


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(CHUNKS // 2))
def test_mutated_files(lab: Lab, chunk: int) -> None:
    run_chunk(lab, chunk)


@given(file=mutated_files())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_mutated_files_that_hypothesis_looks_for(lab: Lab, file: MutatedFile) -> None:
    event(outcome(lab, file))


@pytest.mark.parametrize("source", CONTRACTS)
def test_what_is_mutated_was_valid(lab: Lab, source: str) -> None:
    for seed in range(20):
        content = valid_file(Random(seed), CONTRACTS[source])  # noqa: S311
        file = MutatedFile(CONTRACTS[source], CONTRACTS[source].files[0], content, ())
        assert outcome(lab, file) == "loaded"
