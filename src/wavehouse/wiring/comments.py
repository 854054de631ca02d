"""What the project says of a table of the lake: in its contracts, and in the flow that makes the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wavehouse.core.errors import WavehouseError
from wavehouse.project.project import Project
from wavehouse.settings import Settings
from wavehouse.wiring.parts import head_of

if TYPE_CHECKING:
    from wavehouse.catalog.descriptions import Comments
    from wavehouse.core.table_name import TableName


def project_comments(settings: Settings, name: TableName) -> Comments:
    """The comments for a table, as far as this project has made it.

    They are looked up rather than kept with the table: a better word needs no new snapshot. Nothing is said
    of a table that another project has made, or other definitions of this one.
    """
    from wavehouse.catalog.descriptions import Comments
    from wavehouse.lake.bookmark import PROJECT

    head = head_of(settings).head(name)
    try:
        project = Project.at(settings.project)
        if head is not None and head.properties.get(PROJECT) == project.digest():
            return _comments(settings, project, name)
    except WavehouseError:
        pass  # a project that is not there, or broken, is no reason to tell nothing of the table
    return Comments()


def _comments(settings: Settings, project: Project, name: TableName) -> Comments:
    from wavehouse.catalog.descriptions import Comments
    from wavehouse.flow.flows import read_flows
    from wavehouse.flow.inherited_comments import inherited_comments
    from wavehouse.pipeline.source_table import table_of
    from wavehouse.project.contracts import read_contracts
    from wavehouse.wiring.flow_lineage import flow_lineage

    contracts = read_contracts(project)
    for contract in contracts.values():
        if contract.role == "table" and table_of(contract) == name:
            said = {column: told.description for column, told in contract.columns.items()}
            return Comments(contract.description, said)
    flows = read_flows(project)
    for flow in flows.values():
        if name in [node.table for node in flow.tables.values()]:
            columns = {
                (contract.source, column): told.description
                for contract in contracts.values()
                for column, told in contract.columns.items()
            }
            lineage = flow_lineage(settings, flows, contracts)
            return Comments(flow.description, inherited_comments(lineage, name, columns))
    return Comments()
