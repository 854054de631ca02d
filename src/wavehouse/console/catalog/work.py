"""What the page of the catalog asks and has done: documents as the commands of the same names give them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wavehouse.console.background import Job, Jobs
from wavehouse.console.shown_rows import ShownRows
from wavehouse.engines.readers import Stop
from wavehouse.pipeline.rollback import Rollback

Document = dict[str, Any]


@dataclass(frozen=True)
class CatalogWork:
    """Questions are about a table by its name, `lineage` about `database.table.column`.

    `sample` gives the columns (name, type) and some rows; it and `statistics` end when stopped.
    `roll_back` takes a table, a snapshot and the plan that was shown (None: nothing is done yet);
    `crawl` a place, options and whether to do nothing yet.
    """

    tables: Callable[[], Document]
    describe: Callable[[str], Document]
    partitions: Callable[[str], Document]
    statistics: Callable[[str, Stop], Document]
    versions: Callable[[str], Document]
    snapshots: Callable[[str], Document]
    properties: Callable[[str], Document]
    lineage: Callable[[str], Document]
    sample: Callable[[str, Stop], tuple[Sequence[tuple[str, str]], ShownRows]]
    roll_back: Callable[[str, str, Rollback | None, Job | None], Rollback]
    crawl: Callable[[str, Mapping[str, Any], bool, Job | None], Document]
    jobs: Jobs
