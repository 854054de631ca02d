"""Athena, asked by its own client: the rows of queries, and the columns of tables."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from wavehouse.aws.parity.answers import Row, from_text
from wavehouse.core.columns import Column
from wavehouse.core.errors import QueryError
from wavehouse.core.table_name import TableName

_CATALOG = "AwsDataCatalog"
_GONE = ("EntityNotFoundException", "MetadataException")
# Seconds between two looks at a query that runs.
PAUSE = 0.5


@dataclass(frozen=True)
class Athena:
    """`client` is boto3's of Athena; `pause` are seconds between two looks at a query."""

    client: Any
    workgroup: str
    pause: float = PAUSE
    _never: threading.Event = field(default_factory=threading.Event)

    def rows(self, sql: str) -> list[Row]:
        """The rows of a query; raises `QueryError` where Athena fails it."""
        started = self.client.start_query_execution(QueryString=sql, WorkGroup=self.workgroup)
        id_ = started["QueryExecutionId"]
        while True:
            status = self.client.get_query_execution(QueryExecutionId=id_)["QueryExecution"]["Status"]
            if status["State"] in ("SUCCEEDED", "FAILED", "CANCELLED"):
                break
            self._never.wait(self.pause)
        if status["State"] != "SUCCEEDED":
            raise QueryError(f"Athena: {status.get('StateChangeReason', status['State'])}")
        return self._results(id_)

    def columns(self, table: TableName) -> list[Column] | None:
        """The columns of a table, its partition keys last; None where there is no such table."""
        try:
            found = self.client.get_table_metadata(
                CatalogName=_CATALOG, DatabaseName=table.database, TableName=table.table
            )["TableMetadata"]
        except ClientError as error:
            if error.response["Error"]["Code"] in _GONE:
                return None
            raise
        listed = [*found.get("Columns", []), *found.get("PartitionKeys", [])]
        return [Column(one["Name"], one.get("Type", "")) for one in listed]

    def _results(self, id_: str) -> list[Row]:
        types: list[str] = []
        found: list[Row] = []
        for page in self.client.get_paginator("get_query_results").paginate(QueryExecutionId=id_):
            rows = page["ResultSet"]["Rows"]
            if not types:
                columns = page["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
                types = [column["Type"] for column in columns]
                # (The first row of a query is the names of its columns.)
                rows = rows[1:]
            for row in rows:
                texts = [value.get("VarCharValue") for value in row["Data"]]
                found.append([from_text(text, type_) for text, type_ in zip(texts, types, strict=True)])
        return found
