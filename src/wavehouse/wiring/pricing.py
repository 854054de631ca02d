"""How queries are priced: the project's rates, and what the tables are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wavehouse.project.project import Project
from wavehouse.settings import Settings
from wavehouse.wiring.parts import layout_of

if TYPE_CHECKING:
    from wavehouse.core.table_head import TableSource
    from wavehouse.query.price import Pricing


def pricing_of(settings: Settings, tables: TableSource, *, told: bool) -> Pricing | None:
    """How queries are priced; None where the price is neither told nor limited."""
    from wavehouse.query.price import Pricing, Rates

    project = Project.at(settings.project)
    rates = Rates()
    # (Few projects say something of Athena, and the others need not wait for a YAML parser.)
    if project.mentions("athena"):
        from wavehouse.query.athena_setting import read_rates

        rates = read_rates(project)
    if not told and rates.cutoff is None:
        return None
    if not told:
        return Pricing(rates)

    from wavehouse.pipeline.raw_files import RawFiles

    return Pricing(rates, RawFiles(layout_of(settings), project, tables).size)
