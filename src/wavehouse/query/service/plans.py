"""Plans of queries that have been asked before, for as long as the tables that they read are the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wavehouse.core.recent import Recent
from wavehouse.core.table_head import TableSource
from wavehouse.query.estimate import TableScan
from wavehouse.query.service.plan import Plan
from wavehouse.query.service.reuse import holds

_MOST = 200


@dataclass
class Planned:
    """A plan, with what Athena would scan for it (None: nobody has asked yet)."""

    plan: Plan
    scans: Sequence[TableScan] | None = None


class Plans:
    """The plans of the last queries, by their text and database; several threads may ask."""

    def __init__(self, tables: TableSource) -> None:
        self._tables = tables
        self._kept: Recent[tuple[str, str], Planned] = Recent(_MOST)

    def find(self, text: str, database: str) -> Planned | None:
        """The plan of the same query of the same tables, if every one of them is what it was."""
        found = self._kept.get((text, database))
        return found if found is not None and holds(found.plan.translation, self._tables) else None

    def keep(self, text: str, database: str, plan: Plan) -> Planned:
        """Keep a plan, if it can be told when it holds no more: not where files or a view are read."""
        planned = Planned(plan)
        if plan.reuse_key and plan.translation.uses and not plan.translation.scans:
            self._kept.put((text, database), planned)
        return planned
