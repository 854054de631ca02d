"""Landing alone: files wait in `staging/` until the next run takes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from wavehouse.core.progress import Progress, step
from wavehouse.core.run_record import RejectedFile, new_id
from wavehouse.lake.layout import lake_at
from wavehouse.lake.lock import writing
from wavehouse.pipeline.arrivals import Landing
from wavehouse.pipeline.ledger import waiting_files, write_batch
from wavehouse.pipeline.offer import no_file_left, offered
from wavehouse.pipeline.published import last_publish
from wavehouse.project.catalog_setting import project_catalog
from wavehouse.project.contracts import read_contracts
from wavehouse.project.project import Project
from wavehouse.staging.finding import find_files
from wavehouse.staging.landed_file import LandedFile
from wavehouse.staging.landing import Arrival
from wavehouse.staging.seen import SeenFiles


@dataclass(frozen=True)
class Staged:
    """What was landed; `batch` is empty where everything was known or refused."""

    batch: str
    files: list[LandedFile]
    known: list[Path]
    rejected: list[RejectedFile]


def stage(
    root: Path, project: Project, progress: Progress, paths: Sequence[Path], time: datetime | None = None
) -> Staged:
    """Land what the lake does not have; `time` is the time of the batch, else now.

    Raises `RejectedError` when every file was refused.
    """
    find_files(paths)
    layout = lake_at(root, create=True, catalog=project_catalog(project))
    now = datetime.now(UTC)
    batch = new_id(now)
    with writing(layout, progress):
        ledger = last_publish(layout).ledger
        seen = SeenFiles(layout.seen)
        waiting = waiting_files(layout, ledger)
        offer = offered(paths, ledger, waiting, seen, lru_cache(lambda: read_contracts(project)), time)
        landing = Landing(layout, batch, time or now, seen)
        try:
            files = _land(landing, offer.new, progress)
            if files or offer.again:
                write_batch(layout, batch, [*files, *offer.again])
                seen.save()
        except BaseException:
            landing.undo()
            raise
        finally:
            landing.close()
    rejected = [*offer.rejected, *landing.rejected]
    if not files and not offer.known:
        raise no_file_left(rejected)
    return Staged(batch if files else "", files, offer.known, rejected)


def _land(landing: Landing, arrivals: Sequence[Arrival], progress: Progress) -> list[LandedFile]:
    if not arrivals:
        return []
    with step(progress, "land") as summary:
        landing.start(arrivals)
        files = [file for source in landing.sources for file in landing.wait_for(source)]
        landing.wait_until_durable()
        summary.text = f"{len(files)} files, {sum(file.size for file in files) / 1e6:,.0f} MB"
    return files
