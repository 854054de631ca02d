"""DQDL as data: rulesets, rules and conditions.

Source of the language: the grammar and the list of rule types of https://github.com/awslabs/dqdl.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Literal

Operator = Literal[
    "=", "!=", ">", ">=", "<", "<=", "between", "not between", "in", "not in", "matches", "not matches"
]
Keyword = Literal["NULL", "EMPTY", "WHITESPACES_ONLY"]


@dataclass(frozen=True)
class Position:
    """Where something stands in its text; both counted from 1."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}"


@dataclass(frozen=True)
class Parameter:
    """A parameter of a rule. `value` is what it stands for, `variable` the name of the `$variable` it was
    written as; `connector` is the word before it (`of`, `and`), if there is one."""

    value: str
    quoted: bool = True
    connector: str = ""
    variable: str = ""


@dataclass(frozen=True)
class Number:
    """A number as it was written: `-0.50`."""

    text: str


@dataclass(frozen=True)
class NumberNull:
    """NULL among numbers."""


@dataclass(frozen=True)
class Arithmetic:
    """Two numbers with `+ - * /` between; all four bind alike, from the left (as the grammar says)."""

    operator: Literal["+", "-", "*", "/"]
    left: NumberOperand
    right: NumberOperand
    in_parentheses: bool = False


@dataclass(frozen=True)
class Call:
    """A function of numbers, such as `avg(last(5))`."""

    name: str
    arguments: tuple[NumberOperand, ...]


NumberOperand = Number | NumberNull | Arithmetic | Call


@dataclass(frozen=True)
class Text:
    """A quoted text, with its escapes taken away, or one value of the `$variable` it was written as."""

    value: str
    variable: str = ""


@dataclass(frozen=True)
class Special:
    """NULL, EMPTY or WHITESPACES_ONLY among texts."""

    keyword: Keyword


TextOperand = Text | Special


@dataclass(frozen=True)
class Duration:
    """So many days, hours or minutes."""

    amount: int
    unit: Literal["days", "hours", "minutes"]


@dataclass(frozen=True)
class Day:
    """A calendar day."""

    value: date


@dataclass(frozen=True)
class TimeOfDay:
    """A time of the day on which the rule is evaluated; `text` is how it was written (`9:30 AM`, `21:45`)."""

    value: time
    text: str


@dataclass(frozen=True)
class Now:
    """now(), or with `offset` later (`+`) or earlier (`-`)."""

    sign: Literal["", "+", "-"] = ""
    offset: Duration | None = None


@dataclass(frozen=True)
class DateNull:
    """NULL among dates."""


DateOperand = Day | TimeOfDay | Now | DateNull


@dataclass(frozen=True)
class Size:
    """A size of a file; a kilobyte has 1024 bytes."""

    amount: int
    unit: Literal["B", "KB", "MB", "GB", "TB"]


@dataclass(frozen=True)
class NumberCondition:
    """What a number must be. `between` leaves out both ends, as everywhere in DQDL."""

    operator: Operator
    operands: tuple[NumberOperand, ...]


@dataclass(frozen=True)
class TextCondition:
    """What a text must be. With `variable` the whole list was written as one `$variable`."""

    operator: Operator
    operands: tuple[TextOperand, ...]
    variable: str = ""


@dataclass(frozen=True)
class DateCondition:
    """What a date must be."""

    operator: Operator
    operands: tuple[DateOperand, ...]


@dataclass(frozen=True)
class DurationCondition:
    """How long ago something may be."""

    operator: Operator
    operands: tuple[Duration, ...]


@dataclass(frozen=True)
class SizeCondition:
    """How large a file may be."""

    operator: Operator
    operands: tuple[Size, ...]


Condition = NumberCondition | TextCondition | DateCondition | DurationCondition | SizeCondition


@dataclass(frozen=True)
class Rule:
    """One rule. `where` is a Spark SQL condition; `tags` are the `with name = value` but the threshold.

    `labels` are the rule's own, without the ruleset's default labels.
    """

    type: str
    parameters: tuple[Parameter, ...] = ()
    condition: Condition | None = None
    where: str = ""
    threshold: NumberCondition | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    position: Position = field(default=Position(1, 1), compare=False)

    @property
    def values(self) -> tuple[str, ...]:
        """The values of the parameters."""
        return tuple(parameter.value for parameter in self.parameters)


@dataclass(frozen=True)
class Composite:
    """Rules with `and` or `or` between them; two or more."""

    operator: Literal["AND", "OR"]
    members: tuple[AnyRule, ...]
    labels: Mapping[str, str] = field(default_factory=dict)
    position: Position = field(default=Position(1, 1), compare=False)

    @property
    def type(self) -> str:
        """What it is called beside the types of rules."""
        return "Composite"


AnyRule = Rule | Composite


@dataclass(frozen=True)
class Analyzer:
    """A metric that is only to be computed."""

    type: str
    parameters: tuple[Parameter, ...]
    position: Position = field(default=Position(1, 1), compare=False)


@dataclass(frozen=True)
class Ruleset:
    """A whole DQDL document; variables are resolved already."""

    rules: tuple[AnyRule, ...] = ()
    analyzers: tuple[Analyzer, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    primary: str = ""
    additional: tuple[str, ...] = ()
    default_labels: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)


def leaves(rule: AnyRule) -> Iterator[Rule]:
    """The rules of which a rule is made, from the left."""
    if isinstance(rule, Rule):
        yield rule
    else:
        for member in rule.members:
            yield from leaves(member)
