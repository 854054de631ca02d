"""By what the files of a table are told apart: the fields of all its partition specs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wavehouse.core.errors import QueryError
from wavehouse.lake.head import current_schema
from wavehouse.lake.iceberg_values import result_type, trino_scalar


@dataclass(frozen=True)
class PartitionField:
    """A field of a partition spec; `type` is that of its values (Iceberg's word)."""

    id: int
    source: int
    name: str
    transform: str
    type: str


def fields_of(metadata: dict[str, Any], spec: int | None = None) -> list[PartitionField]:
    """The fields of a spec, else of all specs: each once, and none of a column that is gone."""
    types = column_types(current_schema(metadata)["fields"])
    found: dict[int, PartitionField] = {}
    for one in metadata["partition-specs"]:
        if spec is not None and one["spec-id"] != spec:
            continue
        for field in one["fields"]:
            source, transform = field["source-id"], field["transform"]
            # (Of a column that is gone a manifest still has the values; its spec alone tells where.)
            if source in types or spec is not None:
                type_ = result_type(transform, types.get(source, ""))
                found.setdefault(
                    field["field-id"],
                    PartitionField(field["field-id"], source, field["name"], transform, type_),
                )
    return list(found.values())


def column_types(fields: Sequence[dict[str, Any]]) -> dict[int, Any]:
    """The types of all columns by id, those inside of nested ones among them."""
    found: dict[int, Any] = {}
    for field in fields:
        found |= {field["id"]: field["type"]} | _inside(field["type"])
    return found


def _inside(type_: Any) -> dict[int, Any]:
    match type_:
        case {"type": "struct", "fields": fields}:
            return column_types(fields)
        case {"type": "list", "element-id": id_, "element": element}:
            return {id_: element} | _inside(element)
        case {"type": "map", "key-id": key, "key": of, "value-id": value, "value": to}:
            return {key: of, value: to} | _inside(of) | _inside(to)
    return {}


def checked_scalar(kind: str, name: str, type_: Any) -> str:
    """The Trino name of a column's type; raises `QueryError` where no table here can hold it."""
    found = trino_scalar(type_)
    if found is None:
        raise QueryError(
            f"the metadata table ${kind} of a table whose column '{name}' is "
            f"{f'of the type {type_}' if type_ else 'gone'} is not covered yet",
            remedy="$files tells its files",
        )
    return found
