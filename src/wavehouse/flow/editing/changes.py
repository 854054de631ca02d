"""What can be done to the graph in a flow's file. Each gives a new tree, or says why that cannot be.

A graph on its way may be wrong (a join of one input); only what could not be said in a file, or would have to
be guessed, is refused here. The findings tell of the rest.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from copy import deepcopy
from typing import Any

from wavehouse.core.errors import CallError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.flow.editing.new_node import alias
from wavehouse.flow.editing.paths import before
from wavehouse.flow.editing.ports import ports
from wavehouse.flow.nodes import KINDS, REFUSED, Source, Target
from wavehouse.flow.written_node import written_inputs

Tree = Mapping[str, Any]

_ID = re.compile(r"[A-Za-z0-9_-]+")
# Which fields name the inputs of a node besides `Inputs`: a list of structures with the field `From`.
_BY_INPUT = {"Join": "Columns", "SparkSQL": "SqlAliases"}


def kind_of(tree: Tree, id_: str) -> str:
    """The kind of a node; '' where it has none, or several."""
    body = _body(tree, id_)
    return next(iter(body)) if len(body) == 1 else ""


def fields_of(tree: Tree, id_: str) -> Mapping[str, Any]:
    """The fields of a node as they are written; none where it has no kind."""
    fields = _body(tree, id_).get(kind_of(tree, id_))
    return fields if isinstance(fields, Mapping) else {}


def inputs_of(tree: Tree, id_: str) -> list[str]:
    """What a node reads, as far as it says so."""
    body = _body(tree, id_)
    return written_inputs(body) if all(isinstance(one, Mapping) for one in body.values()) else []


def check_kind(kind: str) -> None:
    """Raise `CallError` for a kind of which there is no node here."""
    if kind not in KINDS:
        raise CallError(
            f"a node of the kind {kind} cannot be added: {REFUSED.get(kind, 'there is no such kind')}",
            remedy="" if kind in REFUSED else did_you_mean(kind, KINDS),
        )


def with_node(tree: Tree, id_: str, kind: str, fields: Mapping[str, Any]) -> Tree:
    """With one node more, after all others."""
    check_kind(kind)
    _check_free(tree, id_)
    made = _copy(tree)
    made["nodes"][id_] = {kind: dict(fields)}
    return made


def without_nodes(tree: Tree, ids: Collection[str]) -> Tree:
    """Without some nodes, and without the connections that they had."""
    made = _copy(tree)
    for id_ in ids:
        _known(made, id_)
        for reader in _readers(made, id_):
            _disconnect(made, id_, reader)
        del made["nodes"][id_]
    return made


def renamed(tree: Tree, old: str, new: str) -> Tree:
    """With another id for a node, wherever it stands."""
    _known(tree, old)
    if new == old:
        return tree
    if not _ID.fullmatch(new):
        raise CallError(f"'{new}' is no id of a node", remedy="Ids have letters, digits, _ and -")
    _check_free(tree, new, but=old)
    made = _copy(tree)
    for reader in _readers(made, old):
        _replace(made, reader, inputs_of(made, reader).index(old), new)
    made["nodes"] = {new if id_ == old else id_: body for id_, body in made["nodes"].items()}
    return made


def with_field(tree: Tree, id_: str, field: str, value: Any) -> Tree:
    """With another value of a field; None takes the field out."""
    kind = _with_kind(tree, id_)
    known = KINDS[kind].model_fields if kind in KINDS else fields_of(tree, id_)
    if field not in known:
        raise CallError(f"a {kind} has no field '{field}'", remedy=did_you_mean(field, known))
    if field == "Inputs":
        raise CallError("what a node reads is changed by connections", remedy="Connect the nodes")
    made = _copy(tree)
    fields = _writable(made, id_)
    if value is None:
        fields.pop(field, None)
    else:
        fields[field] = deepcopy(value)
    return made


def connected(tree: Tree, start: str, end: str, port: int | None = None) -> Tree:
    """With `end` reading `start`: in the place of the input `port` if it has that many, else besides.

    A node that reads one other reads the new one instead. What `end` says about the input that goes (the keys
    of a join, an alias) it says about the new one then.
    """
    _known(tree, start)
    kind = _with_kind(tree, end)
    _check_connection(tree, start, end)
    made = _copy(tree)
    inputs = inputs_of(made, end)
    most = ports(kind).most
    if most == 1:
        port = 0
    if port is not None and port < len(inputs):
        _replace(made, end, port, start)
        return made
    if most is not None and len(inputs) >= most:
        raise CallError(
            f"'{end}' reads {most} nodes already", remedy="Take one of its connections away first"
        )
    fields = _writable(made, end)
    place = 0 if port == 0 else len(inputs)
    fields["Inputs"] = [*inputs[:place], start, *inputs[place:]]
    if kind == "Join":
        fields["Columns"] = [*_entries(fields, "Columns"), {"From": start, "Keys": []}]
    elif kind == "SparkSQL":
        name = alias(start)
        fields["SqlAliases"] = [*_entries(fields, "SqlAliases"), {"From": start, "Alias": name}]
        if not str(fields.get("SqlQuery", "")).strip():
            fields["SqlQuery"] = f"SELECT *\nFROM {name}\n"
    return made


def disconnected(tree: Tree, start: str, end: str) -> Tree:
    """With `end` not reading `start`, and not saying anything about it."""
    _known(tree, end)
    if start not in inputs_of(tree, end):
        raise CallError(f"'{end}' does not read '{start}'")
    made = _copy(tree)
    _disconnect(made, start, end)
    return made


def _check_connection(tree: Tree, start: str, end: str) -> None:
    first, last = (KINDS.get(kind_of(tree, id_)) for id_ in (start, end))
    if first is not None and issubclass(first, Target):
        raise CallError(f"'{start}' is a target, which no node reads", remedy="Connect what the target reads")
    if last is not None and issubclass(last, Source):
        raise CallError(f"'{end}' is a source, which reads no node")
    if start in inputs_of(tree, end):
        raise CallError(f"'{end}' reads '{start}' already")
    if end in before({id_: inputs_of(tree, id_) for id_ in tree["nodes"]}, start):
        raise CallError(
            f"'{start}' comes from '{end}': connected, they would go round in a circle"
            if start != end
            else f"'{start}' cannot read itself"
        )


def _replace(made: dict[str, Any], reader: str, port: int, new: str) -> None:
    """Let a node read `new` in the place of one of its inputs."""
    fields = _writable(made, reader)
    inputs = inputs_of(made, reader)
    old, inputs[port] = inputs[port], new
    fields["Inputs"] = inputs
    field = _BY_INPUT.get(kind_of(made, reader))
    if field in fields:
        fields[field] = [
            {**one, "From": new} if one.get("From") == old else one for one in _entries(fields, field)
        ]


def _disconnect(made: dict[str, Any], start: str, end: str) -> None:
    fields = _writable(made, end)
    fields["Inputs"] = [one for one in inputs_of(made, end) if one != start]
    field = _BY_INPUT.get(kind_of(made, end))
    if field in fields:
        fields[field] = [one for one in _entries(fields, field) if one.get("From") != start]


def _entries(fields: Mapping[str, Any], field: str) -> list[dict[str, Any]]:
    entries = fields.get(field)
    return [one for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []


def _readers(tree: Tree, id_: str) -> Iterator[str]:
    yield from [one for one in tree["nodes"] if id_ in inputs_of(tree, one)]


def _body(tree: Tree, id_: str) -> Mapping[str, Any]:
    body = tree["nodes"].get(id_)
    return body if isinstance(body, Mapping) else {}


def _writable(made: dict[str, Any], id_: str) -> dict[str, Any]:
    body = made["nodes"][id_]
    kind = kind_of(made, id_)
    if not isinstance(body[kind], dict):
        body[kind] = {}
    fields: dict[str, Any] = body[kind]
    return fields


def _copy(tree: Tree) -> dict[str, Any]:
    # (What an alias stands for twice is changed in one place.)
    return {**tree, "nodes": {id_: _fresh(body) for id_, body in tree["nodes"].items()}}


def _fresh(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _fresh(one) for key, one in value.items()}
    return [_fresh(one) for one in value] if isinstance(value, list) else value


def _known(tree: Tree, id_: str) -> None:
    if id_ not in tree["nodes"]:
        raise CallError(f"there is no node '{id_}'", remedy=did_you_mean(id_, tree["nodes"]))


def _with_kind(tree: Tree, id_: str) -> str:
    _known(tree, id_)
    kind = kind_of(tree, id_)
    if not kind:
        raise CallError(
            f"the node '{id_}' has no kind, or several", remedy="Mend it in the file, or delete it"
        )
    return kind


def _check_free(tree: Tree, id_: str, but: str = "") -> None:
    taken = next((one for one in tree["nodes"] if one.casefold() == id_.casefold() and one != but), None)
    if taken is not None:
        raise CallError(f"there is a node '{taken}' already", remedy="Give it another id")
