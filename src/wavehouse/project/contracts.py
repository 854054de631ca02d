"""Source contracts: what the columns of a source are, under which names its files arrive, and its key."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationInfo,
    model_validator,
)

from wavehouse.core.columns import SCALARS, Column, canonical_type
from wavehouse.core.errors import DefinitionError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.project.named_files import read_named
from wavehouse.project.project import Project

# `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, the last also with a time; kept as text: its length is its precision.
PARTIAL_DATE = "partial_date"
# What engines call the place of a row in its file (`Engine.parquet`).
_TAKEN = ("filename", "file_row_number")
# Names that begin so are those of columns that every source table has besides its own.
_OURS = "_"


def _contract_type(text: str) -> str:
    if text == PARTIAL_DATE:
        return text
    try:
        type_ = canonical_type(text)
    except DefinitionError:
        raise ValueError(f"'{text}' is not a type. {did_you_mean(text, [*SCALARS, PARTIAL_DATE])}") from None
    if type_ not in SCALARS and not type_.startswith("decimal("):
        raise ValueError(f"a CSV column cannot be of type {type_}")
    return type_


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ColumnContract(_Strict):
    """One column: its type, other names it goes by, and whether a file without it is refused.

    `load: false` is for a column that is known and not kept: no warning is given for it.
    """

    type: Annotated[str, AfterValidator(_contract_type)]
    aliases: tuple[str, ...] = ()
    required: bool = False
    load: bool = True
    description: str = ""

    @property
    def stored_type(self) -> str:
        """The type of the column in its table."""
        return "string" if self.type == PARTIAL_DATE else self.type


class CsvContract(_Strict):
    """How the files of a source are written."""

    delimiter: str = Field(default=",", min_length=1, max_length=1)
    quote: str = Field(default='"', min_length=1, max_length=1)
    encoding: Literal["utf-8", "latin-1"] = "utf-8"

    @model_validator(mode="after")
    def _signs_are_clear(self) -> CsvContract:
        for sign in (self.delimiter, self.quote):
            if not (sign.isascii() and (sign.isprintable() or sign == "\t")):
                raise ValueError(f"{sign!r} cannot stand between values: use a printable ASCII sign or a tab")
        if self.delimiter == self.quote:
            raise ValueError("delimiter and quote are the same sign")
        return self


Action = Literal["quarantine", "warn", "stop"]


class QualityContract(_Strict):
    """The rules of a source in DQDL, and what happens where one fails.

    `actions` has, by a label (`key=value`) or by a rule's own text, the action for the rules that it names;
    the others take `default`. Quarantine keeps the failing rows aside, warn lets them pass with a note, stop
    ends the run before anything is published.
    """

    rules: str
    default: Action = "quarantine"
    actions: dict[str, Action] = {}

    _where: str = PrivateAttr("")

    @property
    def where(self) -> str:
        """`file:line` of the rules."""
        return self._where


class SourceContract(_Strict):
    """One source: its files, columns, key and quality rules.

    `role: reconcile` lands and counts the files and makes no table of them: they are there to compare with.
    `contents` says what one file holds: rows that are new or changed, or (`snapshot`) all rows that there
    are, so that a row which the newest file does not have is gone.
    """

    source: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    description: str = ""
    role: Literal["table", "reconcile"] = "table"
    contents: Literal["changes", "snapshot"] = "changes"
    files: tuple[str, ...] = Field(min_length=1)
    csv: CsvContract = CsvContract()
    key: tuple[str, ...] = Field(min_length=1)
    extra_columns: Literal["warn", "refuse"] = "warn"
    columns: dict[str, ColumnContract] = Field(min_length=1)
    quality: QualityContract | None = None

    @model_validator(mode="after")
    def _rules_know_their_place(self, info: ValidationInfo) -> SourceContract:
        if self.quality and info.context:
            self.quality._where = info.context["file"].where(["quality", "rules"])
        return self

    @model_validator(mode="after")
    def _names_are_clear(self) -> SourceContract:
        for name in self.key:
            if name not in self.columns or not self.columns[name].load:
                raise ValueError(
                    f"the key column '{name}' is not among the columns. {did_you_mean(name, self.columns)}"
                )
        seen: dict[str, str] = {}
        for name, column in self.columns.items():
            if name.casefold() in _TAKEN:
                raise ValueError(
                    f"a column cannot be called '{name}', as engines call where a row stands; "
                    "give it another name, and this one as an alias"
                )
            if name.startswith(_OURS):
                raise ValueError(
                    f"a column cannot be called '{name}': names that begin with _ say where a row is from; "
                    "give it another name, and this one as an alias"
                )
            for spelling in (name, *column.aliases):
                if spelling.casefold() in seen:
                    raise ValueError(
                        f"the name '{spelling}' stands for both '{seen[spelling.casefold()]}' and '{name}'"
                    )
                seen[spelling.casefold()] = name
        return self

    @property
    def table_columns(self) -> tuple[Column, ...]:
        """The columns of the source's table, in the contract's order."""
        return tuple(Column(name, column.stored_type) for name, column in self.columns.items() if column.load)


def read_contracts(project: Project) -> dict[str, SourceContract]:
    """The contracts of a project by source name, if it has any; raises `DefinitionError` for a broken one."""
    return read_named(project, "contracts", SourceContract, "source", "contract for the source")
