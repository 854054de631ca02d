"""One node of a flow's file as its model, and what is wrong where it is none."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from copy import deepcopy
from itertools import takewhile
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from wavehouse.core.suggestions import did_you_mean, nearest
from wavehouse.flow.broken_graph import BrokenGraphError, Complain
from wavehouse.flow.nodes import KINDS, REFUSED, Node
from wavehouse.project.definition_file import DefinitionFile, fields_at
from wavehouse.project.field_errors import field_error

# A node as it is written: its kind, and the fields of that.
Written = Mapping[str, Mapping[str, Any]]


def read_node(
    file: DefinitionFile, id_: str, body: Written, ids: AbstractSet[str], complain: Complain
) -> Node | None:
    """The node as its model; None after complaints. `ids` are those of all nodes that stand in the file.

    What has fields that there are not is read without them, or as it was probably meant, after the complaint:
    so its other mistakes can be told as well.
    """
    where = file.where(["nodes", id_])
    if len(body) != 1:
        what = f"node '{id_}' has {len(body)} kinds ({', '.join(body)})"
        complain(BrokenGraphError(id_, "kind", what, where=where, remedy="Give it exactly one"))
        return None
    kind, fields = next(iter(body.items()))
    if kind in REFUSED:
        what = f"node '{id_}' is a {kind}, a kind of Glue's that does not run here: {REFUSED[kind]}"
        complain(BrokenGraphError(id_, "kind", what, where=where))
        return None
    if kind not in KINDS:
        what = f"node '{id_}' is of the kind '{kind}', which is not known"
        complain(BrokenGraphError(id_, "kind", what, where=where, remedy=did_you_mean(kind, KINDS)))
        return None
    # Where an input is not there (which the graph tells), what else names it cannot fit either.
    strays = not ids >= {*written_inputs(body)}
    told: set[tuple[Any, ...]] = set()
    while True:
        try:
            return KINDS[kind].model_validate(fields)
        except ValidationError as error:
            # A mistyped field is also a missing one: name first what stands there.
            new = [
                one
                for one in sorted(error.errors(), key=lambda one: not _is_extra(one))
                if _known(one) not in told
            ]
            for one in new:
                told.add(_known(one))
                if not (strays and not one["loc"]):
                    complain(_complaint(file, id_, kind, one))
            if not any(map(_is_extra, new)):
                return None
            fields = _mended(KINDS[kind], fields, new)


def written_inputs(body: Written) -> list[str]:
    """What a node reads, as far as it says so."""
    fields = next(iter(body.values()), {})
    inputs = fields.get("Inputs", [])
    return [one for one in inputs if isinstance(one, str)] if isinstance(inputs, list) else []


def _known(error: ErrorDetails) -> tuple[Any, ...]:
    return error["type"], error["loc"], error["msg"]


def _is_extra(error: ErrorDetails) -> bool:
    return error["type"] == "extra_forbidden"


def _complaint(file: DefinitionFile, id_: str, kind: str, error: ErrorDetails) -> BrokenGraphError:
    field = _field(error["loc"])
    return BrokenGraphError(
        id_,
        "fields",
        f"node '{id_}' ({kind}){f', {field}' if field else ''}: {field_error(error)}",
        where=file.where(["nodes", id_, kind, *error["loc"]]),
        remedy=did_you_mean(field, fields_at(KINDS[kind], error["loc"][:-1])) if _is_extra(error) else "",
    )


def _mended(model: type[Node], fields: Mapping[str, Any], errors: list[ErrorDetails]) -> Mapping[str, Any]:
    """The fields with the nearest name for each that there is not, or without it."""
    mended = deepcopy(dict(fields))
    for error in filter(_is_extra, errors):
        holder: Any = mended
        *steps, name = error["loc"]
        for step in steps:
            # (Other steps are those of the model that the file does not have, such as the tag of a union.)
            if (isinstance(holder, dict) and step in holder) or (
                isinstance(holder, list) and isinstance(step, int)
            ):
                holder = holder[step]  # type: ignore[index]
        value = holder.pop(name)
        meant = nearest(str(name), fields_at(model, steps))
        if meant is not None and meant not in holder:
            holder[meant] = value
    return mended


def _field(location: tuple[str | int, ...]) -> str:
    """The innermost field of a location, with the place in its list: `Paths[0]`."""
    places = list(takewhile(lambda step: isinstance(step, int), reversed(location)))
    name = location[-len(places) - 1] if len(places) < len(location) else ""
    return f"{name}{''.join(f'[{place}]' for place in reversed(places))}"
