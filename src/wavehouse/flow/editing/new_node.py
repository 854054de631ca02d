"""A node as it is when it has just been added: what can be said without asking is said."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from wavehouse.core.columns import Column
from wavehouse.flow.nodes import KINDS, FileSource, Source

_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z0-9])|(?<=[A-Z0-9])(?=[A-Z][a-z])")
_NO_WORD = re.compile(r"\W+", re.ASCII)

# What fields are before anybody has said anything.
_BEGINNINGS: dict[str, dict[str, Any]] = {
    "DropFields": {"Paths": []},
    "SplitFields": {"Paths": []},
    "RenameField": {"SourcePath": [""], "TargetPath": [""]},
    "SelectFromCollection": {"Index": 0},
    "FillMissingValues": {"ImputedPath": ""},
    "Join": {"JoinType": "equijoin"},
    "Union": {"UnionType": "ALL"},
    "Filter": {"LogicalOperator": "AND", "Filters": []},
    "Aggregate": {"Groups": [], "Aggs": []},
    "EvaluateDataQuality": {"Ruleset": "Rules = [\n  RowCount > 0\n]\n"},
}


@dataclass(frozen=True)
class Surroundings:
    """What is there for a new node to name: a contract's source that no node reads yet, and a database."""

    source: str = ""
    database: str = "default"


def free_id(kind: str, taken: Collection[str]) -> str:
    """An id after the kind (`join`, `join_2`), that no node has."""
    word = "_".join(words(kind)).lower()
    known = {one.casefold() for one in taken}
    number, id_ = 1, word
    while id_ in known:
        number += 1
        id_ = f"{word}_{number}"
    return id_


def words(kind: str) -> list[str]:
    """The words of a kind's name: `S3CsvSource` has S3, Csv and Source."""
    return _WORDS.sub(" ", kind).split()


def alias(id_: str) -> str:
    """A name for an input that needs no quotes in SQL."""
    name = _NO_WORD.sub("_", id_)
    return f"t_{name}" if name[:1].isdigit() else name


def new_fields(
    kind: str, id_: str, inputs: Sequence[str], columns: Sequence[Column], around: Surroundings
) -> dict[str, Any]:
    """The fields of a new node; `columns` are those of its first input, as far as they are known.

    What nobody but the user can say (which columns are dropped, what is filtered) stands there empty, and is
    a finding until it is filled in.
    """
    fields: dict[str, Any] = {"Name": " ".join(words(kind))}
    if issubclass(KINDS[kind], Source):
        return fields | _of_source(kind, id_, around)
    fields["Inputs"] = list(inputs)
    match kind:
        case "ApplyMapping":
            fields["Mapping"] = [
                {"FromPath": [one.name], "FromType": one.type, "ToKey": one.name, "ToType": one.type}
                for one in columns
            ]
        case "SelectFields":
            fields["Paths"] = [[column.name] for column in columns]
        case "Join":
            fields["Columns"] = [{"From": one, "Keys": []} for one in inputs]
        case "SparkSQL":
            aliases = [{"From": one, "Alias": alias(one)} for one in inputs]
            fields["SqlAliases"] = aliases
            fields["SqlQuery"] = f"SELECT *\nFROM {aliases[0]['Alias']}\n" if aliases else ""
    return fields | deepcopy(_BEGINNINGS.get(kind, {})) | _of_target(kind, id_, around)


def _of_source(kind: str, id_: str, around: Surroundings) -> dict[str, Any]:
    if not issubclass(KINDS[kind], FileSource):
        return {"Database": around.database, "Table": id_}
    fields: dict[str, Any] = {"Paths": [f"${{staging}}/{around.source or id_}/"]}
    if kind == "S3CsvSource":
        # (Glue needs to be told.)
        fields |= {"Separator": "comma", "QuoteChar": "quote", "WithHeader": True, "Multiline": True}
    return fields


def _of_target(kind: str, id_: str, around: Surroundings) -> dict[str, Any]:
    named = {"Database": around.database, "Table": alias(id_)}
    place = {"Path": f"${{warehouse}}/{id_}/"}
    match kind:
        case "S3GlueParquetTarget":
            return place
        case "S3DirectTarget":
            return place | {"Format": "parquet"}
        case "S3IcebergDirectTarget":
            return place | {"Format": "iceberg", "Compression": "gzip", "SchemaChangePolicy": named}
        case "S3CatalogTarget" | "S3IcebergCatalogTarget":
            return named
    return {}
