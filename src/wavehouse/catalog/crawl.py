"""A crawl from its beginning to its end: look, compare, register, remember."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime

from wavehouse.catalog.changes import Difference
from wavehouse.catalog.classifiers import CsvClassifier
from wavehouse.catalog.crawler import Found, Place, compare, look
from wavehouse.catalog.definition import CrawlerDefinition
from wavehouse.catalog.known_tables import known_tables
from wavehouse.catalog.registration import register
from wavehouse.core.data_catalog import ExternalTables
from wavehouse.core.progress import Progress
from wavehouse.core.run_record import new_id
from wavehouse.lake.head import LakeHead
from wavehouse.lake.layout import LakeLayout


@dataclass(frozen=True)
class Crawled:
    """What a crawl found, and the changes that it made, or would make."""

    found: Found
    differences: Sequence[Difference]


def crawl(
    crawler: CrawlerDefinition,
    place: Place,
    classifiers: Sequence[CsvClassifier],
    layout: LakeLayout,
    external: ExternalTables,
    progress: Progress,
    lock: AbstractContextManager[object] | None = None,
    *,
    dry_run: bool = False,
) -> Crawled:
    """Crawl what the crawler names (an absolute path, or s3://…), and change the catalog, but in a dry run.

    `lock` is the lake's, taken when the files are read; None where the caller holds it. Raises what `look`
    and `register` do.
    """
    found = look(crawler, place, classifiers, progress)
    with lock if lock and not dry_run else nullcontext():
        if not dry_run:
            layout.remember_catalog()
        differences = compare(found, known_tables(crawler.name, LakeHead(layout), external))
        if not dry_run:
            run = new_id(datetime.now(UTC))
            registered = register(crawler, differences, external, layout, run, progress)
            found.problems += registered.problems
            memory = found.memory(differences, registered.names)
            if memory != found.before:
                place.memory.save(memory)
    return Crawled(found, differences)
