"""The graph of a visual job: what the shapes of Glue's API do not say about it.

Source: the API's documentation of nodes (Inputs, Join.Columns and SqlAliases name nodes by their ids).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from wavehouse.aws.finding import Finding
from wavehouse.core.suggestions import did_you_mean


def graph_findings(nodes: Mapping[str, Any], path: str) -> Iterator[Finding]:
    """Inputs that are not there, circles, and keys or aliases of what is no input.

    What has not even the shape of a node is passed over: the shapes tell of it.
    """
    read: dict[str, list[str]] = {}
    for id_, node in nodes.items():
        for kind, body in node.items() if isinstance(node, Mapping) else ():
            if isinstance(body, Mapping):
                inputs = _texts(body.get("Inputs"))
                read.setdefault(id_, []).extend(inputs)
                yield from _inputs(nodes, inputs, f"{path}.{id_}.{kind}")
                yield from _tied(kind, body, inputs, f"{path}.{id_}.{kind}")
    try:
        TopologicalSorter(read).prepare()
    except CycleError as error:
        yield Finding(path, f"the nodes go round in a circle: {' → '.join(reversed(error.args[1]))}")


def _inputs(nodes: Mapping[str, Any], inputs: list[str], path: str) -> Iterator[Finding]:
    for at, id_ in enumerate(inputs):
        node = nodes.get(id_)
        if id_ not in nodes:
            yield Finding(f"{path}.Inputs[{at}]", f"there is no node '{id_}'. {did_you_mean(id_, nodes)}")
        elif isinstance(node, Mapping) and any(str(kind).endswith("Target") for kind in node):
            yield Finding(f"{path}.Inputs[{at}]", f"the node '{id_}' is a target, which none can read")


def _tied(kind: str, body: Mapping[str, Any], inputs: list[str], path: str) -> Iterator[Finding]:
    """The fields that name inputs again."""
    if kind == "Join":
        named = _from(body.get("Columns"))
        if sorted(named) != sorted(inputs):
            yield Finding(
                f"{path}.Columns",
                f"the keys are From {_list(named)}, and the Inputs are {_list(inputs)}: "
                "each must be there once",
            )
    if kind == "SparkSQL":
        for at, id_ in enumerate(_from(body.get("SqlAliases"))):
            if id_ not in inputs:
                yield Finding(
                    f"{path}.SqlAliases[{at}].From",
                    f"'{id_}' is none of the Inputs. {did_you_mean(id_, inputs)}".rstrip(),
                )


def _from(entries: Any) -> list[str]:
    known = entries if isinstance(entries, list) else []
    return _texts([one.get("From") for one in known if isinstance(one, Mapping)])


def _texts(values: Any) -> list[str]:
    return [one for one in values if isinstance(one, str)] if isinstance(values, list) else []


def _list(names: list[str]) -> str:
    return ", ".join(names) or "none"
