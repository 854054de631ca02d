"""The crawls at the end of a run: the tables of files that flows write, and whether all say the same of them.

What was crawled is remembered, so that a run that died before it could crawl leaves that to the next one, and
a run with nothing new has nothing to crawl. Imports nothing heavy: every run asks.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from wavehouse.core.errors import RejectedError
from wavehouse.core.progress import Progress
from wavehouse.core.run_record import RunRecord
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.inputs import places_of
from wavehouse.pipeline.outputs import Output
from wavehouse.pipeline.steps import Steps
from wavehouse.project.project import PROJECT_FILE, Project
from wavehouse.store.durable import write_durably

if TYPE_CHECKING:
    from wavehouse.catalog.classifiers import CsvClassifier
    from wavehouse.catalog.crawl import Crawled
    from wavehouse.catalog.definition import CrawlerDefinition
    from wavehouse.core.data_catalog import DataCatalog
    from wavehouse.pipeline.definition import Definition


class Crawl(Protocol):
    """Crawls what a crawler of the project names, whose target is an absolute path; the lock is held."""

    def __call__(
        self, layout: LakeLayout, crawler: CrawlerDefinition, classifiers: tuple[CsvClassifier, ...]
    ) -> tuple[Crawled, DataCatalog]:
        """What was found, and the catalog as it is then."""


def crawl_outputs(
    layout: LakeLayout,
    project: Project,
    written: Sequence[Output],
    crawl: Crawl,
    definition: Callable[[], Definition],
    progress: Progress,
    record: RunRecord,
    check: Callable[[], object] = lambda: None,
) -> None:
    """Crawl the folders that flows have `written`, as the last publish knows them, since the last time.

    `check` is called before, and raises for a definition that is wrong: a misspelt `crawlers` has none.
    Raises `RejectedError` where the catalog, the files and the Iceberg table of the same rows disagree then;
    the next run crawls again.
    """
    outputs = [one for one in written if one.run]
    crawled = _Crawled(layout, project, outputs)
    if not outputs or crawled.are_these:
        return
    check()
    forget_crawls(layout)
    steps = Steps(record, progress)
    wrong: list[RejectedError] = []
    for crawler, classifiers, seen in _crawlers(layout, project, outputs):
        with steps.working(f"crawl {crawler.name}") as step:
            done, catalog = crawl(layout, crawler, classifiers)
            step.rows_in = step.rows_out = sum(one.after.rows or 0 for one in done.differences if one.after)
        told = [f"{one.name} {one.change}" for one in done.differences]
        steps.finish(f"crawl {crawler.name}", ", ".join(told) or "no tables")
        wrong += _disagreements(layout, seen, crawler, done, definition(), catalog)
    if wrong:
        raise wrong[0]
    crawled.save()


def _disagreements(
    layout: LakeLayout,
    outputs: Sequence[Output],
    crawler: CrawlerDefinition,
    done: Crawled,
    definition: Definition,
    catalog: DataCatalog,
) -> Iterator[RejectedError]:
    from wavehouse.pipeline.agreement import disagreement

    target = Path(crawler.target)
    made = [one.after for one in done.differences if one.after]
    for output in outputs:
        folder = output.at_home(layout).path
        if not folder.is_relative_to(target):
            continue  # (a part of it says nothing of the whole)
        if what := disagreement(folder, output, made, definition.targets, catalog):
            inside = [one for one in done.found.problems if (target / one.path).is_relative_to(folder)]
            said = [f"{one.path}: {one.what}" for one in inside[:1]]
            yield RejectedError(
                "; ".join([what, *said, "the tables are published all the same"]),
                where=output.written,
                remedy="Have the files written anew: wavehouse run --full; or see what the crawler sees: "
                f"wavehouse crawl {crawler.name} --dry-run --explain",
            )


def forget_crawls(layout: LakeLayout) -> None:
    """Let the next run crawl again whatever flows have written."""
    _remembered(layout).unlink(missing_ok=True)


def _remembered(layout: LakeLayout) -> Path:
    return layout.crawls / "outputs.json"


def _crawlers(
    layout: LakeLayout, project: Project, outputs: Sequence[Output]
) -> Iterator[tuple[CrawlerDefinition, tuple[CsvClassifier, ...], list[Output]]]:
    """The crawlers of a project that look at what flows write, with what they try, and which of it.

    Their targets are absolute.

    Raises `DefinitionError` for a target that leads nowhere.
    """
    from wavehouse.catalog.crawl_target import is_in_reach
    from wavehouse.catalog.definition import read_crawlers

    known = read_crawlers(project)
    for crawler in known.placed(project.root.absolute(), places_of(layout, project)):
        seen = [one for one in outputs if is_in_reach(crawler.target, one.at_home(layout).path)]
        if seen and Path(crawler.target).is_dir():  # (this version may be without the part that is meant)
            # A folder that was exchanged has no new folders to one who knows the one before.
            everywhere = "changed" if crawler.recrawl == "new-folders" else crawler.recrawl
            tried = known.tried(crawler.classifiers)
            yield crawler.model_copy(update={"recrawl": everywhere}), tried, seen


class _Crawled:
    """What was crawled last: the versions of folders, and by which crawlers."""

    def __init__(self, layout: LakeLayout, project: Project, outputs: Sequence[Output]) -> None:
        self._path = _remembered(layout)
        crawlers = hashlib.sha256((project.root / PROJECT_FILE).read_bytes()).hexdigest()
        self._now: dict[str, Any] = {"project": crawlers, "outputs": {one.folder: one.run for one in outputs}}

    @property
    def are_these(self) -> bool:
        """Whether they are the versions that there are, crawled by the crawlers that there are."""
        with contextlib.suppress(OSError, ValueError):
            return bool(json.loads(self._path.read_bytes()) == self._now)
        return False

    def save(self) -> None:
        write_durably(self._path, json.dumps(self._now).encode())
