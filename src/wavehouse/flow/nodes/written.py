"""A node as a file has it: the fields that say something."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from wavehouse.flow.nodes.node import Node
from wavehouse.flow.nodes.sources import Source


def written(node: Node) -> dict[str, Any]:
    """The fields of a node by name, as maps, lists and plain values; read again, they are the same node.

    Besides what was given, a default is written where it is more than 'nothing' or 'no': Glue may mean
    something else by a field that is not there.
    """
    fields = _fields(node)
    if isinstance(node, Source):
        # Glue's sources have no such field.
        fields.pop("Inputs", None)
    return fields


def _fields(model: BaseModel) -> dict[str, Any]:
    found = {}
    for name in type(model).model_fields:
        value = getattr(model, name)
        if value is not None and (name in model.model_fields_set or value):
            found[name] = _plain(value)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return _fields(value)
    return [_plain(one) for one in value] if isinstance(value, list) else value
