"""The rows of a source node that reads files of its own: columns first, rows when somebody needs them."""

from __future__ import annotations

import bz2
import shutil
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Protocol

from wavehouse.core.columns import Column
from wavehouse.core.errors import DefinitionError, RejectedError
from wavehouse.core.sql_text import column_list
from wavehouse.engines.empty_relation import empty_relation
from wavehouse.engines.engine import Engine, JsonScan
from wavehouse.flow.files.csv_file import CsvFile, CsvForm
from wavehouse.flow.files.file_set import FileSet, exclusions_of
from wavehouse.flow.nodes import FileSource, S3CsvSource, S3JsonSource, S3ParquetSource
from wavehouse.staging.compression import compression_of


class OwnRows(Protocol):
    """The rows of all files of one node. Raises `RejectedError` with the file for what cannot be read."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns, the same in every file."""

    @property
    def relation(self) -> str:
        """The rows, as SQL text for FROM."""


def file_set(node: FileSource) -> FileSet:
    """Which files a node reads: directories with all that is below them, unless it says Recurse: false."""
    return FileSet(tuple(node.Paths), exclusions_of(node.Exclusions), node.Recurse is not False)


def own_rows(node: FileSource, files: Sequence[Path], engine: Engine, scratch: Path) -> OwnRows:
    """The rows of a node; `scratch` is a folder for this node alone, made when it is needed.

    Raises `DefinitionError` where there are no files, and for a field that would choose other rows on AWS.
    """
    if not files:
        raise nowhere(node)
    options = node.AdditionalOptions
    if options and (options.BoundedFiles is not None or options.BoundedSize is not None):
        raise DefinitionError(
            "BoundedFiles and BoundedSize let a job read some of the files, and a run here reads all",
            remedy="Take them out of AdditionalOptions",
        )
    if isinstance(node, S3CsvSource):
        return _CsvRows(node, files, engine, scratch)
    if isinstance(node, S3ParquetSource):
        return _ParquetRows(files, engine)
    if isinstance(node, S3JsonSource):
        return _JsonRows(node, files, engine, scratch)
    raise DefinitionError(f"a {type(node).__name__} cannot be read here")


def nowhere(node: FileSource) -> DefinitionError:
    """The error for a node that finds no file."""
    return DefinitionError(
        f"there is no file at {', '.join(node.Paths)}",
        remedy="Check the path: a relative one begins at the project's folder",
    )


def ignored_fields(node: FileSource) -> list[str]:
    """The fields that a node has and that mean something on AWS alone, without a change to the rows."""
    fields = ("GroupSize", "GroupFiles", "MaxBand", "MaxFilesInBand")
    return [name for name in fields if getattr(node, name) not in (None, "", 0)]


class _CsvRows:
    def __init__(self, node: S3CsvSource, files: Sequence[Path], engine: Engine, scratch: Path) -> None:
        form = CsvForm.of(node)
        self._files = [CsvFile(path, form) for path in files]
        self._engine = engine
        self._scratch = scratch
        found = {path: _texts(file.names) for path, file in zip(files, self._files, strict=True)}
        self.columns = _agreed(found)

    @cached_property
    def relation(self) -> str:
        self._scratch.mkdir(parents=True, exist_ok=True)
        # All that is read is held against what another reader counts, once: then it is plain Parquet.
        locations = [
            location
            for number, file in enumerate(self._files)
            for location in file.write(self._engine, self._scratch, number)
        ]
        if not locations:
            return empty_relation(self._engine, self.columns)
        return self._engine.foreign_parquet(locations, self.columns)


class _ParquetRows:
    def __init__(self, files: Sequence[Path], engine: Engine) -> None:
        self.columns = _agreed({path: engine.parquet_columns(str(path)) for path in files})
        self.relation = engine.foreign_parquet([str(path) for path in files], self.columns)


class _JsonRows:
    def __init__(self, node: S3JsonSource, files: Sequence[Path], engine: Engine, scratch: Path) -> None:
        if node.JsonPath not in (None, "", "$", "$[*]"):
            raise DefinitionError(
                f"the JsonPath '{node.JsonPath}' picks a part of each file, and a run here reads whole files",
                remedy="Take it out, or write the parts as files of their own",
            )
        self._engine = engine
        self._scans = [_json_scan(node, path, scratch / f"{at}.json") for at, path in enumerate(files)]
        found = {path: engine.json_columns(scan) for path, scan in zip(files, self._scans, strict=True)}
        # An object need not have every name, so a file need not either.
        merged: dict[str, set[str]] = {}
        for columns in found.values():
            for column in columns:
                merged.setdefault(column.name, set()).add(column.type)
        self.columns = tuple(Column(name, _common_type(types)) for name, types in merged.items())

    @cached_property
    def relation(self) -> str:
        parts = [f"SELECT * FROM {self._engine.json_objects(scan, self.columns)}" for scan in self._scans]
        names = column_list(column.name for column in self.columns)
        return f"(SELECT {names} FROM ({' UNION ALL BY NAME '.join(parts)}))"


def _json_scan(node: S3JsonSource, path: Path, copy: Path) -> JsonScan:
    if node.CompressionType == "bzip2" or path.suffix == ".bz2":
        copy.parent.mkdir(parents=True, exist_ok=True)
        try:
            with bz2.open(path) as packed, copy.open("wb") as file:
                shutil.copyfileobj(packed, file)
        except (EOFError, OSError) as error:
            raise RejectedError(
                f"it is no bzip2 file, or ends early ({error})", where=str(path), remedy="Compress it again"
            ) from error
        path = copy
    gzip = compression_of(path) == "gz"
    if not node.Multiline:
        return JsonScan(path, "newline_delimited", gzip)
    with path.open("rb") as file:
        begins_array = not gzip and file.read(4096).lstrip().startswith(b"[")
    return JsonScan(path, "array" if begins_array else "unstructured", gzip)


def _common_type(types: set[str]) -> str:
    if types <= {"bigint", "double"} and len(types) > 1:
        return "double"
    return next(iter(types)) if len(types) == 1 else "string"


def _texts(names: Sequence[str]) -> tuple[Column, ...]:
    return tuple(Column(name, "string") for name in names)


def _agreed(found: Mapping[Path, tuple[Column, ...]]) -> tuple[Column, ...]:
    """The columns that all files have, in the order of the first; raises where one has others."""
    (first, columns), *others = found.items()
    for path, mine in others:
        if {c.name: c.type for c in mine} != {c.name: c.type for c in columns}:
            raise RejectedError(
                f"its columns are not those of {first.name}: {_difference(mine, columns)}",
                where=str(path),
                remedy="The files of one node have the same columns: give this one a node of its own, or "
                "exclude it",
            )
    return columns


def _difference(mine: Sequence[Column], wanted: Sequence[Column]) -> str:
    have, want = {c.name: c.type for c in mine}, {c.name: c.type for c in wanted}
    if missing := [name for name in want if name not in have]:
        return f"it has no {', '.join(missing[:8])}"
    if more := [name for name in have if name not in want]:
        return f"it has {', '.join(more[:8])} besides"
    name = next(name for name, type_ in have.items() if want[name] != type_)
    return f"'{name}' is {have[name]} and not {want[name]}"
