"""External tables in the Glue Data Catalog."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from wavehouse.catalog.glue_table_input import (
    STATE,
    glue_values,
    partition_input,
    read_glue_partition,
    read_glue_table,
    table_input,
    version_of,
)
from wavehouse.catalog.sql_tables import iceberg_already
from wavehouse.core.catalog_setting import GlueSetting
from wavehouse.core.data_catalog import (
    MOST_VERSIONS,
    CatalogTable,
    Database,
    Partition,
    PartitionValues,
    TableVersion,
    in_order,
)
from wavehouse.core.errors import CallError, OutsideError
from wavehouse.core.table_name import TableName
from wavehouse.lake.glue_client import glue_client, glue_databases, glue_tables, glue_told
from wavehouse.lake.head import UNSEEN

T = TypeVar("T")

# https://docs.aws.amazon.com/glue/latest/webapi/API_BatchCreatePartition.html and the like
_MOST_PARTITIONS = 100
_MOST_DELETED = 25


@dataclass(frozen=True)
class GlueTables:
    """`ExternalTables` in Glue; `is_own` tells of metadata files that tables of the lake have.

    A call is several requests: one that was cut off is to be made again. Tables that others have made there
    are shown too, as far as they are of a kind that is read here.
    """

    setting: GlueSetting
    is_own: Callable[[str], bool] = lambda location: False  # noqa: ARG005

    def databases(self) -> Sequence[Database]:
        """All databases, sorted by name."""
        prefix = self.setting.database_prefix
        with glue_told(self.setting):
            found = [
                Database(one["Name"].removeprefix(prefix), one.get("Description") or "")
                for one in glue_databases(self.setting)
            ]
        return sorted((one for one in found if one.name != UNSEEN), key=lambda one: one.name)

    def names(self) -> Sequence[TableName]:
        """All tables, sorted."""
        with glue_told(self.setting):
            return sorted(
                TableName(database, told["Name"])
                for database, told in glue_tables(self.setting)
                if database != UNSEEN and not self._own(told) and read_glue_table(database, told)
            )

    def table(self, name: TableName) -> CatalogTable | None:
        """One table, None where there is no such table."""
        with glue_told(self.setting):
            told = self._told(name)
        return None if told is None or self._own(told) else read_glue_table(name.database, told)

    def partitions(self, name: TableName) -> Iterator[Partition]:
        """The partitions of a table, sorted by their values."""
        with glue_told(self.setting), suppress(self._client.exceptions.EntityNotFoundException):
            pages = self._client.get_paginator("get_partitions").paginate(**self._place(name))
            found = [read_glue_partition(told) for page in pages for told in page["Partitions"]]
            return iter(in_order(found))
        return iter(())

    def versions(self, name: TableName) -> Sequence[TableVersion]:
        """The states of a table that are kept, oldest first."""
        told: list[Mapping[str, Any]] = []
        with glue_told(self.setting), suppress(self._client.exceptions.EntityNotFoundException):
            pages = self._client.get_paginator("get_table_versions").paginate(**self._place(name))
            told = [one["Table"] for page in pages for one in page["TableVersions"]]
        found = [
            TableVersion(version_of(one), one.get("UpdateTime") or one["CreateTime"], table)
            for one in told
            if not self._own(one) and (table := read_glue_table(name.database, one))
        ]
        return sorted(found, key=lambda one: one.number)[-MOST_VERSIONS:]

    def create_database(self, database: Database) -> None:
        """Make a database, or change its comment."""
        told = {"Name": self._database(database.name), "Description": database.comment}
        with glue_told(self.setting):
            try:
                self._client.create_database(DatabaseInput=told)
            except self._client.exceptions.AlreadyExistsException:
                self._client.update_database(Name=told["Name"], DatabaseInput=told)

    def put(
        self,
        table: CatalogTable,
        add: Iterable[Partition] = (),
        remove: Iterable[PartitionValues] = (),
    ) -> None:
        """Create a table or make it this one; see `ExternalTables`."""
        place = self._place(table.name)
        with glue_told(self.setting):
            self._put_table(table)
            for values in _batches(remove, _MOST_DELETED):
                gone = [{"Values": glue_values(one)} for one in values]
                done = self._client.batch_delete_partition(**place, PartitionsToDelete=gone)
                _refused(table.name, done, but="EntityNotFoundException")
            for partitions in _batches(add, _MOST_PARTITIONS):
                self._put_partitions(table, [partition_input(table, one) for one in partitions])

    def drop(self, name: TableName) -> None:
        """Forget a table with its partitions and versions; its files stay."""
        with glue_told(self.setting), suppress(self._client.exceptions.EntityNotFoundException):
            if _is_kept_by_iceberg(self._told(name)):
                raise CallError(
                    f"{name} is an Iceberg table that somebody else commits to",
                    remedy="Drop it where it is made: its metadata is found through Glue alone",
                )
            self._client.delete_table(DatabaseName=self._database(name.database), Name=name.table)

    def _put_table(self, table: CatalogTable) -> None:
        database = self._database(table.name.database)
        told = self._told(table.name)
        if _is_kept_by_iceberg(told):
            raise iceberg_already(table.name)
        before = read_glue_table(table.name.database, told) if told is not None else None
        if told is not None and before == table:
            return
        if told is None:
            with suppress(self._client.exceptions.AlreadyExistsException):
                self._client.create_database(DatabaseInput={"Name": database})
            # (Somebody may have made the very same table meanwhile.)
            with suppress(self._client.exceptions.AlreadyExistsException):
                self._client.create_table(DatabaseName=database, TableInput=table_input(table, 0))
            return
        version = version_of(told) + 1
        wanted = table_input(table, version)
        if [one["Name"] for one in told.get("PartitionKeys", [])] != [
            one["Name"] for one in wanted["PartitionKeys"]
        ]:
            # Glue changes no keys, and what it has of partitions is of the old ones.
            self._client.delete_table(DatabaseName=database, Name=table.name.table)
            self._client.create_table(DatabaseName=database, TableInput=wanted)
            return
        self._client.update_table(DatabaseName=database, TableInput=wanted, SkipArchive=False)
        self._forget_versions(table.name, version)

    def _forget_versions(self, name: TableName, newest: int) -> None:
        if newest < MOST_VERSIONS:
            return
        place = self._place(name)
        pages = self._client.get_paginator("get_table_versions").paginate(**place)
        for page in pages:
            for one in page["TableVersions"]:
                if version_of(one["Table"]) <= newest - MOST_VERSIONS:
                    with suppress(self._client.exceptions.EntityNotFoundException):
                        self._client.delete_table_version(**place, VersionId=one["VersionId"])

    def _put_partitions(self, table: CatalogTable, inputs: Sequence[dict[str, Any]]) -> None:
        place = self._place(table.name)
        done = self._client.batch_create_partition(**place, PartitionInputList=list(inputs))
        known = _refused(table.name, done, but="AlreadyExistsException")
        changed = [one for one in inputs if tuple(one["Values"]) in known]
        if changed:
            entries = [{"PartitionValueList": one["Values"], "PartitionInput": one} for one in changed]
            _refused(table.name, self._client.batch_update_partition(**place, Entries=entries))

    @property
    def _client(self) -> Any:
        return glue_client(self.setting)

    def _database(self, name: str) -> str:
        return f"{self.setting.database_prefix}{name}"

    def _place(self, name: TableName) -> dict[str, str]:
        return {"DatabaseName": self._database(name.database), "TableName": name.table}

    def _told(self, name: TableName) -> Mapping[str, Any] | None:
        try:
            found = self._client.get_table(DatabaseName=self._database(name.database), Name=name.table)
        except self._client.exceptions.EntityNotFoundException:
            return None
        table: Mapping[str, Any] = found["Table"]
        return table

    def _own(self, told: Mapping[str, Any]) -> bool:
        location = told.get("Parameters", {}).get("metadata_location")
        return location is not None and self.is_own(location)


def _is_kept_by_iceberg(told: Mapping[str, Any] | None) -> bool:
    """Whether a committer keeps this table, of whichever lake: it was not registered as an external one."""
    parameters = told.get("Parameters", {}) if told else {}
    return "metadata_location" in parameters and STATE not in parameters


def _refused(name: TableName, done: Mapping[str, Any], but: str = "") -> set[tuple[str, ...]]:
    """The partitions that a batch did not take for the reason `but`; raises for another reason."""
    found = set()
    for error in done.get("Errors", []):
        told = error["ErrorDetail"]
        if told["ErrorCode"] != but:
            raise OutsideError(
                f"Glue does not take a partition of {name} ({told['ErrorCode']}: {told['ErrorMessage']})",
                remedy="The partitions before it are there; run again when the reason is gone",
            )
        found.add(tuple(error.get("PartitionValues") or error["PartitionValueList"]))
    return found


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    left = iter(items)
    while batch := list(islice(left, size)):
        yield batch
