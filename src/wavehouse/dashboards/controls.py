"""Controls: what a reader of a dashboard can set."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

ControlKind = Literal["range", "dates", "choice", "toggle", "text", "number"]

_TAKES: dict[str, frozenset[str]] = {
    "range": frozenset({"field", "min", "max", "step", "default"}),
    "dates": frozenset({"field", "min", "max", "default"}),
    "choice": frozenset({"field", "label", "many", "options", "default"}),
    "toggle": frozenset({"field", "default"}),
    "text": frozenset({"field", "default"}),
    "number": frozenset({"min", "max", "step", "default"}),
}
# What a value is in a file and in an address: a date is its text (2024-01-31).
Plain = bool | int | float | str


class Control(BaseModel):
    """One control. With `field` it is a filter of every data set that has that field, else a parameter.

    | kind | filter | parameter (`$id`) |
    |---|---|---|
    | `range` | numbers from … to (a slider) | |
    | `dates` | dates from … to | |
    | `choice` | one of the values; of an array: it has one of them | an option |
    | `toggle` | when on, the field is true | true or false |
    | `text` | the field has the text in it, upper and lower case alike | the text |
    | `number` | | a number, such as that of the marks of a visual |

    `min` and `max` are asked of the data where they are not given. The default of a range is
    `[from, to]` (null for an open end), that of a choice a list of values.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    kind: ControlKind
    title: str
    field: str | None = None
    label: str | None = None
    many: bool = True
    options: tuple[Plain, ...] = ()
    min: int | float | str | None = None
    max: int | float | str | None = None
    step: int | float | None = Field(default=None, gt=0)
    default: Plain | tuple[Plain | None, ...] | None = None

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Control:
        given = self.model_fields_set - {"id", "kind", "title"}
        for key in sorted(given - _TAKES[self.kind]):
            raise ValueError(f"a control of kind '{self.kind}' has no '{key}'")
        if self.id == "sheet":
            raise ValueError("a control cannot be called 'sheet', as the address of a page calls the sheet")
        if self.field is None:
            if self.kind in ("range", "dates"):
                raise ValueError(f"a control of kind '{self.kind}' needs the 'field' that it filters")
            if self.default is None:
                raise ValueError("without a 'field' a control is a parameter, and needs a 'default'")
            if self.kind == "choice" and (self.many or not self.options):
                raise ValueError("a choice without a 'field' needs 'options', and 'many: false'")
        self._check_default()
        return self

    def _check_default(self) -> None:
        for bound in (self.min, self.max):
            if bound is not None and isinstance(bound, str) != (self.kind == "dates"):
                raise ValueError(f"'{bound}' is no bound of a control of kind '{self.kind}'")
            if isinstance(bound, str) and not is_date(bound):
                raise ValueError(f"'{bound}' is no date: write 2024-01-31")
        if self.default is None:
            return
        fits = {
            "range": _is_pair(self.default, (int, float)),
            "dates": _is_pair(self.default, str) and _are_dates(self.default),
            "choice": isinstance(self.default, tuple) or self.field is None,
            "toggle": isinstance(self.default, bool),
            "text": isinstance(self.default, str),
            "number": isinstance(self.default, int | float) and not isinstance(self.default, bool),
        }[self.kind]
        if not fits:
            wanted = {
                "range": "[from, to]",
                "dates": "[from, to], dates such as 2024-01-31",
                "choice": "a list of values",
                "toggle": "true or false",
                "text": "a text",
                "number": "a number",
            }[self.kind]
            raise ValueError(f"the default of a control of kind '{self.kind}' is {wanted}")
        if self.kind == "choice" and self.field is None and self.default not in self.options:
            raise ValueError(f"the default '{self.default}' is not among the options")
        several = isinstance(self.default, tuple) and len(self.default) > 1
        if self.kind == "choice" and not self.many and several:
            raise ValueError("with 'many: false' there is at most one value in the default")

    @property
    def is_parameter(self) -> bool:
        """Whether visuals name it, and it filters nothing by itself."""
        return self.field is None


def is_date(text: str) -> bool:
    """Whether a text is a date in the one form that is taken, 2024-01-31."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _are_dates(values: object) -> bool:
    return isinstance(values, tuple) and all(one is None or is_date(str(one)) for one in values)


def _is_pair(value: object, of: type | tuple[type, ...]) -> bool:
    return (
        isinstance(value, tuple)
        and len(value) == 2
        and all(one is None or (isinstance(one, of) and not isinstance(one, bool)) for one in value)
    )
