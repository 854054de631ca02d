"""The kinds of nodes, with the names and fields of the Glue nodes they stand for.

Source of names, fields and limits: the CodeGenConfigurationNode shapes of the Glue API
(https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-visual-job-api.html).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from wavehouse.core.suggestions import did_you_mean

NodeId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$")]
Path = Annotated[list[str], Field(min_length=1, max_length=1)]
OneInput = Annotated[list[NodeId], Field(min_length=1, max_length=1)]
TwoInputs = Annotated[list[NodeId], Field(min_length=2, max_length=2)]
ManyInputs = Annotated[list[NodeId], Field(min_length=1)]


class Node(BaseModel):
    """What every node has: a name for people and the nodes it reads."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    Name: str = Field(pattern=r"^[^\r\n]*$")
    Inputs: list[NodeId] = []


class S3CsvSource(Node):
    """CSV files below the staging prefix of one source: `${staging}/<source>/`."""

    Inputs: Annotated[list[NodeId], Field(max_length=0)] = []
    Paths: Annotated[list[str], Field(min_length=1, max_length=1)]
    Separator: Literal["comma", "ctrla", "pipe", "semicolon", "tab"] = "comma"
    QuoteChar: Literal["quote", "quillemet", "single_quote", "disabled"] = "quote"
    WithHeader: bool = True
    Multiline: bool = True

    @property
    def signs(self) -> tuple[str, str]:
        """Delimiter and quote as characters."""
        return (
            {"comma": ",", "ctrla": "\x01", "pipe": "|", "semicolon": ";", "tab": "\t"}[self.Separator],
            {"quote": '"', "quillemet": "\u00ab", "single_quote": "'", "disabled": ""}[self.QuoteChar],
        )

    @property
    def source(self) -> str:
        """The name of the contract whose rows this node reads."""
        return self.Paths[0].removeprefix("${staging}/").strip("/")

    @model_validator(mode="after")
    def _reads_staging(self) -> S3CsvSource:
        if not self.Paths[0].startswith("${staging}/") or "/" in self.source or not self.source:
            raise ValueError(f"the path '{self.Paths[0]}' is not of the form ${{staging}}/<source>/")
        return self


class Mapping(BaseModel):
    """One column of an `ApplyMapping`: from which input column, and as which type."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ToKey: str
    FromPath: Path
    FromType: str
    ToType: str
    Dropped: bool = False


class ApplyMapping(Node):
    """Picks, renames and casts columns; what is not mapped is dropped."""

    Inputs: OneInput
    Mapping: Annotated[list[Mapping], Field(min_length=1)]


class DropDuplicates(Node):
    """One row per value of `Columns` (per whole row where there are none)."""

    Inputs: OneInput
    Columns: list[Path] = []


class SqlAlias(BaseModel):
    """The table name by which a `SparkSQL` query calls one of its inputs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    From: NodeId
    Alias: str


class SparkSQL(Node):
    """A query in Spark SQL over the inputs."""

    Inputs: ManyInputs
    SqlQuery: str
    SqlAliases: list[SqlAlias]

    @model_validator(mode="after")
    def _aliases_of_inputs(self) -> SparkSQL:
        for alias in self.SqlAliases:
            if alias.From not in self.Inputs:
                raise ValueError(
                    f"the alias '{alias.Alias}' is From '{alias.From}', which is none of the Inputs. "
                    f"{did_you_mean(alias.From, self.Inputs)}"
                )
        return self


class JoinColumn(BaseModel):
    """The key columns of one side of a join."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    From: NodeId
    Keys: Annotated[list[Path], Field(min_length=1)]


class Join(Node):
    """Two inputs by equal keys; a right column whose name the left has too gets a leading dot."""

    Inputs: TwoInputs
    JoinType: Literal["equijoin", "left", "right", "outer", "leftsemi", "leftanti"]
    Columns: Annotated[list[JoinColumn], Field(min_length=2, max_length=2)]

    def keys(self, side: int) -> list[str]:
        """The key columns of the left (0) or right (1) input."""
        wanted = self.Inputs[side]
        return [path[0] for columns in self.Columns if columns.From == wanted for path in columns.Keys]

    @model_validator(mode="after")
    def _keys_of_both(self) -> Join:
        if self.Inputs[0] == self.Inputs[1]:
            raise ValueError("a join needs two different inputs; give one of them another node first")
        if sorted(columns.From for columns in self.Columns) != sorted(self.Inputs):
            raise ValueError("Columns names the keys of each input once, by its id in From")
        if len(self.keys(0)) != len(self.keys(1)):
            raise ValueError("both sides of a join need equally many keys")
        return self


class DropFields(Node):
    """All columns but the named ones."""

    Inputs: OneInput
    Paths: Annotated[list[Path], Field(min_length=1)]


class DQResultsPublishingOptions(BaseModel):
    """Where Glue publishes what an `EvaluateDataQuality` found; a run here keeps it in its record."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    EvaluationContext: str = ""
    ResultsS3Prefix: str = ""
    CloudWatchMetricsEnabled: bool = False
    ResultsPublishingEnabled: bool = False


class DQStopJobOnFailureOptions(BaseModel):
    """When a failed rule ends the run: before anything is published, or after."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    StopJobOnFailureTiming: Literal["Immediate", "AfterDataLoad"] = "Immediate"


class EvaluateDataQuality(Node):
    """Judges the rows of its input by DQDL rules, and hands them on as they are.

    Without `StopJobOnFailureOptions` a failed rule is noted, and the run goes on.
    """

    Inputs: OneInput
    Ruleset: Annotated[str, Field(min_length=1, max_length=65_536)]
    Output: Literal["PrimaryInput"] = "PrimaryInput"
    PublishingOptions: DQResultsPublishingOptions | None = None
    StopJobOnFailureOptions: DQStopJobOnFailureOptions | None = None


class S3IcebergCatalogTarget(Node):
    """An Iceberg table of the catalog, partitioned by the values of at most one column.

    `AdditionalOptions["wavehouse.sort-by"]` names the column by which the rows lie inside a partition.
    """

    Inputs: OneInput
    Database: str
    Table: str
    PartitionKeys: Annotated[list[Path], Field(max_length=1)] = []
    AdditionalOptions: dict[str, str] = {}

    @property
    def order(self) -> list[str]:
        """By which columns the rows lie: the partition first."""
        # A writer that meets the partitions mixed cuts each into many small files.
        columns = [path[0] for path in self.PartitionKeys]
        if by := self.AdditionalOptions.get("wavehouse.sort-by"):
            columns.append(by)
        return columns

    @model_validator(mode="after")
    def _known_options(self) -> S3IcebergCatalogTarget:
        for option in self.AdditionalOptions:
            if option.startswith("wavehouse.") and option != "wavehouse.sort-by":
                raise ValueError(f"'{option}' is not an option. Did you mean 'wavehouse.sort-by'?")

        return self


KINDS: dict[str, type[Node]] = {
    kind.__name__: kind
    for kind in (
        S3CsvSource,
        ApplyMapping,
        DropDuplicates,
        SparkSQL,
        Join,
        DropFields,
        EvaluateDataQuality,
        S3IcebergCatalogTarget,
    )
}
