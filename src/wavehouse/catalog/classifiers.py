"""How CSV files are written, as a project says it: its classifiers are tried before anything is found out.

The words are those of Glue's CSV classifier
(https://docs.aws.amazon.com/glue/latest/webapi/API_CreateCsvClassifierRequest.html).
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator


class CsvClassifier(BaseModel):
    """A file is of it when its first records have as many values each, with this delimiter and quote.

    `columns` name the values, of which there must be as many; `header` says whether the first record has
    names: UNKNOWN lets it be found out. A file of one column needs `allow_single_column`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_-]*$")
    delimiter: str = Field(default=",", min_length=1, max_length=1, pattern=r"^[^\r\n]$")
    quote: str = Field(default='"', max_length=1, pattern=r"^[^\r\n]?$")
    header: Literal["UNKNOWN", "PRESENT", "ABSENT"] = "UNKNOWN"
    columns: tuple[str, ...] = ()
    allow_single_column: bool = False

    @model_validator(mode="after")
    def _signs_are_clear(self) -> CsvClassifier:
        if self.delimiter == self.quote:
            raise ValueError("delimiter and quote are the same sign")
        folded = [name.casefold() for name in self.columns]
        if len(set(folded)) < len(folded):
            raise ValueError("a column is named twice")
        return self
