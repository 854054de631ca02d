"""From the columns of files to those of tables and the charts that read them, and back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from wavehouse.core.column_readers import ColumnReader
from wavehouse.core.columns import Column
from wavehouse.core.errors import CallError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.flow.nodes import CatalogSource, FileSource, FilesTarget, TableTarget
from wavehouse.flow.origins import origins
from wavehouse.flow.survey import Survey

Kind = Literal["file", "node", "table", "output", "chart", "query"]


@dataclass(frozen=True)
class Ref:
    """A column: of a source's `file`s, a `node`, a `table`, or files that a flow writes (`output`).

    A `chart` or a `query` stands for itself and has no column. `flow` is that of a node.
    """

    kind: Kind
    owner: str
    column: str = ""
    flow: str = ""


@dataclass(frozen=True)
class Edge:
    """`to` is made of `from_`: as it is, or computed."""

    from_: Ref
    to: Ref
    computed: bool


@dataclass(frozen=True)
class RowInfluence:
    """Columns that decide which rows a node gives, and how (`join`, `filter`, …)."""

    flow: str
    node: str
    how: str
    columns: tuple[Ref, ...]


@dataclass
class Lineage:
    """All columns of a project's flows, and how they come from each other."""

    types: dict[Ref, str] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    rows: list[RowInfluence] = field(default_factory=list)
    # By flow and node, the nodes that it comes from, itself included.
    before: dict[tuple[str, str], frozenset[tuple[str, str]]] = field(default_factory=dict)

    def up(self, ref: Ref) -> list[Edge]:
        """The edges by which a column comes from others, the nearest first."""
        return self._walk(ref, self._by("to"), lambda edge: edge.from_)

    def down(self, ref: Ref) -> list[Edge]:
        """The edges by which others come from a column, the nearest first."""
        return self._walk(ref, self._by("from_"), lambda edge: edge.to)

    def rows_above(self, refs: Iterable[Ref]) -> list[RowInfluence]:
        """What decides about the rows in which these columns stand."""
        nodes = {(ref.flow, ref.owner) for ref in refs if ref.kind == "node"}
        above = frozenset[tuple[str, str]]().union(*(self.before.get(node, frozenset()) for node in nodes))
        return [one for one in self.rows if (one.flow, one.node) in above]

    def rows_below(self, refs: Iterable[Ref]) -> list[RowInfluence]:
        """Where these columns decide about rows."""
        wanted = set(refs)
        return [one for one in self.rows if wanted & set(one.columns)]

    def find(self, text: str) -> Ref:
        """The column that `text` names; raises `CallError` with the nearest name where there is none.

        `database.table.column`, `source.column` or `node.column`; a node whose id several flows have, or that
        is called like a source, is written `flow/node.column`.
        """
        known: dict[str, Ref] = {}
        # Where a node is called like a source, the source is meant.
        for ref in sorted(self.types, key=lambda ref: ref.kind == "node"):
            if ref.kind in ("chart", "query"):
                continue
            known.setdefault(f"{ref.owner}.{ref.column}", ref)
            if ref.kind == "node":
                known[f"{ref.flow}/{ref.owner}.{ref.column}"] = ref
        folded = {name.casefold(): ref for name, ref in reversed(known.items())}
        found = known.get(text) or folded.get(text.casefold())
        if found is None:
            raise CallError(
                f"there is no column '{text}'",
                remedy=did_you_mean(text, [name for name in known if "/" not in name])
                or "Write database.table.column, source.column or node.column",
            )
        return found

    def _by(self, end: Literal["from_", "to"]) -> dict[Ref, list[Edge]]:
        found: dict[Ref, list[Edge]] = defaultdict(list)
        for edge in self.edges:
            found[getattr(edge, end)].append(edge)
        return found

    @staticmethod
    def _walk(ref: Ref, edges: Mapping[Ref, Sequence[Edge]], other: Callable[[Edge], Ref]) -> list[Edge]:
        seen, ahead, found = {ref}, [ref], []
        for one in ahead:
            for edge in edges.get(one, ()):
                found.append(edge)
                if other(edge) not in seen:
                    seen.add(other(edge))
                    ahead.append(other(edge))
        return found


def lineage(
    surveys: Iterable[Survey],
    sources: Mapping[str, Sequence[Column]],
    source_tables: Mapping[str, str],
    readers: Iterable[ColumnReader],
) -> Lineage:
    """The lineage of flows; `sources` has the columns of every contract, `source_tables` its table."""
    made = Lineage()
    for name, columns in sources.items():
        for column in columns:
            made.types[Ref("file", name, column.name)] = column.type
            if name in source_tables:
                table = Ref("table", source_tables[name], column.name)
                _join(made, Ref("file", name, column.name), table, column.type)
    for one in surveys:
        for id_ in one.graph.nodes:
            if id_ in one.relations and one.all_inputs_known(id_):
                _add_node(made, one, id_)
    for reader in readers:
        ref = Ref("chart" if reader.kind == "chart" else "query", reader.name)
        for table_name, names in sorted(reader.reads.items()):
            for read in sorted(names):
                _join(made, Ref("table", str(table_name), read), ref, "", computed=True)
    return made


def _join(made: Lineage, from_: Ref, to: Ref, type_: str, *, computed: bool = False) -> None:
    made.types.setdefault(to, type_)
    made.edges.append(Edge(from_, to, computed))


def _add_node(made: Lineage, survey: Survey, id_: str) -> None:
    flow, node, relation = survey.graph.name, survey.graph.nodes[id_], survey.relations[id_]

    def at(owner: str, column: str) -> Ref:
        return Ref("node", owner, column, flow)

    made.before[flow, id_] = frozenset((flow, one) for one in survey.graph.before(id_))
    made.types |= {at(id_, column.name): column.type for column in relation.columns}
    if node.Inputs:
        found = origins(node, survey.inputs(id_), relation)
        for name, froms in found.columns.items():
            made.edges += [Edge(at(one.input, one.column), at(id_, name), one.computed) for one in froms]
        made.rows += [
            RowInfluence(flow, id_, one.how, tuple(at(*column) for column in one.columns))
            for one in found.rows
        ]
    for column in relation.columns:
        here = at(id_, column.name)
        if isinstance(node, FileSource) and node.contract:
            made.edges.append(Edge(Ref("file", node.contract, column.name), here, False))
        elif isinstance(node, CatalogSource):
            _join(made, Ref("table", str(node.proper_table), column.name), here, column.type)
        elif isinstance(node, TableTarget) and node.proper_table:
            _join(made, here, Ref("table", str(node.proper_table), column.name), column.type)
        elif isinstance(node, FilesTarget):
            _join(made, here, Ref("output", node.Path.rstrip("/"), column.name), column.type)
