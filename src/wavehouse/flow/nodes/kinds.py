"""All kinds of nodes that Glue has: those that run here, and those that do not, with the reason.

Source of the list: the members of CodeGenConfigurationNode in the Glue API (79 in botocore 1.44).
"""

from __future__ import annotations

from wavehouse.flow.nodes import columns, quality, queries, rows, sources, targets
from wavehouse.flow.nodes.node import Node

_MODELS: tuple[type[Node], ...] = (
    sources.S3CsvSource,
    sources.S3JsonSource,
    sources.S3ParquetSource,
    sources.S3CatalogSource,
    sources.S3CatalogIcebergSource,
    columns.ApplyMapping,
    columns.SelectFields,
    columns.DropFields,
    columns.RenameField,
    rows.Join,
    rows.Union,
    rows.Filter,
    rows.Aggregate,
    rows.DropDuplicates,
    columns.DropNullFields,
    columns.FillMissingValues,
    columns.SplitFields,
    columns.SelectFromCollection,
    queries.SparkSQL,
    quality.EvaluateDataQuality,
    targets.S3GlueParquetTarget,
    targets.S3DirectTarget,
    targets.S3CatalogTarget,
    targets.S3IcebergDirectTarget,
    targets.S3IcebergCatalogTarget,
)
KINDS: dict[str, type[Node]] = {kind.__name__: kind for kind in _MODELS}

_BECAUSE: dict[str, str] = {
    "it reaches a database, which is not a part of this system; land its rows as files": """
        AthenaConnectorSource JDBCConnectorSource CatalogSource RelationalCatalogSource DynamoDBCatalogSource
        RedshiftSource AmazonRedshiftSource MicrosoftSQLServerCatalogSource MySQLCatalogSource
        OracleSQLCatalogSource PostgreSQLCatalogSource DirectJDBCSource SnowflakeSource
        DynamoDBELTConnectorSource ConnectorDataSource SparkConnectorSource""",
    "it writes to a database, which is not a part of this system; write a table or files": """
        JDBCConnectorTarget CatalogTarget RedshiftTarget AmazonRedshiftTarget MicrosoftSQLServerCatalogTarget
        MySQLCatalogTarget OracleSQLCatalogTarget PostgreSQLCatalogTarget SnowflakeTarget ConnectorDataTarget
        SparkConnectorTarget""",
    "it reads a stream, and a run here takes files": """
        DirectKinesisSource DirectKafkaSource CatalogKinesisSource CatalogKafkaSource""",
    "its table format is not the lake's, which is Iceberg": """
        S3CatalogHudiSource CatalogHudiSource S3HudiSource S3HudiCatalogTarget S3HudiDirectTarget
        S3CatalogDeltaSource CatalogDeltaSource S3DeltaSource S3DeltaCatalogTarget S3DeltaDirectTarget
        S3HyperDirectTarget""",
    "it is for tables under Lake Formation's old governed form, which AWS has ended": """
        GovernedCatalogTarget GovernedCatalogSource""",
    "it runs a program, which cannot be checked, traced or turned into SQL; write it as SparkSQL": """
        CustomCode DynamicTransform Recipe""",
    "it gives several collections of rows, by names; write one Filter per route": "Route",
    "it hands on several collections of rows; judge each by an EvaluateDataQuality": """
        EvaluateDataQualityMultiFrame""",
    "it finds personal data by models of AWS, which cannot run here": "PIIDetection",
    "it lets rows of one input take the place of the other's; a run here merges by the contract's key": (
        "Merge"
    ),
    "it writes a sample of the rows aside; 'wavehouse flow preview' shows one": "Spigot",
    "Excel files are not read here; save them as CSV": "S3ExcelSource",
    "it is for Iceberg tables of other catalogs; read them by S3CatalogIcebergSource": "CatalogIcebergSource",
}
REFUSED: dict[str, str] = {kind: reason for reason, kinds in _BECAUSE.items() for kind in kinds.split()}
