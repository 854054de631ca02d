"""Tables that no template can make: made by `CreateTable` where the catalog has none of that name.

A table that is there stays as it is: rows are in it, and its columns are for the job to change.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wavehouse.aws.deploy.clients import Clients
from wavehouse.aws.deploy.troubles import if_there, told
from wavehouse.aws.plan import Plan
from wavehouse.aws.stage import in_account


def missing_tables(clients: Clients, plan: Plan) -> list[str]:
    """Those of the plan's tables that the catalog has not, by their names."""
    return [name for name, request in sorted(plan.tables.items()) if not _is_there(clients, request)]


def create_tables(clients: Clients, plan: Plan, names: Sequence[str]) -> None:
    """Make tables of the plan, in this account; their databases must be there."""
    for name in names:
        with told(f"the table {name} is made"):
            clients.of("glue").create_table(**in_account(plan.tables[name], clients.account))


def _is_there(clients: Clients, request: dict[str, Any]) -> bool:
    database, table = request["DatabaseName"], request["Name"]
    doing = f"the table {table} is looked for"
    return (
        if_there(doing, lambda: clients.of("glue").get_table(DatabaseName=database, Name=table)) is not None
    )
