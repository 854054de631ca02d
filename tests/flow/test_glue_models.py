"""Our models are Glue's shapes: the same kinds, fields, enums and required members."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from typing import Any, Literal, Union, get_args, get_origin

import pytest
from pydantic import BaseModel

from wavehouse.aws.shapes import shape
from wavehouse.flow.nodes import KINDS, REFUSED

# Fields of Glue's that no model has, with the reason.
_LEFT_OUT = {"Mapping.Children": "a column of ours is never inside another"}
# Values that a model does not take: what comes out of such a node is not rows.
_NOT_TAKEN = {"EvaluateDataQuality.Output": {"EvaluationResults"}}


def test_every_kind_has_a_model_or_a_reason() -> None:
    members = set(shape("glue", "CodeGenConfigurationNode").members)
    assert set(KINDS) | set(REFUSED) == members
    assert not set(KINDS) & set(REFUSED)


def _inside(annotation: Any) -> Any:
    """What a field holds, without lists, options and limits around it."""
    while True:
        args = [one for one in get_args(annotation) if one is not type(None)]
        if get_origin(annotation) in (list, typing.Annotated, Union, types.UnionType):
            annotation = args[0]
        else:
            return annotation


def _differences(model: type[BaseModel], glue: Any, path: str) -> Iterator[str]:
    ours = set(model.model_fields) - ({"Inputs"} if "Inputs" not in glue.members else set())
    for name in ours ^ set(glue.members):
        if f"{path}.{name}" not in _LEFT_OUT:
            yield f"{path}.{name} is on one side alone"
    for name in ours & set(glue.members):
        field, member = model.model_fields[name], glue.members[name]
        while member.type_name == "list":
            member = member.member
        inside = _inside(field.annotation)
        if name in glue.required_members and not field.is_required() and field.default in (None, [], {}, ""):
            yield f"{path}.{name} is required by Glue, and may be left out here"
        if isinstance(inside, type) and issubclass(inside, BaseModel):
            yield from _differences(inside, member, inside.__name__)
        elif getattr(member, "enum", None) or get_origin(inside) is Literal:
            known = set(get_args(inside)) | _NOT_TAKEN.get(f"{path}.{name}", set())
            if known != set(member.enum):
                yield f"{path}.{name} is one of {sorted(member.enum)}, and here of {sorted(known)}"


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_model_has_the_fields_of_its_shape(kind: str) -> None:
    glue = shape("glue", "CodeGenConfigurationNode").members[kind]
    assert list(_differences(KINDS[kind], glue, kind)) == []
