"""What every node did to the number of rows: nothing may be lost or multiplied unseen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from wavehouse.core.sql_text import identifier
from wavehouse.engines.engine import Engine
from wavehouse.flow.nodes import (
    Aggregate,
    ApplyMapping,
    DropDuplicates,
    DropFields,
    DropNullFields,
    EvaluateDataQuality,
    FillMissingValues,
    Filter,
    Join,
    Node,
    RenameField,
    SelectFields,
    SelectFromCollection,
    SplitFields,
    Union,
)
from wavehouse.flow.nodes.node import column_of
from wavehouse.flow.program import Program

# The kinds that have an entry in the account; of a SparkSQL nobody knows what it should do to its rows.
_Counted = Join | DropDuplicates | Filter | Union | Aggregate
# Those that hand on all rows, with all columns or fewer under the names that they have.
_Narrowing = DropFields | SelectFields | SplitFields | SelectFromCollection | EvaluateDataQuality
# Those that hand on all rows.
_Keeping = _Narrowing | ApplyMapping | RenameField | DropNullFields | FillMissingValues


@dataclass(frozen=True)
class NodeRows:
    """What a node that can change the number of rows did: rows in, and rows out.

    Of a join, the rows in are those of the left input: `unmatched` of them met none of the right, and `added`
    rows came from meeting several or, in right and outer joins, from the right alone. Of a union, they are
    those of both inputs.
    """

    node: str
    name: str
    rows_in: int
    rows_out: int
    unmatched: int = 0
    added: int = 0


class Account:
    """The account of a program whose target has been written: `target` reads it, `written` counts it."""

    def __init__(self, program: Program, target: str, written: int) -> None:
        self._program = program
        self._nodes = program.nodes
        self._target = target
        self._written = written
        # By join: the columns of its left input that reach the target under their own names.
        self._kept: dict[str, frozenset[str]] = {}

    def nodes(self, engine: Engine) -> list[NodeRows]:
        """Count, in two queries, what the nodes did that can change the number of rows.

        What the keys already tell is not counted again: a join whose right side is unique by its keys
        returns as many rows as the left has matches. When only such joins lie between a node and the target,
        and both have equally many rows, then none of the joins lost any.
        """
        spine = list(self._spine())
        first = self._nodes[spine[-1]].Inputs[0] if spine else self._program.last_id
        known: dict[str, int] = {}
        # (An empty target has no files to read, and nothing to save.)
        if spine and self._written and self._ask(engine, {"first": _count(first)})["first"] == self._written:
            known = dict.fromkeys([first, *spine], self._written)
        asked: dict[str, str] = {}
        for id_, node in self._nodes.items():
            if isinstance(node, _Counted):
                asked |= self._questions(id_, node, known)
        answers = self._ask(engine, asked)
        for text, rows in answers.items():
            known.setdefault(text, rows)
        return [
            self._node_rows(id_, node, known)
            for id_, node in self._nodes.items()
            if isinstance(node, _Counted)
        ]

    def expected_rows(self, account: list[NodeRows]) -> int | None:
        """How many rows the target must get by that account; None where a query between may change it."""
        last = {rows.node: rows.rows_out for rows in account}
        node = self._program.last_id
        while node not in last:
            if not isinstance(self._nodes[node], _Keeping):
                return None
            node = self._nodes[node].Inputs[0]
        return last[node]

    def _spine(self) -> Iterator[str]:
        """The joins before the target, last first, as far as each keeps the rows of its left input single."""
        node = self._program.last_id
        kept = frozenset(column.name for column in self._program.columns)
        while True:
            step = self._nodes[node]
            if isinstance(step, Join) and self._single(step) and step.JoinType in ("equijoin", "left"):
                kept &= frozenset(self._program.relations[step.Inputs[0]].names)
                self._kept[node] = kept
                yield node
            elif not isinstance(step, _Narrowing):
                return
            # What was dropped on the way may stand in the target as another column of that name.
            kept &= frozenset(self._program.relations[node].names)
            node = step.Inputs[0]

    def _questions(self, id_: str, node: _Counted, known: dict[str, int]) -> dict[str, str]:
        """The counts that are needed for a node, by name: `<node>` its rows, `matched <join>` its matches."""
        inputs = node.Inputs if isinstance(node, Union) else node.Inputs[:1]
        asked = {input_: _count(input_) for input_ in inputs if input_ not in known}
        if not isinstance(node, Join):
            if id_ not in known and not self._told(node):
                asked[id_] = _count(id_)
            return asked
        input_ = node.Inputs[0]
        if id_ in known and input_ in known and node.JoinType == "equijoin":
            return asked
        # (Of the first node, the input may have had other rows.)
        lossless = id_ in known and input_ in known
        lossless = lossless and set(node.keys(0)) <= self._kept.get(id_, frozenset())
        # The left side is what was written, then: no need to join it again.
        left = self._target if lossless else identifier(input_)
        asked[f"matched {id_}"] = _matched(node, left)
        if not self._single(node):
            asked[id_] = _count(id_)
        return asked

    def _told(self, node: DropDuplicates | Filter | Union | Aggregate) -> bool:
        """Whether the number of rows that come out follows from that of those that go in."""
        if isinstance(node, DropDuplicates):
            relation = self._program.relations[node.Inputs[0]]
            return relation.unique_by(map(column_of, node.Columns) if node.Columns else relation.names)
        if isinstance(node, Aggregate):
            return not node.Groups
        return isinstance(node, Union) and node.UnionType == "ALL"

    def _ask(self, engine: Engine, asked: dict[str, str]) -> dict[str, int]:
        if not asked:
            return {}
        (row,) = engine.rows(
            f"{self._program.ctes} SELECT {', '.join(f'({text})' for text in asked.values())}"
        )
        return dict(zip(asked, row, strict=True))

    def _single(self, join: Join) -> bool:
        """Whether each left row meets at most one right row, and no right row comes out alone."""
        right = self._program.relations[join.Inputs[1]]
        return right.unique_by(join.keys(1)) and join.JoinType not in ("right", "outer")

    def _node_rows(self, id_: str, node: Node, known: dict[str, int]) -> NodeRows:
        rows_in = known[node.Inputs[0]]
        if isinstance(node, Union):
            rows_in += known[node.Inputs[1]]
        if not isinstance(node, Join):
            told = 1 if isinstance(node, Aggregate) else rows_in
            return NodeRows(id_, node.Name, rows_in, known.get(id_, told))
        matched = known.get(f"matched {id_}", rows_in)
        kept = {"left": rows_in, "outer": rows_in, "leftanti": rows_in - matched}.get(node.JoinType, matched)
        rows_out = known.get(id_, kept)
        return NodeRows(id_, node.Name, rows_in, rows_out, rows_in - matched, rows_out - kept)


def _count(node: str) -> str:
    return f"SELECT count(*) FROM {identifier(node)}"


def _matched(join: Join, left: str) -> str:
    """The number of rows of `left` (a table) that meet at least one right row."""
    right = identifier(join.Inputs[1])
    on = " AND ".join(
        f"l.{identifier(a)} = r.{identifier(b)}" for a, b in zip(join.keys(0), join.keys(1), strict=True)
    )
    return f"SELECT count(*) FROM {left} AS l SEMI JOIN {right} AS r ON {on}"
