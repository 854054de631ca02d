"""Files of a query for other programs: written aside, synced, then shown by one rename of their folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from wavehouse.core.errors import QueryError
from wavehouse.core.sql_text import identifier
from wavehouse.core.suggestions import did_you_mean
from wavehouse.engines.engine import FileForm, WrittenFile
from wavehouse.lake.layout import LakeLayout
from wavehouse.lake.unnamed_folders import mark, unmark
from wavehouse.query.answer import in_words
from wavehouse.query.estimate import footers_for
from wavehouse.query.sandbox.watching import watching
from wavehouse.query.scans import scanned_bytes
from wavehouse.query.statements.context import Context, Writing
from wavehouse.query.statements.writer import check_partitions
from wavehouse.query.translate import Translation
from wavehouse.store.durable import sync_directory, sync_files


def check_last(columns: Mapping[str, object], keys: Sequence[str]) -> None:
    """Raise `QueryError` unless the keys are the last columns, in their order, and not all of them."""
    for key in keys:
        if key not in columns:
            raise QueryError(f"no column '{key}' to partition by", remedy=did_you_mean(key, columns))
    if keys and list(columns)[-len(keys) :] != list(keys):
        raise QueryError(
            f"the columns to partition by ({', '.join(keys)}) must be the query's last ones, in that order"
        )
    if len(keys) == len(columns):
        raise QueryError("all columns are keys: there would be none in the files")


def check_keys_and_form(columns: Mapping[str, str], keys: Sequence[str], form: FileForm) -> None:
    """Raise `QueryError` for columns that such files, or the names of their folders, do not keep exactly."""
    for name, type_ in columns.items():
        inner = type_.removeprefix("array<").removesuffix(">")
        if name in keys and type_ not in ("string", "int", "bigint", "boolean", "date"):
            raise QueryError(
                f"partitioning by '{name}' of type {type_} is not covered yet", remedy="CAST it to varchar"
            )
        odd = inner == "timestamptz" or (
            form.format == "json" and inner not in ("string", "int", "bigint", "boolean")
        )
        if odd and name not in keys:
            raise QueryError(
                f"the column '{name}' of type {type_} in files of {form.format} is not covered yet",
                remedy="CAST it to varchar",
            )


def write_folder(
    context: Context,
    writing: Writing,
    folder: Path,
    sql: str,
    form: FileForm,
    keys: Sequence[str],
    translation: Translation,
    named: Callable[[Sequence[WrittenFile]], None] | None = None,
) -> tuple[int, int]:
    """Write the rows of the engine's SQL into a folder that is not there, or is empty.

    `named` makes a table of it when it is in its place; where that is cut off, a mark is left. Returns the
    rows, and the bytes that were read. Raises `QueryError` for a folder with files.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise QueryError(
            f"there are files already in {folder}",
            remedy="Name another folder, or remove them: Athena does not",
        )
    # By such a name `vacuum` knows what was cut off.
    aside = folder.with_name(f".{folder.name}@{writing.run()}")
    aside.mkdir(parents=True)
    try:
        files, groups = in_words(
            lambda: watching(lambda: context.engine.write_files(sql, aside, form, keys), context.engine)
        )
        if keys:
            check_partitions(file.location.rpartition("/")[0] for file in files)
        sync_files((Path(file.location) for file in files), below=aside)
        if named is not None:
            mark(aside, (Path(file.location) for file in files))
        _remove_empty(folder)
        aside.rename(folder)
        _sync_names(folder, writing.layout)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        _remove_empty_parents(folder, writing.folder)
        raise
    if named is not None:
        named([_moved(file, aside, folder) for file in files])
        unmark(folder)
    footers = footers_for(translation, context.engine)
    scanned = scanned_bytes(translation, groups, footers, context.engine)
    return sum(file.rows for file in files), scanned


def renamed(translation: Translation, columns: Sequence[str]) -> str:
    """The rows of a query under the names of a table's columns."""
    names = ", ".join(map(identifier, columns))
    return f"SELECT * FROM ({translation.sql}) AS q({names})"


def _moved(file: WrittenFile, old: Path, new: Path) -> WrittenFile:
    return WrittenFile(str(new / Path(file.location).relative_to(old)), file.rows, file.size)


def _sync_names(folder: Path, layout: LakeLayout) -> None:
    for parent in folder.parents:
        if parent.is_relative_to(layout.root):
            sync_directory(parent)


def _remove_empty(folder: Path) -> None:
    if folder.is_dir():
        folder.rmdir()


def _remove_empty_parents(folder: Path, root: Path) -> None:
    for parent in (folder, *folder.parents):
        if not parent.is_relative_to(root) and parent != root:
            return
        with suppress(OSError):
            parent.rmdir()
