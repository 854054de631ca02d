"""What of a project goes to AWS, read and checked: that from which the template is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wavehouse.aws.stage import Stage
from wavehouse.catalog.definition import ProjectCrawlers
from wavehouse.core.columns import Column
from wavehouse.core.table_name import TableName
from wavehouse.flow.graph import Graph
from wavehouse.flow.nodes import Target
from wavehouse.pipeline.schedules.definition import Schedules
from wavehouse.project.contracts import SourceContract
from wavehouse.query.price import Rates
from wavehouse.query.saved import SavedQuery


@dataclass(frozen=True)
class TableMade:
    """A table that a flow makes: its columns, and the target that says how it is cut and ordered."""

    name: TableName
    columns: Sequence[Column]
    target: Target


@dataclass(frozen=True)
class Deployable:
    """`jobs` has the request to `CreateJob` of each flow (docs/glue.md), the account as `stage.ACCOUNT`.

    `flows`, `jobs` and `contracts` are by name; `quicksight` are resources that stand behind the condition
    `HasQuickSight`.
    """

    stage: Stage
    description: str
    flows: Mapping[str, Graph]
    jobs: Mapping[str, dict[str, Any]]
    tables: Sequence[TableMade]
    contracts: Mapping[str, SourceContract]
    crawlers: ProjectCrawlers
    queries: Mapping[str, SavedQuery]
    schedules: Schedules
    rates: Rates
    quicksight: Mapping[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def databases(self) -> list[str]:
        """Every database that a table or a crawler is in."""
        named = {table.name.database for table in self.tables}
        return sorted(named | {crawler.database for crawler in self.crawlers.crawlers.values()})
