"""A crawl: what is crawled, with what, and where what is found goes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wavehouse.core.errors import DefinitionError
from wavehouse.project.project import Project
from wavehouse.settings import Settings
from wavehouse.wiring.parts import (
    Document,
    buckets_of,
    external_tables,
    lake_catalog,
    open_engine,
    told_to,
)

if TYPE_CHECKING:
    from wavehouse.catalog.classifiers import CsvClassifier
    from wavehouse.catalog.crawl import Crawled
    from wavehouse.catalog.crawler import Place
    from wavehouse.catalog.definition import CrawlerDefinition
    from wavehouse.core.data_catalog import DataCatalog
    from wavehouse.core.progress import Progress
    from wavehouse.engines.engine import Engine
    from wavehouse.lake.layout import LakeLayout
    from wavehouse.project.contracts import SourceContract
    from wavehouse.store.object_store import ObjectStore


def crawl(
    settings: Settings,
    target: str,
    options: Mapping[str, Any],
    *,
    dry_run: bool,
    listener: Progress | None = None,
) -> Document:
    """Crawl a folder, a prefix of a bucket, or what a crawler of the project names.

    `options` go before its own. Without a lake there is one afterwards, unless it is a dry run.
    """
    from wavehouse.catalog.crawl import crawl
    from wavehouse.catalog.crawl_document import crawl_document
    from wavehouse.lake.layout import LakeLayout, lake_at
    from wavehouse.lake.lock import writing
    from wavehouse.project.catalog_setting import project_catalog

    project = Project.at(settings.project)
    layout = LakeLayout(settings.lake.absolute(), project_catalog(project))
    crawler, classifiers = _definition(settings, layout, target, options)
    if not dry_run:
        layout = lake_at(settings.lake, create=True, catalog=layout.wanted)
    with _place(crawler, classifiers, layout) as place, told_to(listener) as progress:
        external, lock = external_tables(layout), writing(layout, progress)
        done = crawl(crawler, place, classifiers, layout, external, progress, lock, dry_run=dry_run)
        contracts = lru_cache(lambda: _contracts(settings))
        return crawl_document(done.found, done.differences, contracts, dry_run=dry_run)


def check_crawlers(settings: Settings) -> None:
    """Raise `DefinitionError` for what is wrong in the crawlers of the project."""
    from wavehouse.catalog.definition import read_crawlers
    from wavehouse.lake.layout import LakeLayout
    from wavehouse.pipeline.inputs import places_of

    project = Project.at(settings.project)
    places = places_of(LakeLayout(settings.lake.absolute()), project)
    read_crawlers(project).placed(project.root.absolute(), places)


def output_crawl(
    layout: LakeLayout, crawler: CrawlerDefinition, classifiers: tuple[CsvClassifier, ...]
) -> tuple[Crawled, DataCatalog]:
    """What a run crawls with: a crawler's target is an absolute path, and the lake's lock is held."""
    from wavehouse.catalog.crawl import crawl
    from wavehouse.core.progress import Silent

    with _place(crawler, classifiers, layout) as place:
        done = crawl(crawler, place, classifiers, layout, external_tables(layout), Silent())
        return done, lake_catalog(layout)


def _definition(
    settings: Settings, layout: LakeLayout, target: str, options: Mapping[str, Any]
) -> tuple[CrawlerDefinition, tuple[CsvClassifier, ...]]:
    """The crawler that is meant, with its target as an absolute path or s3://…"""
    from pydantic import ValidationError

    from wavehouse.catalog.crawl_target import crawl_target
    from wavehouse.catalog.definition import CrawlerDefinition, read_crawlers
    from wavehouse.core.errors import CallError
    from wavehouse.pipeline.inputs import places_of

    project = Project.at(settings.project)
    known = read_crawlers(project)
    is_place = "://" in target or "${" in target or Path(target).exists()
    named = target in known.crawlers or not is_place
    told: dict[str, Any] = {"name": "ad_hoc", "target": target}
    if named:
        told = known.crawler(target).model_dump()
    try:
        crawler = CrawlerDefinition.model_validate({**told, **options})
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).replace("_", "-")
        raise CallError(
            f"--{name} is {first['input']!r}",
            remedy="Names have small letters, digits and underscores" if "pattern" in first["type"] else "",
        ) from None
    places = places_of(layout, project)
    if named:
        place = known.target(target, settings.project.absolute(), places)
    else:
        place = crawl_target(target, Path.cwd(), places)
    # Of a place that is crawled ad hoc, its tables are known again by the place.
    name = crawler.name if named else place
    tried = known.tried(crawler.classifiers)
    return crawler.model_copy(update={"name": name, "target": place}), tried


def _contracts(settings: Settings) -> Mapping[str, SourceContract]:
    """The project's contracts; none where one is broken: that is no reason not to look at files."""
    from wavehouse.project.contracts import read_contracts

    try:
        return read_contracts(Project.at(settings.project))
    except DefinitionError:
        return {}


@contextmanager
def _place(
    crawler: CrawlerDefinition, classifiers: tuple[CsvClassifier, ...], layout: LakeLayout
) -> Iterator[Place]:
    """What the crawl works with; its scratch space is gone afterwards."""
    import tempfile

    from wavehouse.catalog.crawler import Place
    from wavehouse.catalog.remembered import MemoryFile
    from wavehouse.lake.head import LakeHead
    from wavehouse.pipeline.published import last_publish

    in_bucket = crawler.target.startswith("s3://")
    settings = json.dumps([crawler.sample, *(one.model_dump_json() for one in classifiers)])
    with tempfile.TemporaryDirectory(prefix="wavehouse-") as scratch, ExitStack() as opened:
        engines: list[Engine] = []

        def engine() -> Engine:
            if not engines:
                engines.append(open_engine(Path(scratch)))
                opened.callback(engines[0].close)
            return engines[0]

        yield Place(
            _store(layout, in_bucket=in_bucket),
            engine,
            Path(scratch),
            MemoryFile.of(layout.crawls, f"{crawler.name} {crawler.target}", settings),
            can_adopt=not in_bucket or layout.s3 is not None,
            own=LakeHead(layout).folders(),
            exchanged=frozenset(
                str(output.at_home(layout).path) for output in last_publish(layout).ledger.outputs
            ),
        )


def _store(layout: LakeLayout, *, in_bucket: bool) -> ObjectStore:
    from wavehouse.store.object_store import LocalFiles

    if not in_bucket:
        return LocalFiles()
    from wavehouse.store.s3_objects import S3Objects

    return S3Objects(buckets_of(layout))
