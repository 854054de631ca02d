"""What would be lost with a stack: objects in its buckets, tables in its databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from wavehouse.aws.deploy.clients import Clients
from wavehouse.aws.deploy.stack import Resource
from wavehouse.aws.deploy.troubles import is_missing, told


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
    """Count them."""
    objects = {}
    for bucket in buckets:
        # (A mark that says 'deleted' holds nothing.)
        counts = [len(page.get("Versions", [])) for page in versions(clients, bucket)]
        objects[bucket] = sum(counts)
    databases = [one.physical for one in resources if one.type == "AWS::Glue::Database"]
    return Losses(objects, [table for name in databases for table in _tables(clients, name)])


def versions(clients: Clients, bucket: str) -> Iterator[dict[str, Any]]:
    """Pages of all versions of all objects; none where there is no such bucket."""
    pages = clients.of("s3").get_paginator("list_object_versions")
    with told(f"the objects of {bucket} are listed"):
        try:
            yield from pages.paginate(Bucket=bucket)
        except ClientError as error:
            if not is_missing(error):
                raise


def _tables(clients: Clients, database: str) -> list[str]:
    pages = clients.of("glue").get_paginator("get_tables")
    with told(f"the tables of {database} are listed"):
        try:
            return [
                f"{database}.{one['Name']}"
                for page in pages.paginate(DatabaseName=database)
                for one in page["TableList"]
            ]
        except ClientError as error:
            if is_missing(error):
                return []
            raise
