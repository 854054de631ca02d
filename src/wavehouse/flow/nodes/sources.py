"""Where rows come from: files, and tables of the catalog."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from wavehouse.core.columns import Column, canonical_type
from wavehouse.core.table_name import TableName
from wavehouse.flow.nodes.node import Fields, GlueSchema, NamesTable, Node, NoInput, Text, table_name

_STAGING = "${staging}/"

Compressed = Literal["gzip", "bzip2"]
ParquetCompressed = Literal["snappy", "lzo", "gzip", "brotli", "lz4", "uncompressed", "none"]
Count = Annotated[int, Field(ge=0)]


class Source(Node):
    """A node that reads no other."""

    Inputs: NoInput = Field([])

    @property
    def shown(self) -> tuple[Column, ...]:
        """The columns that Glue Studio shows beside it; raises `DefinitionError` for a type that is none."""
        schemas: list[GlueSchema] = getattr(self, "OutputSchemas", None) or []
        return tuple(
            Column(column.Name, canonical_type(column.GlueStudioType or column.Type or "string"))
            for schema in schemas
            for column in schema.Columns
        )


class S3DirectSourceAdditionalOptions(Fields):
    """How much of the files a run of the job reads, and the file that Glue Studio shows a sample of."""

    BoundedSize: int | None = None
    BoundedFiles: int | None = None
    EnableSamplePath: bool | None = None
    SamplePath: Text | None = None


class FileSource(Source):
    """Files by path: `${staging}/<source>/` for the files of a contract, else a directory or a file."""

    Paths: Annotated[list[Text], Field(min_length=1)]
    Exclusions: list[Text] | None = None
    GroupSize: Text | None = None
    GroupFiles: Text | None = None
    Recurse: bool | None = None
    MaxBand: Count | None = None
    MaxFilesInBand: Count | None = None
    AdditionalOptions: S3DirectSourceAdditionalOptions | None = None
    OutputSchemas: list[GlueSchema] | None = None

    @property
    def contract(self) -> str | None:
        """The name of the contract whose rows this node reads; None where it reads files by itself."""
        path = self.Paths[0]
        return path.removeprefix(_STAGING).strip("/") if path.startswith(_STAGING) else None

    @model_validator(mode="after")
    def _reads_staging_as_a_whole(self) -> FileSource:
        staged = [path for path in self.Paths if path.startswith("${staging}")]
        for path in staged:
            name = path.removeprefix(_STAGING).strip("/")
            if not path.startswith(_STAGING) or "/" in name or not name:
                raise ValueError(f"the path '{path}' is not of the form ${{staging}}/<source>/")
        if staged and len(self.Paths) > 1:
            raise ValueError("a node reads the files of one contract alone")
        return self


class S3CsvSource(FileSource):
    """CSV files. Glue reads every column as text."""

    CompressionType: Compressed | None = None
    Separator: Literal["comma", "ctrla", "pipe", "semicolon", "tab"] = "comma"
    Escaper: Text | None = None
    QuoteChar: Literal["quote", "quillemet", "single_quote", "disabled"] = "quote"
    WithHeader: bool = True
    Multiline: bool = True
    WriteHeader: bool | None = None
    SkipFirst: bool | None = None
    OptimizePerformance: bool | None = None

    @property
    def signs(self) -> tuple[str, str]:
        """Delimiter and quote as characters."""
        return (
            {"comma": ",", "ctrla": "\x01", "pipe": "|", "semicolon": ";", "tab": "\t"}[self.Separator],
            {"quote": '"', "quillemet": "\u00ab", "single_quote": "'", "disabled": ""}[self.QuoteChar],
        )


class S3JsonSource(FileSource):
    """Files of JSON objects."""

    CompressionType: Compressed | None = None
    JsonPath: Text | None = None
    Multiline: bool | None = None


class S3ParquetSource(FileSource):
    """Parquet files."""

    CompressionType: ParquetCompressed | None = None


class CatalogSource(Source, NamesTable):
    """A table of the catalog."""

    Database: Text
    Table: Text

    @property
    def table(self) -> TableName:
        """The table; raises `DefinitionError` where the names are none."""
        return table_name(self.Database, self.Table)


class S3SourceAdditionalOptions(Fields):
    """How much of a table a run of the job reads."""

    BoundedSize: int | None = None
    BoundedFiles: int | None = None


class S3CatalogSource(CatalogSource):
    """A table of the catalog, whatever its files are."""

    PartitionPredicate: Text | None = None
    AdditionalOptions: S3SourceAdditionalOptions | None = None


class S3CatalogIcebergSource(CatalogSource):
    """An Iceberg table of the catalog."""

    AdditionalIcebergOptions: dict[Text, Text] | None = None
    OutputSchemas: list[GlueSchema] | None = None
