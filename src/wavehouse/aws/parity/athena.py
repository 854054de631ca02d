"""Athena, asked by its own client: the rows of queries, and the columns of tables."""

from __future__ import annotations

from dataclasses import dataclass

from wavehouse.aws.deploy.clients import Clients
from wavehouse.aws.deploy.troubles import if_there, told
from wavehouse.aws.deploy.waiting import Waiting
from wavehouse.aws.parity.answers import Row, from_text
from wavehouse.core.columns import Column
from wavehouse.core.errors import QueryError
from wavehouse.core.table_name import TableName

_CATALOG = "AwsDataCatalog"
_ENDED = ("SUCCEEDED", "FAILED", "CANCELLED")


@dataclass(frozen=True)
class Athena:
    """Athena in the workgroup of that name; raises `OutsideError` where it is not reached, or refuses."""

    clients: Clients
    workgroup: str
    waiting: Waiting

    def rows(self, sql: str) -> list[Row]:
        """The rows of a query; raises `QueryError` where Athena fails it."""
        athena = self.clients.of("athena")
        with told("Athena is asked"):
            started = athena.start_query_execution(QueryString=sql, WorkGroup=self.workgroup)
            id_ = started["QueryExecutionId"]
            for _ in self.waiting.looks("a query"):
                status = athena.get_query_execution(QueryExecutionId=id_)["QueryExecution"]["Status"]
                if status["State"] in _ENDED:
                    break
            if status["State"] != "SUCCEEDED":
                raise QueryError(f"Athena: {status.get('StateChangeReason', status['State'])}")
            return self._results(id_)

    def columns(self, table: TableName) -> list[Column] | None:
        """The columns of a table, its partition keys last; None where there is no such table."""
        athena = self.clients.of("athena")
        found = if_there(
            f"the table {table} is looked for",
            lambda: athena.get_table_metadata(
                CatalogName=_CATALOG, DatabaseName=table.database, TableName=table.table
            ),
        )
        if found is None:
            return None
        metadata = found["TableMetadata"]
        listed = [*metadata.get("Columns", []), *metadata.get("PartitionKeys", [])]
        return [Column(one["Name"], one.get("Type", "")) for one in listed]

    def _results(self, id_: str) -> list[Row]:
        types: list[str] = []
        found: list[Row] = []
        for page in (
            self.clients.of("athena").get_paginator("get_query_results").paginate(QueryExecutionId=id_)
        ):
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
