"""The data catalog: what there is, what is known of it, and away with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING

from wavehouse.settings import Settings
from wavehouse.wiring.comments import project_comments
from wavehouse.wiring.parts import Document, an_engine, catalog_of, external_tables, layout_of, tables_of

if TYPE_CHECKING:
    from wavehouse.engines.readers import Stop


def databases(settings: Settings) -> Document:
    """The databases."""
    from wavehouse.catalog.descriptions import list_databases

    return list_databases(catalog_of(settings))


def tables(settings: Settings, database: str | None) -> Document:
    """The tables of both kinds, of one database or of all."""
    from wavehouse.catalog.descriptions import list_tables

    return list_tables(catalog_of(settings), database)


def describe(settings: Settings, table: str) -> Document:
    """One table, with what the project says of its columns."""
    from wavehouse.catalog.descriptions import describe_table, find_table

    catalog = catalog_of(settings)
    name = find_table(catalog, table)
    return describe_table(catalog, name, project_comments(settings, name))


def partitions(settings: Settings, table: str) -> Document:
    """The partitions of one table."""
    from wavehouse.catalog.descriptions import find_table, list_partitions

    catalog = catalog_of(settings)
    return list_partitions(catalog, find_table(catalog, table))


def statistics(
    settings: Settings, table: str, columns: Sequence[str], *, exact: bool, stop: Stop | None = None
) -> Document:
    """What the values of a table are like, column by column; `stop` stops it."""
    from wavehouse.catalog.descriptions import find_table
    from wavehouse.catalog.statistics import table_statistics
    from wavehouse.core.errors import CallError

    source = tables_of(settings)
    name = find_table(catalog_of(settings), table)
    head = source.head(name)
    if head is None or (head.snapshot_id is None and head.scan is None):
        raise CallError(f"{name} has no rows yet", remedy="Load some: wavehouse run")
    with an_engine(settings) as engine, stop.over(engine.interrupt) if stop else nullcontext():
        return table_statistics(head, engine, columns, exact=exact)


def versions(settings: Settings, table: str, compared: tuple[int, int] | None) -> Document:
    """The versions of one table, or what is different between two of them."""
    from wavehouse.catalog.descriptions import compare_versions, find_table, list_versions

    catalog = catalog_of(settings)
    name = find_table(catalog, table)
    return compare_versions(catalog, name, *compared) if compared else list_versions(catalog, name)


def properties(settings: Settings, table: str) -> Document:
    """The properties of one table."""
    from wavehouse.catalog.descriptions import find_table, list_properties

    catalog = catalog_of(settings)
    return list_properties(catalog, find_table(catalog, table))


def drop(settings: Settings, table: str, confirm: Callable[[str], None], *, force: bool) -> Document:
    """Drop one table, once `confirm` has been told what would happen and has not raised."""
    from wavehouse.pipeline.drop import drop as drop_table
    from wavehouse.pipeline.drop import droppable
    from wavehouse.terminal.progress import progress_on_stderr

    meant = droppable(catalog_of(settings), table, force=force)
    left = "its files go with the next vacuum" if meant.files_go else "its files stay where they are"
    confirm(f"{meant.name} is taken out of the catalog; {left}")
    with progress_on_stderr() as progress:
        drop_table(settings.lake, external_tables(layout_of(settings)), meant.name, progress, force=force)
    return {"name": str(meant.name), "dropped": True, "files": "vacuum" if meant.files_go else "stay"}
