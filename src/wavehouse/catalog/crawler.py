"""A crawl, up to what it would change: list, recognise, read, group, merge and compare."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlparse

from wavehouse.catalog.changes import Difference, Files, difference, file_changes, gone
from wavehouse.catalog.classifiers import CsvClassifier
from wavehouse.catalog.definition import CrawlerDefinition
from wavehouse.catalog.file_reader import FileReader
from wavehouse.catalog.foreign_iceberg import foreign_difference, foreign_tables
from wavehouse.catalog.grouping import GroupOptions, group_files
from wavehouse.catalog.kept_tables import kept_tables
from wavehouse.catalog.known_tables import KnownTables
from wavehouse.catalog.naming import named
from wavehouse.catalog.proposal import Proposal, propose
from wavehouse.catalog.read_file import Problem, ReadFile
from wavehouse.catalog.remembered import NOTHING, Memory, MemoryFile
from wavehouse.catalog.shared_headers import headers_of, is_in_doubt
from wavehouse.catalog.tree import STEP, Tree, TreeFile, walk_directory, walk_store
from wavehouse.core.data_catalog import CatalogTable
from wavehouse.core.errors import CallError, RejectedError
from wavehouse.core.exclusions import Exclusions
from wavehouse.core.progress import Progress, step
from wavehouse.core.table_name import TableName
from wavehouse.engines.engine import Engine
from wavehouse.lake.head import table_folder
from wavehouse.store.object_store import ObjectStore

_READ = "read"
# Of a problem that no file's contents are to blame for, nothing is remembered.
_OF_CONTENTS = {"damaged", "not covered", "ending"}


@dataclass(frozen=True)
class Place:
    """What a crawl works with: the store of its target, an engine when one is needed, and its memory.

    `can_adopt`: the lake can have Iceberg tables of files that lie there. `own` are the folders of the
    Iceberg tables that the lake has itself, `exchanged` those of files that flows write.
    """

    store: ObjectStore
    engine: Callable[[], Engine]
    scratch: Path
    memory: MemoryFile
    can_adopt: bool
    own: frozenset[str] = frozenset()
    exchanged: frozenset[str] = frozenset()

    def against_iceberg(self, crawler: CrawlerDefinition, locations: Iterable[str]) -> Iterator[str]:
        """What speaks against an Iceberg table of the files at `locations`, whatever they are."""
        if crawler.external:
            yield "it was asked for"
        if not self.can_adopt:
            yield "its files lie in a bucket, and the tables of the lake in its directory"
        folders = tuple(f"{folder}/" for folder in self.exchanged)
        if folders and any(location.startswith(folders) for location in locations):
            yield "runs exchange its files, and a snapshot would lose them"


@dataclass
class Found:
    """What lies there: the tables that it makes, what could not be taken, and what is to be remembered.

    `read` counts the files that were opened; `before` is what was remembered; `passed_over` are files that
    were not looked at, in folders that are known. `kept` are tables that stay as they are, though none was
    found in their place.
    """

    crawler: CrawlerDefinition
    tree: Tree
    proposals: list[Proposal]
    foreign: list[CatalogTable]
    problems: list[Problem]
    files: dict[str, ReadFile]
    read: int
    before: Memory
    content_problems: dict[str, tuple[int, int, Problem]] = field(default_factory=dict)
    passed_over: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)

    def memory(self, differences: Sequence[Difference], registered: Collection[TableName]) -> Memory:
        """What is to be remembered when those of the differences are in the catalog."""
        tables = {path: name for path, name in self.before.tables.items() if name in self.kept}
        tables |= {
            file.path: str(one.name)
            for one in differences
            if one.proposal and one.name in registered
            for file in one.proposal.files
        }
        return Memory(self.files, self.content_problems, tables)


def look(
    crawler: CrawlerDefinition, place: Place, classifiers: Sequence[CsvClassifier], progress: Progress
) -> Found:
    """Look at what lies at the crawler's target (an absolute path, or s3://…), and change nothing.

    Raises `CallError` where there is nothing, and `RejectedError` where there would be more tables than the
    crawler may make.
    """
    depth = _table_depth(crawler)
    with step(progress, STEP) as summary:
        exclusions = Exclusions(crawler.exclude)
        if "://" in crawler.target:
            tree = walk_store(crawler.target, place.store, exclusions)
        else:
            tree = walk_directory(Path(crawler.target), exclusions, progress)
        summary.text = f"{len(tree.files):,} files, {len(tree.iceberg):,} Iceberg tables"
    before = place.memory.load()
    found = Found(crawler, tree, [], [], list(tree.problems), {}, 0, before)
    _read(found, place, classifiers, progress)
    grouped = group_files(found.files.values(), GroupOptions(crawler.single_schema, depth))
    found.problems += grouped.beside
    looked = (file.path for file in tree.files if file.size and file.path not in found.passed_over)
    paths = sorted([*looked, *tree.excluded, *tree.others])
    for group in grouped.tables:
        against = place.against_iceberg(crawler, (tree.location(file.path) for file in group.files))
        proposal, problems = propose(group, tree, paths, against)
        found.problems += problems
        if proposal.files:
            found.proposals.append(proposal)
    found.foreign, problems = foreign_tables(tree, place.store, place.own)
    found.problems += problems
    found.problems.sort(key=lambda problem: (problem.path, problem.kind))
    _check_threshold(found)
    return found


def _read(found: Found, place: Place, classifiers: Sequence[CsvClassifier], progress: Progress) -> None:
    crawler, tree = found.crawler, found.tree
    known = NOTHING if crawler.recrawl == "everything" else found.before
    seen_folders = {path.rpartition("/")[0] for path in (*known.files, *known.problems)}
    reader = FileReader(tree, place.store, place.engine, place.scratch, classifiers, crawler.sample)
    told: dict[str, ReadFile | Problem] = {}
    opened = []
    with step(progress, _READ) as summary:
        for at, file in enumerate(tree.files, start=1):
            new_only = crawler.recrawl == "new-folders" and file.path.rpartition("/")[0] in seen_folders
            one = known.of(file.path) if new_only else known.known(file.path, file.size, file.modified)
            if one is None and not new_only:
                one = reader.read(file)
                opened.append(file)
                progress.advanced(_READ, at / len(tree.files))
            if one is not None:
                told[file.path] = one
            elif new_only:
                found.passed_over.add(file.path)
        _settle_headers(tree.files, told, {file.path for file in opened}, known, reader)
        found.read = len(opened)
        summary.text = f"{len(opened):,} files opened, {len(tree.files) - len(opened):,} known"
    for file in tree.files:
        match told.get(file.path):
            case ReadFile() as read:
                found.files[file.path] = read
            case Problem() as problem:
                found.problems.append(problem)
                if problem.kind in _OF_CONTENTS:
                    # (One that was not looked at may be another file now.)
                    before = known.problems.get(file.path)
                    if before is None or before[2] is not problem:
                        before = (file.size, file.modified, problem)
                    found.content_problems[file.path] = before


def _settle_headers(
    files: Iterable[TreeFile],
    told: dict[str, ReadFile | Problem],
    opened: Collection[str],
    known: Memory,
    reader: FileReader,
) -> None:
    """Read files again that have the header of others; those that are known, only where a header is new."""
    reader.headers = headers_of(one for one in told.values() if isinstance(one, ReadFile))
    new = reader.headers - headers_of(known.files.values())
    for file in files if reader.headers else ():
        one = told.get(file.path)
        if one is not None and is_in_doubt(one) and (new or file.path in opened):
            again = reader.read(file)
            if isinstance(again, ReadFile):
                told[file.path] = again


def compare(found: Found, known: KnownTables) -> list[Difference]:
    """What would change in the catalog, by the name of the table; says in `found` what stays as it is."""
    crawler = found.crawler
    foreign = [(table_folder(one.location), one.name.table) for one in found.foreign]
    kept = kept_tables(found, known, {*(one.identity for one in found.proposals), *foreign})
    found.problems += kept.problems
    found.kept = {str(known.tables[identity].table.name) for identity in kept.tables}
    proposals = [one for one in found.proposals if one.identity not in kept.held_back]
    identities = [one.identity for one in proposals]
    names = named([*identities, *foreign], crawler.database, crawler.prefix, known.names, known.others)
    stamps = {path: (file.size, file.modified) for path, file in found.before.files.items()}
    before_of: dict[str, dict[str, tuple[int, int]]] = {}
    for path, table in found.before.tables.items():
        if path in stamps:
            before_of.setdefault(table, {})[path] = stamps[path]
    differences = kept.differences
    for identity, proposal in zip(identities, proposals, strict=True):
        name = names[identity]
        before = known.tables.get(identity)
        now = {file.path: (file.size, file.modified) for file in proposal.files}
        files = file_changes(now, before_of.get(str(name), {}))
        if before and str(name) not in before_of:
            # Its files were forgotten: those of an Iceberg table are told again, so that it has these.
            files = Files() if proposal.obstacles else Files(changed=tuple(sorted(now)))
        differences.append(difference(name, proposal, before, crawler.name, files))
    for identity, iceberg in zip(foreign, found.foreign, strict=True):
        differences.append(
            foreign_difference(names[identity], iceberg, known.tables.get(identity), crawler.name)
        )
    settled = {*identities, *foreign, *kept.tables}
    differences += [
        gone(one, crawler.on_delete) for identity, one in known.tables.items() if identity not in settled
    ]
    return sorted(differences, key=lambda one: one.name)


def _table_depth(crawler: CrawlerDefinition) -> int | None:
    """How far below the target tables lie.

    Level 1 is the bucket (https://docs.aws.amazon.com/glue/latest/dg/crawler-table-level.html), or the folder
    that is crawled.
    """
    if crawler.table_level is None:
        return None
    parts = re.split("/+", urlparse(crawler.target).path.strip("/")) if "://" in crawler.target else []
    depth = crawler.table_level - 1 - len([part for part in parts if part])
    if depth < 0:
        raise CallError(
            f"level {crawler.table_level} lies above what is crawled",
            where=crawler.target,
            remedy="The bucket is level 1, each folder below it one more",
        )
    return depth


def _check_threshold(found: Found) -> None:
    count, most = len(found.proposals) + len(found.foreign), found.crawler.table_threshold
    if most is not None and count > most:
        raise RejectedError(
            f"there would be {count:,} tables, more than the {most:,} of --table-threshold; none was made",
            where=found.crawler.target,
            remedy="Look at them with --dry-run --explain, or say with --table-level where tables lie",
        )
