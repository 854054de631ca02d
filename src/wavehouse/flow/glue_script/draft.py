"""The graph while it is read: nodes in Glue's JSON form, with ids that people can read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from wavehouse.flow.glue_script.refusals import Refused
from wavehouse.flow.graph import MAX_NODES
from wavehouse.flow.nodes import KINDS
from wavehouse.project.field_errors import field_error

# Glue Studio's variables are the node's name without its spaces, and a number: Join_node1678600203048.
_NUMBER = re.compile(r"_node_?\d*(_df|DF)?$|_df$")


class Draft:
    """The nodes of one script; `names` are those in its comments, by line."""

    def __init__(self, names: Mapping[int, str]) -> None:
        self.nodes: dict[str, dict[str, dict[str, Any]]] = {}
        self._names = dict(names)
        self._taken: set[str] = set()
        self._numbers: dict[str, int] = {}

    def take_name(self, line: int) -> str | None:
        """The name in the comment that stands before `line`; a comment names one node."""
        before = [one for one in self._names if one < line]
        name = self._names[max(before)] if before else None
        for one in before:
            del self._names[one]
        return name

    def add(
        self,
        kind: str,
        fields: Mapping[str, Any],
        line: int,
        called: str | None,
        name: str | None = None,
    ) -> str:
        """Add a node; its id is made from `called`, its variable or transformation_ctx. Returns the id.

        Fields that are None are left out. Raises `Refused` where Glue's node cannot have these fields.
        """
        if len(self.nodes) >= MAX_NODES:
            raise Refused(line, f"this script has more than {MAX_NODES:,} nodes, too many for a graph")
        readable = _NUMBER.sub("", called or "")
        id_ = self._free(re.sub(r"[^A-Za-z0-9_-]", "_", readable).strip("_") or kind)
        said = name if name is not None else self.take_name(line)
        node = {"Name": said or readable or kind, **{key: v for key, v in fields.items() if v is not None}}
        try:
            KINDS[kind].model_validate(node)
        except ValidationError as error:
            first = error.errors()[0]
            at = ".".join(map(str, first["loc"]))
            raise Refused(line, f"this is no {kind}{f', {at}' if at else ''}: {field_error(first)}") from None
        self.nodes[id_] = {kind: node}
        return id_

    def fields(self, id_: str) -> dict[str, Any]:
        """The fields of a node, to add to."""
        return next(iter(self.nodes[id_].values()))

    def put_rules_in_the_way(self) -> None:
        """Let what reads the same rows as an `EvaluateDataQuality` that nobody reads, read it instead.

        Glue judges rows beside the way that they take; here, what no target comes from is not run. The rows
        are the same.
        """
        readers: dict[str, list[str]] = {id_: [] for id_ in self.nodes}
        for id_ in self.nodes:
            for input_ in self.fields(id_).get("Inputs", ()):
                readers[input_].append(id_)
        for judged, all_ in readers.items():
            unread = [one for one in all_ if "EvaluateDataQuality" in self.nodes[one] and not readers[one]]
            last = judged
            for id_ in unread:
                self.fields(id_)["Inputs"] = [last]
                last = id_
            for reader in all_:
                if reader not in unread:
                    _read_instead(self.fields(reader), judged, last)

    def _free(self, id_: str) -> str:
        # Two ids must differ in more than the case of letters.
        number, free = self._numbers.get(id_.casefold(), 1), id_
        while free.casefold() in self._taken:
            number += 1
            free = f"{id_}_{number}"
        self._taken.add(free.casefold())
        self._numbers[id_.casefold()] = number
        return free


def _read_instead(fields: dict[str, Any], old: str, new: str) -> None:
    fields["Inputs"] = [new if one == old else one for one in fields["Inputs"]]
    for part in (*fields.get("SqlAliases", ()), *fields.get("Columns", ())):
        # (The Columns of a DropDuplicates are paths.)
        if isinstance(part, dict) and part.get("From") == old:
            part["From"] = new
