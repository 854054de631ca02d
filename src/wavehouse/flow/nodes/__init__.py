"""The kinds of nodes, with the names, fields and limits of the Glue nodes they stand for.

Source: the CodeGenConfigurationNode shapes of the Glue API
(https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-visual-job-api.html). A model takes what Glue takes;
what cannot run here is said by whoever compiles or runs it.
"""

from wavehouse.flow.nodes.columns import (
    ApplyMapping,
    DropFields,
    DropNullFields,
    FillMissingValues,
    Mapping,
    RenameField,
    SelectFields,
    SelectFromCollection,
    SplitFields,
)
from wavehouse.flow.nodes.kinds import KINDS, REFUSED
from wavehouse.flow.nodes.node import GlueSchema, Node, Path, one_input
from wavehouse.flow.nodes.quality import EvaluateDataQuality
from wavehouse.flow.nodes.queries import SparkSQL, SqlAlias
from wavehouse.flow.nodes.rows import (
    Aggregate,
    AggregateOperation,
    DropDuplicates,
    Filter,
    FilterExpression,
    FilterValue,
    Join,
    JoinColumn,
    Union,
)
from wavehouse.flow.nodes.sources import (
    CatalogSource,
    FileSource,
    S3CatalogIcebergSource,
    S3CatalogSource,
    S3CsvSource,
    S3JsonSource,
    S3ParquetSource,
    Source,
)
from wavehouse.flow.nodes.targets import (
    FilesTarget,
    S3CatalogTarget,
    S3DirectTarget,
    S3GlueParquetTarget,
    S3IcebergCatalogTarget,
    S3IcebergDirectTarget,
    TableTarget,
    Target,
)

__all__ = [
    "KINDS",
    "REFUSED",
    "Aggregate",
    "AggregateOperation",
    "ApplyMapping",
    "CatalogSource",
    "DropDuplicates",
    "DropFields",
    "DropNullFields",
    "EvaluateDataQuality",
    "FileSource",
    "FilesTarget",
    "FillMissingValues",
    "Filter",
    "FilterExpression",
    "FilterValue",
    "GlueSchema",
    "Join",
    "JoinColumn",
    "Mapping",
    "Node",
    "Path",
    "RenameField",
    "S3CatalogIcebergSource",
    "S3CatalogSource",
    "S3CatalogTarget",
    "S3CsvSource",
    "S3DirectTarget",
    "S3GlueParquetTarget",
    "S3IcebergCatalogTarget",
    "S3IcebergDirectTarget",
    "S3JsonSource",
    "S3ParquetSource",
    "SelectFields",
    "SelectFromCollection",
    "Source",
    "SparkSQL",
    "SplitFields",
    "SqlAlias",
    "TableTarget",
    "Target",
    "Union",
    "one_input",
]
