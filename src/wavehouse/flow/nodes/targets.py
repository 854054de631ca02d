"""Where rows go: tables of the catalog, and files."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from wavehouse.core.errors import DefinitionError
from wavehouse.core.table_name import TableName
from wavehouse.flow.nodes.node import (
    Fields,
    GlueSchema,
    NamesTable,
    Node,
    OneInput,
    Path,
    Text,
    column_of,
    table_name,
)
from wavehouse.flow.nodes.sources import ParquetCompressed

TargetFormat = Literal["json", "csv", "avro", "orc", "parquet", "hudi", "delta", "iceberg", "hyper", "xml"]
Behavior = Literal["UPDATE_IN_DATABASE", "LOG"]
_SORT_BY = "wavehouse.sort-by"


class CatalogSchemaChangePolicy(Fields):
    """Whether Glue changes the table of the catalog when columns change."""

    EnableUpdateCatalog: bool | None = None
    UpdateBehavior: Behavior | None = None


class DirectSchemaChangePolicy(CatalogSchemaChangePolicy):
    """The table of the catalog that Glue makes over the files."""

    Table: Text | None = None
    Database: Text | None = None


class AutoRules(Fields):
    """Whether Glue proposes rules of its own."""

    IsEnabled: bool | None = None
    EvaluationContext: Text | None = None


class Target(Node):
    """A node that no other reads."""

    Inputs: OneInput
    PartitionKeys: list[Path] = Field([])
    AutoDataQuality: AutoRules | None = None

    @property
    def partition_keys(self) -> list[str]:
        """The partition columns."""
        return [column_of(path) for path in self.PartitionKeys]

    @property
    def order(self) -> list[str]:
        """By which columns the rows lie: the partition first.

        A writer that meets the partitions mixed cuts each into many small files.
        """
        return self.partition_keys


class TableTarget(Target, NamesTable):
    """A target that is a table of the lake."""


class _NamedTableTarget(TableTarget):
    Database: Text
    Table: Text

    @property
    def table(self) -> TableName:
        return table_name(self.Database, self.Table)


class _Iceberg(Target):
    """`AdditionalOptions["wavehouse.sort-by"]` names the column by which the rows lie inside a partition."""

    AdditionalOptions: dict[Text, Text] = Field({})

    @property
    def order(self) -> list[str]:
        by = self.AdditionalOptions.get(_SORT_BY)
        return [*self.partition_keys, *([by] if by else [])]

    @model_validator(mode="after")
    def _known_options(self) -> _Iceberg:
        for option in self.AdditionalOptions:
            if option.startswith("wavehouse.") and option != _SORT_BY:
                raise ValueError(f"'{option}' is not an option. Did you mean '{_SORT_BY}'?")
        return self


class S3CatalogTarget(_NamedTableTarget):
    """A table of the catalog; in the lake, an Iceberg table."""

    SchemaChangePolicy: CatalogSchemaChangePolicy | None = None


class S3IcebergCatalogTarget(_Iceberg, _NamedTableTarget):
    """An Iceberg table of the catalog."""

    SchemaChangePolicy: CatalogSchemaChangePolicy | None = None


class S3IcebergDirectTarget(_Iceberg, TableTarget):
    """An Iceberg table at a path; `SchemaChangePolicy` names it in the catalog."""

    Path: Text
    Format: TargetFormat
    Compression: Literal["gzip", "lzo", "uncompressed", "snappy"]
    NumberTargetPartitions: str | None = None
    SchemaChangePolicy: DirectSchemaChangePolicy | None = None
    OutputSchemas: list[GlueSchema] | None = None

    @property
    def table(self) -> TableName:
        policy = self.SchemaChangePolicy
        if not policy or not policy.Database or not policy.Table:
            raise DefinitionError(
                "this target has a path and no name, and a lake finds its tables by name",
                remedy="Name them in SchemaChangePolicy: {Database: …, Table: …}",
            )
        return table_name(policy.Database, policy.Table)


class FilesTarget(Target):
    """A target that is files below a path: `${warehouse}/…`, a directory, or s3://…"""

    Path: Text
    NumberTargetPartitions: str | None = None
    SchemaChangePolicy: DirectSchemaChangePolicy | None = None

    @property
    def format(self) -> str:
        """The format of the files, in Glue's words."""
        raise NotImplementedError


class S3GlueParquetTarget(FilesTarget):
    """Parquet files."""

    Compression: ParquetCompressed | None = None

    @property
    def format(self) -> str:
        """Parquet."""
        return "parquet"


class S3DirectTarget(FilesTarget):
    """Files of a format of one's choice."""

    Compression: Text | None = None
    Format: TargetFormat
    OutputSchemas: list[GlueSchema] | None = None

    @property
    def format(self) -> str:
        """As it says."""
        return self.Format
