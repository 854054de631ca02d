"""What a run follows: the contracts and the flow of a project."""

from __future__ import annotations

from dataclasses import dataclass

from wavehouse.core.errors import DefinitionError
from wavehouse.core.table_name import TableName
from wavehouse.flow.checks import rulesets
from wavehouse.flow.graph import Graph, read_graph
from wavehouse.flow.nodes import S3CsvSource, TableTarget
from wavehouse.pipeline.quarantine import QUARANTINE
from wavehouse.pipeline.rulebook import SourceRules, read_rules
from wavehouse.pipeline.source_table import table_of
from wavehouse.project.contracts import SourceContract, read_contracts
from wavehouse.project.project import Project
from wavehouse.project.yaml_file import read_yaml
from wavehouse.quality.plan import WORD


@dataclass(frozen=True)
class Definition:
    """The contracts, their rules, the flow, and the hash of the files they were read from.

    `rules` are by source, each source after those that its rules refer to.
    """

    contracts: dict[str, SourceContract]
    rules: dict[str, SourceRules]
    graph: Graph
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
        """Every table that a run writes: the sources' first, the flow's last."""
        return [*(table_of(contract) for contract in self.tables.values()), QUARANTINE, self.target.table]

    @property
    def target_id(self) -> str:
        """The node of the flow whose table it makes."""
        return next(iter(self.graph.tables))

    @property
    def target(self) -> TableTarget:
        """That node."""
        return self.graph.tables[self.target_id]

    @property
    def loading_order(self) -> list[str]:
        """The sources whose rows become tables, each after those that its rules refer to."""
        return [*(name for name in self.tables if name not in self.rules), *self.rules]


def read_definition(project: Project) -> Definition:
    """Read what a run of `project` follows; raises `DefinitionError` for anything wrong in it."""
    # First of all: a file saved while it is being read must not pass for what was read.
    digest = project.digest()
    flows = project.files("flows")
    if len(flows) != 1:
        raise DefinitionError(
            f"the project has {len(flows)} flows, and needs one",
            where=str(project.root / "flows"),
            remedy="Keep one file there",
        )
    contracts, graph = read_contracts(project), read_graph(read_yaml(flows[0]))
    if len(graph.targets) != 1 or len(graph.tables) != 1:
        raise DefinitionError(
            f"the flow has {len(graph.targets)} targets, and needs one table",
            where=graph.where([*graph.targets][-1]),
            remedy="Keep one S3IcebergCatalogTarget",
        )
    rulesets(graph)
    for id_, node in graph.sources.items():
        if not isinstance(node, S3CsvSource):
            continue
        contract = contracts.get(node.contract or "")
        if contract and (node.signs != (contract.csv.delimiter, contract.csv.quote) or not node.WithHeader):
            raise DefinitionError(
                f"node '{id_}' reads its files otherwise than the contract of '{node.contract}' says",
                where=graph.where(id_),
                remedy="Let Separator, QuoteChar and WithHeader say the same as the contract's csv",
            )
    return Definition(contracts, read_rules(contracts, project.root), graph, digest)
