"""Many mutated files, read as the pipeline reads them and held against an independent reader."""

from __future__ import annotations

import shutil
from collections import Counter
from random import Random, SystemRandom

from hypothesis import settings
from tests.staging.conftest import Lab
from tests.staging.mutations import MutatedFile, mutated_file
from tests.staging.mutations_reader import disagreement

from wavehouse.core.errors import RejectedError

_NIGHTLY = settings().max_examples >= 1_000
CHUNKS = 20
FILES_PER_CHUNK = 1_000 if _NIGHTLY else 100
# The same files at every run, but at night, when nobody waits for what is known.
_FIRST_SEED = SystemRandom().randrange(1 << 40) if _NIGHTLY else 0


def outcome(lab: Lab, file: MutatedFile) -> str:
    """What became of a file: rejected, loaded or loaded in part; `AssertionError` where that is wrong."""
    try:
        reading = lab.read(file.content, file.name)
    except RejectedError as error:
        told = error.what and error.remedy and file.mutations
        if not told:
            raise AssertionError(f"a valid file rejected, or for no reason: {error}\n{file}") from error
        return "rejected"
    except Exception as error:
        raise AssertionError(f"{type(error).__name__}: {error}\n{file}") from error
    wrong = disagreement(reading, file.content, file.contract)
    assert not wrong, f"{wrong}\n{file}"
    assert file.mutations or not reading.aside, f"of a valid file, rows were kept aside\n{file}"
    return "in part" if reading.aside else "loaded"


def run_chunk(lab: Lab, chunk: int) -> None:
    """Read the files of one chunk; a failure names the seed that makes the file again."""
    seen: Counter[str] = Counter()
    for at in range(FILES_PER_CHUNK):
        seed = _FIRST_SEED + chunk * FILES_PER_CHUNK + at
        try:
            seen[outcome(lab, mutated_file(Random(seed)))] += 1  # noqa: S311
        except AssertionError as error:
            raise AssertionError(f"mutated_file(Random({seed})): {error}") from error
    # A check that everything would pass is none: files of each kind must have come by.
    assert min(seen[kind] for kind in ("rejected", "in part", "loaded")) > FILES_PER_CHUNK // 20, seen
    shutil.rmtree(lab.folder)
