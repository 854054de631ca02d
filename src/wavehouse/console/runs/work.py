"""What the page of runs asks and has done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wavehouse.console.background import Job, Jobs
from wavehouse.core.run_record import RunRecord
from wavehouse.lake.lock import Holder


@dataclass(frozen=True)
class RunsWork:
    """`newest` gives so many records, `one` that of an id; `writer` says who writes to the lake.

    `run` does a run over files and folders, everything again or not; `jobs` are those of this server.
    """

    newest: Callable[[int], Sequence[RunRecord]]
    one: Callable[[str], RunRecord]
    writer: Callable[[], Holder | None]
    run: Callable[[Job, Sequence[str], bool], RunRecord]
    jobs: Jobs
