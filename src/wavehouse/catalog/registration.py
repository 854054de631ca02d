"""Brings what a crawl has found into the catalog, as far as its policies let it.

The policies are Glue's (https://docs.aws.amazon.com/glue/latest/dg/crawler-schema-changes-prevent.html): a
change of columns may be logged only, and a table without files be deleted, deprecated or left as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from wavehouse.catalog.changes import Difference
from wavehouse.catalog.definition import CrawlerDefinition
from wavehouse.catalog.read_file import Problem
from wavehouse.core.data_catalog import CatalogTable, ExternalTables
from wavehouse.core.errors import WavehouseError
from wavehouse.core.printable import printable
from wavehouse.core.progress import Progress, step
from wavehouse.core.table_name import TableName
from wavehouse.lake.adopted_head import CALLED, CRAWLER, DEPRECATED, FOLDER
from wavehouse.lake.layout import LakeLayout

if TYPE_CHECKING:
    from wavehouse.lake.adopted import Adopter

_REGISTER = "register"


@dataclass
class Registered:
    """The tables that are now as they were found, and what kept others from it."""

    names: set[TableName]
    problems: list[Problem] = field(default_factory=list)


def register(
    crawler: CrawlerDefinition,
    differences: Sequence[Difference],
    external: ExternalTables,
    layout: LakeLayout,
    run: str,
    progress: Progress,
) -> Registered:
    """Write the differences, each table by itself; the lake's lock is held.

    A table that cannot be written is a problem, and the others are; raises where the catalog itself fails.
    """
    done = Registered({one.name for one in differences if one.change == "unchanged"})
    work = [one for one in differences if one.change != "unchanged"]
    if not work:
        return done
    registrar = _Registrar(crawler, external, layout, run)
    try:
        with step(progress, _REGISTER) as summary:
            for at, one in enumerate(work, start=1):
                try:
                    if registrar.write(one):
                        done.names.add(one.name)
                except (WavehouseError, OSError):
                    raise
                except Exception as error:
                    # (What a library has against files of others.)
                    said = printable(f"{type(error).__name__}: {error}")[:200]
                    what = f"the table {one.name} could not be registered and is as it was ({said})"
                    path = one.proposal.root if one.proposal else ""
                    done.problems.append(Problem(path or ".", "not registered", what))
                progress.advanced(_REGISTER, at / len(work))
            summary.text = f"{len(work) - len(done.problems):,} tables"
    finally:
        registrar.close()
    return done


class _Registrar:
    def __init__(
        self, crawler: CrawlerDefinition, external: ExternalTables, layout: LakeLayout, run: str
    ) -> None:
        self._crawler = crawler
        self._external = external
        self._layout = layout
        self._run = run
        self._opened: Adopter | None = None

    def close(self) -> None:
        if self._opened:
            self._opened.close()

    def write(self, one: Difference) -> bool:
        """Write one table; returns whether it has the files now that were found."""
        if one.after is None:
            self._remove(one)
            return True
        if one.before and (one.adopted or one.before.adopted):
            # (Files with other columns can be in no snapshot of the columns that there are.)
            if not self._updates(one):
                return False
            if one.before.adopted != one.adopted:
                self._drop(one.before.adopted, one.name)
        if not one.adopted:
            self._put(one, one.after)
            return True
        try:
            self._adopt(one)
        except BaseException:
            if one.before and not one.before.adopted:
                self._external.put(one.before.table, add=[*one.before.partitions.values()])
            raise
        return True

    def _updates(self, one: Difference) -> bool:
        """Whether the table becomes what was found, in its columns as well."""
        return self._crawler.on_change == "update" or one.before is None or not one.schema_changes

    def _put(self, one: Difference, after: CatalogTable) -> None:
        table = after
        removed = one.partitions_gone if self._crawler.on_delete != "log" else ()
        if one.before and not self._updates(one):
            table = _as_before(after, one.before.table)
            if table.partition_by != after.partition_by:
                return  # (partitions of other keys have no place in it)
        self._external.put(
            table,
            add=[*one.partitions_new, *one.partitions_changed],
            remove=[partition.values for partition in removed],
        )

    def _adopt(self, one: Difference) -> None:
        from wavehouse.lake.adopted import Adoption

        proposal = one.proposal
        assert proposal is not None  # noqa: S101  # (only what was proposed is adopted)
        inside = f"{proposal.root}/" if proposal.root else ""

        def location(path: str) -> str:
            return f"{proposal.location}/{path.removeprefix(inside)}"

        self._adopter.adopt(
            Adoption(
                one.name,
                proposal.columns,
                [location(file.path) for file in proposal.files if file.rows],
                proposal.rows or 0,
                {
                    CRAWLER: self._crawler.name,
                    FOLDER: proposal.location,
                    CALLED: proposal.called,
                    DEPRECATED: "false",
                },
                [location(path) for path in one.files.changed],
            ),
            self._run,
        )

    def _remove(self, one: Difference) -> None:
        policy = self._crawler.on_delete
        if one.before is None or policy == "log":
            return
        if policy == "delete":
            self._drop(one.adopted, one.name)
        elif one.adopted:
            self._adopter.set_properties(one.name, {DEPRECATED: "true"})
        else:
            self._external.put(replace(one.before.table, deprecated=True))

    def _drop(self, adopted: bool, name: TableName) -> None:
        if adopted:
            self._adopter.drop(name)
        else:
            self._external.drop(name)

    @property
    def _adopter(self) -> Adopter:
        # Imported here: PyIceberg takes longer than a crawl that finds nothing new.
        from wavehouse.lake.adopted import Adopter

        if self._opened is None:
            self._opened = Adopter(self._layout)
        return self._opened


def _as_before(table: CatalogTable, before: CatalogTable) -> CatalogTable:
    """The table as it is, with what was counted now."""
    return replace(
        before, rows=table.rows, files=table.files, size=table.size, left_out=table.left_out, deprecated=False
    )
