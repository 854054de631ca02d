"""Nodes that change columns and leave rows alone."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from wavehouse.flow.nodes.node import Fields, Node, OneInput, Path, Paths, Text, column_of


class Mapping(Fields):
    """One column of an `ApplyMapping`: from which input column, and as which type."""

    ToKey: Text
    FromPath: Path
    FromType: Text
    ToType: Text
    Dropped: bool = False


class ApplyMapping(Node):
    """Picks, renames and casts columns; what is not mapped is dropped."""

    Inputs: OneInput
    Mapping: Annotated[list[Mapping], Field(min_length=1)]


class SelectFields(Node):
    """The named columns alone."""

    Inputs: OneInput
    Paths: Paths


class DropFields(Node):
    """All columns but the named ones."""

    Inputs: OneInput
    Paths: Paths


class RenameField(Node):
    """One column under another name."""

    Inputs: OneInput
    SourcePath: Path
    TargetPath: Path


class SplitFields(Node):
    """Two collections of columns: the named ones (index 0), and the others (index 1).

    What follows picks one of them by a `SelectFromCollection`.
    """

    Inputs: OneInput
    Paths: Paths


class SelectFromCollection(Node):
    """One of the collections that its input gives."""

    Inputs: OneInput
    Index: Annotated[int, Field(ge=0)]


class NullCheckBoxes(Fields):
    """What counts as null besides NULL: the empty text, the text 'null', the number -1."""

    IsEmpty: bool | None = None
    IsNullString: bool | None = None
    IsNegOne: bool | None = None


class NullDatatype(Fields):
    """A type, by id and as Glue Studio shows it."""

    Id: str = Field(pattern=r"^[A-Za-z0-9_-]*$")
    Label: str = Field(pattern=r"^[A-Za-z0-9_-]*$")


class NullValueField(Fields):
    """A value that counts as null in columns of one type."""

    Value: Text
    Datatype: NullDatatype


class DropNullFields(Node):
    """All columns but those that are null in every row."""

    Inputs: OneInput
    NullCheckBoxList: NullCheckBoxes | None = None
    NullTextList: Annotated[list[NullValueField], Field(max_length=50)] | None = None


class FillMissingValues(Node):
    """Fills the gaps of one column (Glue: by a model that it learns from the other columns).

    The filled column is `FilledPath`, else the input's name with `_filled`.
    """

    Inputs: OneInput
    ImputedPath: Text
    FilledPath: Text | None = None

    @property
    def imputed(self) -> str:
        """The column whose gaps are filled."""
        return column_of([self.ImputedPath])

    @property
    def filled(self) -> str:
        """The column that is made."""
        return column_of([self.FilledPath or f"{self.imputed}_filled"])
