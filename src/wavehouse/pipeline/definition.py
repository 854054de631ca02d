"""What a run follows: the contracts and the flows of a project."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from wavehouse.core.table_name import TableName
from wavehouse.flow.checks import rulesets
from wavehouse.flow.flows import read_flows
from wavehouse.flow.graph import Graph
from wavehouse.flow.nodes import CatalogSource, FileSource
from wavehouse.pipeline.origin import Origin
from wavehouse.pipeline.quarantine import QUARANTINE
from wavehouse.pipeline.rulebook import SourceRules, read_rules
from wavehouse.pipeline.source_checks import source_faults
from wavehouse.pipeline.source_table import table_of, table_of_source
from wavehouse.pipeline.target_order import targets_in_order
from wavehouse.pipeline.targets import FlowTarget, table_read
from wavehouse.project.contracts import SourceContract, read_contracts
from wavehouse.project.project import Project
from wavehouse.quality.plan import WORD


@dataclass(frozen=True)
class Definition:
    """The contracts, their rules, the targets of all flows, and the hash of the files they were read from.

    `rules` are by source, each source after those that its rules refer to; `targets` are in the order of
    making.
    """

    project: Project
    contracts: dict[str, SourceContract]
    rules: dict[str, SourceRules]
    targets: tuple[FlowTarget, ...]
    digest: str

    @property
    def tables(self) -> dict[str, SourceContract]:
        """The contracts whose rows become tables, by source name."""
        return {name: contract for name, contract in self.contracts.items() if contract.role == "table"}

    @property
    def not_incremental(self) -> str:
        """Why runs cannot take what is new alone; '' where they can."""
        for source, rules in self.rules.items():
            if rules.comparing:
                return f"the rule '{rules.comparing}' of {source} compares a row with others"
            if len(rules.lookups) > WORD:
                return f"{source} has more than {WORD} rules that look up another source"
        return ""

    @property
    def table_names(self) -> list[TableName]:
        """Every table that a run writes, in the order in which they are shown: the sources' first.

        The last names the snapshots of all others: that of the last table target, in the order of making.
        """
        made = [target.table for target in self.targets if target.table]
        aside = [QUARANTINE] if self.keeps_aside else []
        return [*(table_of(contract) for contract in self.tables.values()), *aside, *made]

    @property
    def keeps_aside(self) -> bool:
        """Whether runs write the table of rows kept aside: it needs contracts, or to be the last table."""
        return bool(self.tables) or not any(target.table for target in self.targets)

    @property
    def origins(self) -> tuple[Origin, ...]:
        """What each target is made from."""
        return tuple(
            Origin(target.name, target.graph.name, tuple(dict.fromkeys(_tables_read(target.graph))))
            for target in self.targets
        )

    @property
    def loading_order(self) -> list[str]:
        """The sources whose rows become tables, each after those that its rules refer to."""
        return [*(name for name in self.tables if name not in self.rules), *self.rules]


def _tables_read(graph: Graph) -> Iterator[str]:
    for id_, node in graph.sources.items():
        if isinstance(node, CatalogSource):
            yield str(table_read(graph, id_, node))
        elif isinstance(node, FileSource) and node.contract is not None:
            yield str(table_of_source(node.contract))


def read_definition(project: Project) -> Definition:
    """Read what a run of `project` follows; raises `DefinitionError` for anything wrong in it."""
    # First of all: a file saved while it is being read must not pass for what was read.
    digest = project.digest()
    contracts = read_contracts(project)
    flows = read_flows(project)
    targets = targets_in_order(flows)
    for graph in flows.values():
        rulesets(graph)
        for fault in source_faults(graph, contracts):
            raise fault.error
    return Definition(project, contracts, read_rules(contracts, project.root), tuple(targets), digest)
