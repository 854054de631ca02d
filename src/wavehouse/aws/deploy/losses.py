"""What would be lost with a stack: objects in its buckets, tables in its databases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from wavehouse.aws.deploy.buckets import versions
from wavehouse.aws.deploy.clients import Clients
from wavehouse.aws.deploy.stack import Resource
from wavehouse.aws.deploy.troubles import if_there
from wavehouse.aws.stage import ARTIFACTS


@dataclass(frozen=True)
class Losses:
    """`objects` by bucket, old versions among them; `tables` as database.table."""

    objects: dict[str, int]
    tables: list[str]

    @property
    def has_data(self) -> bool:
        """Whether anything is in the buckets: a table without files is a description, and made again."""
        return any(self.objects.values())

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {"objects": self.objects, "tables": self.tables}


def losses(clients: Clients, buckets: list[str], resources: list[Resource]) -> Losses:
    """Count them; the bucket of templates has none: they are made of the project's files."""
    objects = {}
    for bucket in buckets:
        if f"-{ARTIFACTS}-" in bucket:
            continue
        # (A mark that says 'deleted' holds nothing.)
        counts = [len(page.get("Versions", [])) for page in versions(clients, bucket)]
        objects[bucket] = sum(counts)
    databases = [one.physical for one in resources if one.type == "AWS::Glue::Database"]
    return Losses(objects, [table for name in databases for table in _tables(clients, name)])


def _tables(clients: Clients, database: str) -> list[str]:
    pages = clients.of("glue").get_paginator("get_tables")
    doing = f"the tables of {database} are listed"
    found = if_there(doing, lambda: [*pages.paginate(DatabaseName=database)])
    return [f"{database}.{one['Name']}" for page in found or [] for one in page["TableList"]]
