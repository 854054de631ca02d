"""Random graphs over all kinds of nodes with all their fields: right by construction, as far as fields go.

`node_of` gives one node of a kind, `random_nodes` the nodes of a whole graph. Their columns are random names:
such a graph can be written and read, not run.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping, Sequence
from typing import Any, Literal, Union, get_args, get_origin

from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from wavehouse.flow.nodes import KINDS, Node, Source, Target

_SOURCES = [kind for kind in KINDS.values() if issubclass(kind, Source)]
_TARGETS = [kind for kind in KINDS.values() if issubclass(kind, Target)]
_BETWEEN = [kind for kind in KINDS.values() if kind not in _SOURCES + _TARGETS]
_TWO_INPUTS = {"Join", "Union"}
_MANY_INPUTS = {"SparkSQL"}

# What Glue takes in a field between quotes: no line breaks, no half characters, nothing that is no character.
_IN_QUOTES = st.characters(
    min_codepoint=0x20, exclude_categories=["Cs"], exclude_characters="\x7f\ufffe\uffff"
)
TEXT = st.text(_IN_QUOTES | st.sampled_from("\t: #'\"`${}[],&*!|>%@\\"), max_size=12)
LINES = st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0x7E) | st.sampled_from("\n\n \t"), max_size=40
)
WORD = st.from_regex(r"[A-Za-z0-9_-]{1,8}", fullmatch=True)
IDS = st.from_regex(r"[a-z][A-Za-z0-9_-]{0,6}|node-[0-9]{3}", fullmatch=True)
_KEY = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Cs", "Zl", "Zp"]), max_size=8)

_PATHS = st.one_of(
    st.sampled_from(["${staging}/albums/", "${staging}/a b"]).map(lambda path: [path]),
    st.lists(TEXT.map(lambda text: f"s3://elsewhere/{text}"), min_size=1, max_size=3),
)
_PATH = st.sampled_from(["${warehouse}/x/", "s3://elsewhere/y/"])

# Fields that say more than their types do.
_BY_FIELD: dict[tuple[str, str], st.SearchStrategy[Any]] = {
    ("Node", "Name"): st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), max_size=12
    ),
    ("FileSource", "Paths"): _PATHS,
    ("FilesTarget", "Path"): _PATH,
    ("S3IcebergDirectTarget", "Path"): _PATH,
    ("SparkSQL", "SqlQuery"): LINES,
    ("EvaluateDataQuality", "Ruleset"): LINES.filter(bool),
    # Glue takes letters, digits, _ and - alone there.
    ("DropDuplicates", "Columns"): st.lists(WORD.map(lambda word: [word]), max_size=3),
    ("_Iceberg", "AdditionalOptions"): st.dictionaries(_KEY | st.just("wavehouse.sort-by"), TEXT, max_size=3),
    ("S3CatalogIcebergSource", "AdditionalIcebergOptions"): st.none()
    | st.dictionaries(_KEY, TEXT, max_size=3),
}


def _strategy(annotation: Any, limits: Sequence[Any] = ()) -> st.SearchStrategy[Any]:
    """Values of a type, within the limits that stand beside it."""
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is typing.Annotated:
        return _strategy(args[0], [*limits, *args[1:]])
    if origin in (Union, types.UnionType):
        return st.one_of([_strategy(one, limits) for one in args])
    if origin is Literal:
        return st.sampled_from(args)
    if origin is list:
        least, most = _limit(limits, "min_length") or 0, _limit(limits, "max_length")
        return st.lists(_strategy(args[0]), min_size=least, max_size=min(most or 3, least + 2))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        needed, optional = _fields(annotation)
        return st.fixed_dictionaries(needed, optional=optional)
    plain: dict[Any, st.SearchStrategy[Any]] = {
        type(None): st.none(),
        bool: st.booleans(),
        int: st.integers(_limit(limits, "ge") or 0, 2**31 - 1),
        str: WORD if "A-Za-z" in str(_limit(limits, "pattern")) else TEXT,
    }
    return plain[annotation]


def _limit(limits: Sequence[Any], name: str) -> Any:
    for one in limits:
        inside = one.metadata if isinstance(one, FieldInfo) else [one]
        for limit in inside:
            if (found := getattr(limit, name, None)) is not None:
                return found
    return None


def _fields(
    model: type[BaseModel], given: Mapping[str, Any] | None = None
) -> tuple[dict[str, st.SearchStrategy[Any]], dict[str, st.SearchStrategy[Any]]]:
    """The fields that a model needs, and those that it can have."""
    special = {field: made for (owner, field), made in _BY_FIELD.items() if owner in _names(model)}
    needed: dict[str, st.SearchStrategy[Any]] = {}
    optional: dict[str, st.SearchStrategy[Any]] = {}
    for name, field in model.model_fields.items():
        if name in (given or {}):
            needed[name] = st.just((given or {})[name])
        else:
            made = special[name] if name in special else _strategy(field.annotation, field.metadata)
            (needed if field.is_required() else optional)[name] = made
    return needed, optional


def _names(model: type[BaseModel]) -> set[str]:
    return {one.__name__ for one in model.__mro__}


def node_of(kind: type[Node], inputs: Sequence[str]) -> st.SearchStrategy[Node]:
    """One node of a kind that reads `inputs`."""
    given: dict[str, Any] = {} if issubclass(kind, Source) else {"Inputs": list(inputs)}
    if kind.__name__ == "Join":
        keys = st.integers(1, 3).flatmap(
            lambda size: st.tuples(*[st.lists(TEXT.map(lambda key: [key]), min_size=size, max_size=size)] * 2)
        )
        sides = st.tuples(keys, st.booleans()).map(lambda drawn: _sides(inputs, *drawn))
        return sides.flatmap(lambda columns: _built(kind, given | {"Columns": columns}))
    if kind.__name__ == "SparkSQL":
        aliases = st.lists(st.tuples(st.sampled_from(list(inputs)), TEXT), max_size=3)
        named = aliases.map(lambda drawn: [{"From": from_, "Alias": alias} for from_, alias in drawn])
        return named.flatmap(lambda found: _built(kind, given | {"SqlAliases": found}))
    return _built(kind, given)


def _sides(inputs: Sequence[str], keys: Sequence[Any], turned: bool) -> list[dict[str, Any]]:
    sides = [{"From": from_, "Keys": side} for from_, side in zip(inputs, keys, strict=True)]
    return sides[::-1] if turned else sides


def _built(kind: type[Node], given: Mapping[str, Any]) -> st.SearchStrategy[Node]:
    needed, optional = _fields(kind, given)
    if issubclass(kind, Source):
        optional.pop("Inputs")
    return st.fixed_dictionaries(needed, optional=optional).map(kind.model_validate)


@st.composite
def random_nodes(draw: st.DrawFn) -> dict[str, Node]:
    """The nodes of a graph by id: one to three sources, up to five nodes between, one or two targets."""
    number = draw(st.integers(3, 8))
    ids = draw(st.lists(IDS, min_size=number, max_size=number, unique_by=str.casefold))
    sources = draw(st.integers(1, min(3, number - 2)))
    targets = draw(st.integers(1, min(2, number - sources)))
    nodes: dict[str, Node] = {}
    for at, id_ in enumerate(ids):
        kinds = _SOURCES if at < sources else _TARGETS if at >= number - targets else _BETWEEN
        known = [one for one, node in nodes.items() if not isinstance(node, Target)]
        if len(known) < 2:
            kinds = [kind for kind in kinds if kind.__name__ not in _TWO_INPUTS]
        kind = draw(st.sampled_from(kinds))
        size = 2 if kind.__name__ in _TWO_INPUTS else 1
        most = 3 if kind.__name__ in _MANY_INPUTS else size
        inputs = (
            draw(st.lists(st.sampled_from(known), min_size=size, max_size=most, unique=True)) if known else []
        )
        nodes[id_] = draw(node_of(kind, inputs))
    return nodes
