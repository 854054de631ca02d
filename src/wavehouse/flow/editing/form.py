"""The fields of a kind of node as a form, made from its model: what each holds, and how it is asked for."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from wavehouse.flow.nodes import KINDS
from wavehouse.project.field_errors import field_error

# How a value is asked for. A `column` is a text in a list of its own, as Glue writes a path.
Control = Literal[
    "text", "lines", "choice", "flag", "number", "column", "columns", "texts", "map", "group", "rows", "input"
]

# Texts of several lines, with the language that they are written in.
_LANGUAGES = {"SqlQuery": "sql", "Ruleset": "dqdl"}
_PLAIN: dict[Any, Control] = {Literal: "choice", dict: "map", bool: "flag", int: "number", str: "text"}
_WHAT_IT_READS = "Inputs"
_FROM = "From"


@dataclass(frozen=True)
class FormField:
    """One field: `choices` are those of a choice, `fields` those of a group or of one of the rows.

    An `optional` one may be missing; `default` is what counts then.
    """

    name: str
    control: Control
    optional: bool
    default: Any = None
    choices: tuple[str, ...] = ()
    fields: tuple[FormField, ...] = ()
    language: str = ""


@dataclass(frozen=True)
class Complaint:
    """What is wrong with a field, or with the node (no `steps`); steps are like `Columns`, 0, `Keys`."""

    steps: tuple[str | int, ...]
    said: str


@dataclass(frozen=True)
class Form:
    """A kind of node: what it is for, and its fields in the order of its model."""

    kind: str
    about: str
    fields: tuple[FormField, ...] = field(default=())


def form_of(kind: str) -> Form:
    """The form of a kind of `KINDS`. What a node reads is no field of it: that is drawn."""
    model = KINDS[kind]
    about = " ".join((model.__doc__ or "").split())
    return Form(kind, about, tuple(one for one in _fields(model) if one.name != _WHAT_IT_READS))


def complaints(kind: str, fields: Mapping[str, Any]) -> list[Complaint]:
    """What is wrong with the fields of a node by themselves."""
    try:
        KINDS[kind].model_validate(fields)
    except ValidationError as error:
        return [Complaint(one["loc"], field_error(one)) for one in error.errors()]
    return []


def _fields(model: type[BaseModel]) -> tuple[FormField, ...]:
    return tuple(_field(name, info) for name, info in model.model_fields.items())


def _field(name: str, info: FieldInfo) -> FormField:
    type_ = _bare(info.annotation)
    default = None if info.is_required() else _plain(info.get_default(call_default_factory=True))
    control, inside = _control(name, type_, info)
    choices = get_args(type_) if control == "choice" else ()
    fields = _fields(inside) if inside else ()
    return FormField(
        name, control, not info.is_required(), default, choices, fields, _LANGUAGES.get(name, "")
    )


def _control(name: str, type_: Any, info: FieldInfo) -> tuple[Control, type[BaseModel] | None]:
    """How a field is asked for, and the model of what is in it, if that is one."""
    found: Control
    inside = _bare(get_args(type_)[0]) if get_origin(type_) is list else type_
    is_model = isinstance(inside, type) and issubclass(inside, BaseModel)
    if is_model:
        return ("group" if inside is type_ else "rows"), inside
    if name == _FROM:
        found = "input"
    elif name in _LANGUAGES:
        found = "lines"
    elif get_origin(type_) is list:
        is_column = any(getattr(limit, "max_length", None) == 1 for limit in info.metadata)
        found = "columns" if get_origin(inside) is list else "column" if is_column else "texts"
    else:
        found = _PLAIN.get(get_origin(type_) or type_, "text")
    return found, None


def _bare(annotation: Any) -> Any:
    """A type without its limits, and without None beside it."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
        elif get_origin(annotation) in (Union, types.UnionType):
            (annotation,) = (one for one in get_args(annotation) if one is not type(None))
        else:
            return annotation


def _plain(value: Any) -> Any:
    return value.model_dump() if isinstance(value, BaseModel) else value
