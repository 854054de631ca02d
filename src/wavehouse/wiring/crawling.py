"""A crawl: what is crawled, with what, and where what is found goes."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from wavehouse.core.errors import DefinitionError
from wavehouse.project.project import Project
from wavehouse.settings import Settings
from wavehouse.wiring.parts import Document, external_tables, open_engine

if TYPE_CHECKING:
    from wavehouse.catalog.classifiers import CsvClassifier
    from wavehouse.catalog.crawler import Place
    from wavehouse.catalog.definition import CrawlerDefinition
    from wavehouse.engines.engine import Engine
    from wavehouse.lake.layout import LakeLayout
    from wavehouse.project.contracts import SourceContract
    from wavehouse.store.object_store import ObjectStore


def crawl(settings: Settings, target: str, options: Mapping[str, Any], *, dry_run: bool) -> Document:
    """Crawl a folder, a prefix of a bucket, or what a crawler of the project names.

    `options` go before its own. Without a lake there is one afterwards, unless it is a dry run.
    """
    from wavehouse.catalog.crawl_document import crawl_document
    from wavehouse.catalog.crawler import compare, look
    from wavehouse.catalog.known_tables import known_tables
    from wavehouse.catalog.registration import register
    from wavehouse.core.run_record import new_id
    from wavehouse.lake.head import LakeHead
    from wavehouse.lake.layout import LakeLayout, lake_at
    from wavehouse.lake.lock import writing
    from wavehouse.project.catalog_setting import project_catalog
    from wavehouse.terminal.progress import progress_on_stderr

    crawler, classifiers = _definition(settings, target, options)
    catalog = project_catalog(Project.at(settings.project))
    if dry_run:
        layout = LakeLayout(settings.lake.absolute(), catalog)
    else:
        layout = lake_at(settings.lake, create=True, catalog=catalog)
    with _place(crawler, classifiers, layout) as place, progress_on_stderr() as progress:
        found = look(crawler, place, classifiers, progress)
        with ExitStack() as held:
            if not dry_run:
                held.enter_context(writing(layout, progress))
                layout.remember_catalog()
            external = external_tables(layout)
            differences = compare(found, known_tables(crawler.name, LakeHead(layout), external), place)
            if not dry_run:
                run = new_id(datetime.now(UTC))
                registered = register(crawler, differences, external, layout, run, progress)
                found.problems += registered.problems
                memory = found.memory(differences, registered.names)
                if memory != found.before:
                    place.memory.save(memory)
        return crawl_document(found, differences, lru_cache(lambda: _contracts(settings)), dry_run=dry_run)


def _definition(
    settings: Settings, target: str, options: Mapping[str, Any]
) -> tuple[CrawlerDefinition, tuple[CsvClassifier, ...]]:
    """The crawler that is meant, with its target as an absolute path or s3://…"""
    from pydantic import ValidationError

    from wavehouse.catalog.definition import CrawlerDefinition, read_crawlers
    from wavehouse.core.errors import CallError

    project = Project.at(settings.project)
    known = read_crawlers(project)
    is_place = "://" in target or Path(target).exists()
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
    place = _placed(crawler.target, settings.project.absolute() if named else Path.cwd())
    # Of a place that is crawled ad hoc, its tables are known again by the place.
    name = crawler.name if named else place
    tried = known.tried(crawler.classifiers)
    return crawler.model_copy(update={"name": name, "target": place}), tried


def _placed(target: str, start: Path) -> str:
    """A target as an absolute path, or s3://bucket/prefix; two spellings of one place are one."""
    from wavehouse.core.errors import CallError

    scheme, separator, rest = target.partition("://")
    if not separator or scheme == "file":
        return os.path.normpath(start / (unquote(rest) if separator else target))
    bucket = rest.partition("/")[0]
    if scheme != "s3" or not bucket:
        raise CallError(
            f"nothing can be crawled at '{target}'",
            remedy="Name a directory, or s3://bucket/prefix",
        )
    return target.rstrip("/")


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
        )


def _store(layout: LakeLayout, *, in_bucket: bool) -> ObjectStore:
    from wavehouse.store.object_store import LocalFiles, S3Endpoint

    if not in_bucket:
        return LocalFiles()
    from wavehouse.store.s3_objects import S3Objects

    return S3Objects(layout.s3 or S3Endpoint())
