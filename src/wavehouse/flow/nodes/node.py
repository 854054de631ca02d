"""What every node has, and the words in which fields are said."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from wavehouse.core.errors import CallError, DefinitionError
from wavehouse.core.table_name import TableName

NodeId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$")]
# Text that Glue puts between quotes in the script that it makes: no line breaks.
Text = Annotated[str, Field(pattern=r"^[^\x00-\x08\x0A\x0D-\x1F]*$")]
# A column. Glue goes down into structs by further names; a column of ours is never inside another.
Path = Annotated[list[Text], Field(min_length=1, max_length=1)]
Paths = Annotated[list[Path], Field(min_length=1)]
NoInput = Annotated[list[NodeId], Field(max_length=0)]
OneInput = Annotated[list[NodeId], Field(min_length=1, max_length=1)]
TwoInputs = Annotated[list[NodeId], Field(min_length=2, max_length=2)]
ManyInputs = Annotated[list[NodeId], Field(min_length=1)]


class Fields(BaseModel):
    """A structure of Glue's: unknown fields are refused, known ones stay as they are."""

    # (A flow has few of the kinds: the others need no validator.)
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Node(Fields):
    """What every node has: a name for people and the nodes it reads."""

    Name: str = Field(pattern=r"^[^\r\n]*$")
    Inputs: list[NodeId] = []


class GlueStudioSchemaColumn(Fields):
    """A column of a schema that Glue Studio shows beside a node."""

    Name: str = Field(max_length=1024)
    Type: str | None = None
    GlueStudioType: str | None = None


class GlueSchema(Fields):
    """The columns that Glue Studio shows for a node; a run takes those that it finds."""

    Columns: list[GlueStudioSchemaColumn] = []


class NamesTable(Node):
    """A node that is a table of the catalog."""

    @property
    def table(self) -> TableName:
        """The table; raises `DefinitionError` where the node names none."""
        raise NotImplementedError

    @property
    def proper_table(self) -> TableName | None:
        """The table; None where the node names none."""
        try:
            return self.table
        except DefinitionError:
            return None

    @property
    def misnamed(self) -> tuple[str, str]:
        """Why the node names no table, and what to do; two empty texts where it does."""
        try:
            _ = self.table
        except DefinitionError as error:
            return error.what, error.remedy
        return "", ""


def table_name(database: str, table: str) -> TableName:
    """The table of those names; raises `DefinitionError` where they are none."""
    try:
        return TableName.parse(f"{database}.{table}")
    except CallError as error:
        raise DefinitionError(error.what, remedy=error.remedy) from None


def column_of(path: list[str]) -> str:
    """The column that a path names: Glue Studio writes a name with a dot in backquotes (`.track_id`)."""
    return path[0].strip("`")


def one_input(node: Node) -> str:
    """The id of the one node that `node` reads."""
    (input_,) = node.Inputs
    return input_
