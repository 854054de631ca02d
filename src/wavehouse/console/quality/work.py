"""What the page of quality asks and has done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from wavehouse.console.background import Job, Jobs
from wavehouse.core.run_record import RunRecord
from wavehouse.pipeline.quarantined import Wanted
from wavehouse.quality.measured import MeasuredRule


@dataclass(frozen=True)
class QualityWork:
    """`judged` is the run with that id, or ('') the newest that judged rules, None where none has.

    `history` has what every rule measured, `aside` is the document of `quarantine list`, after a run or ('')
    now; `retry` judges everything that was kept aside once more.
    """

    judged: Callable[[str], RunRecord | None]
    history: Callable[[], Sequence[MeasuredRule]]
    aside: Callable[[str, Wanted], dict[str, Any]]
    retry: Callable[[Job], RunRecord]
    jobs: Jobs
