"""A condition: of which kind its operands make it, and what they are.

Of several kinds that would fit, the first is meant: number, text, date, duration, size. So `= NULL` is about
numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

from lark import Token

from wavehouse.core.errors import DefinitionError
from wavehouse.quality.dqdl.escapes import inside, value
from wavehouse.quality.dqdl.numbers import KINDS as NUMBER_KINDS
from wavehouse.quality.dqdl.numbers import amount_of, number_of
from wavehouse.quality.dqdl.refusal import Refusal
from wavehouse.quality.dqdl.syntax import Node, branches, first, leaves
from wavehouse.quality.dqdl.times import check_zone, day, time_of_day
from wavehouse.quality.dqdl.tokens import position
from wavehouse.quality.dqdl.variables import Variables
from wavehouse.quality.rules import (
    Condition,
    DateCondition,
    DateNull,
    DateOperand,
    Day,
    Duration,
    DurationCondition,
    Keyword,
    Now,
    NumberCondition,
    Operator,
    Size,
    SizeCondition,
    Special,
    Text,
    TextCondition,
    TextOperand,
    TimeOfDay,
)

Kind = Literal["number", "text", "date", "duration", "size"]
Operand = Node | Token

KINDS: tuple[Kind, ...] = ("number", "text", "date", "duration", "size")
_NAMES = {
    "number": "a number",
    "text": "a text",
    "date": "a date",
    "duration": "a duration",
    "size": "a size",
}
_KINDS_OF: dict[str, tuple[Kind, ...]] = {
    **dict.fromkeys(NUMBER_KINDS, ("number",)),
    "NULL": ("number", "text", "date"),
    **dict.fromkeys(("QUOTED", "EMPTY", "WHITESPACES_ONLY", "reference"), ("text",)),
    **dict.fromkeys(("DATE", "TIME", "MIL_TIME", "NOW", "moment"), ("date",)),
    "duration": ("duration",),
    "size": ("size",),
}
_TEXT_OPERATORS = ("=", "!=", "in", "not in", "matches", "not matches")


@dataclass(frozen=True)
class ParsedCondition:
    """The operator and the operands of a condition, and the kind that it is of.

    With `by_variable` the only operand is a variable that stands for the whole list.
    """

    start: Token
    operator: Operator
    operands: tuple[Operand, ...]
    kind: Kind
    by_variable: bool


def parsed(node: Node) -> ParsedCondition:
    """A condition before its operands are read; raises `Refusal` where they do not go together."""
    words = [child for child in leaves(node) if child.type in _OPERATOR_WORDS]
    operator = cast(Operator, " ".join(words).replace("! =", "!="))
    operands = [
        child for child in node.children if not (isinstance(child, Token) and child.type in _NOT_OPERANDS)
    ]
    if lists := branches(node, "list"):
        operands = list(lists[0].children)
    kinds = set(KINDS)
    for operand in operands:
        own = _kinds_of(operand)
        if not kinds & set(own):
            others = next(kind for kind in KINDS if kind in kinds)
            raise Refusal(
                f"{_NAMES[own[0]]} stands here beside {_NAMES[others]}",
                position(first(operand)),
                "The values of one condition are of one kind",
            )
        kinds &= set(own)
    if operator not in _TEXT_OPERATORS:
        for operand in operands:
            if not isinstance(operand, Token) and operand.data == "reference":
                raise _misplaced(operand)
        kinds.discard("text")
    if not kinds:
        raise Refusal(
            f"a text cannot be compared by '{operator}'",
            position(words[0]),
            "Texts take =, !=, in, not in, matches and not matches",
        )
    return ParsedCondition(
        words[0],
        operator,
        tuple(operands),
        kind=next(kind for kind in KINDS if kind in kinds),
        by_variable=words[-1].type == "IN" and not lists,
    )


_OPERATOR_WORDS = frozenset(
    {"EQUAL", "GREATER", "GREATER_EQUAL", "LESS", "LESS_EQUAL", "NEGATION", "NOT", "BETWEEN", "IN", "MATCHES"}
)
_NOT_OPERANDS = _OPERATOR_WORDS | {"AND_NAME"}


def read(condition: ParsedCondition, variables: Variables, tags: Mapping[str, str]) -> Condition:
    """The condition with its operands; a time zone among `tags` is checked where a time of day stands."""
    operator, operands, kind = condition.operator, condition.operands, condition.kind
    if kind == "number":
        return NumberCondition(operator, tuple(map(number_of, operands)))
    if kind == "text":
        return _text_condition(condition, variables)
    if kind == "date":
        return DateCondition(operator, tuple(_date(operand, tags) for operand in operands))
    if kind == "duration":
        return DurationCondition(operator, tuple(map(_duration, operands)))
    return SizeCondition(operator, tuple(map(_size, operands)))


def _kinds_of(operand: Operand) -> tuple[Kind, ...]:
    return _KINDS_OF[operand.type if isinstance(operand, Token) else operand.data]


def _text_condition(condition: ParsedCondition, variables: Variables) -> TextCondition:
    operator, operands = condition.operator, condition.operands
    if condition.by_variable:
        name = leaves(operands[0])[1]
        return TextCondition(
            operator, tuple(Text(text, str(name)) for text in variables.texts(name)), str(name)
        )
    return TextCondition(operator, tuple(_text(operand, operator) for operand in operands))


def _text(operand: Operand, operator: Operator) -> TextOperand:
    if not isinstance(operand, Token):
        raise _misplaced(operand)
    if operand.type != "QUOTED":
        return Special(cast(Keyword, operand.upper()))
    # A pattern has its own use of backslashes.
    written = inside(operand)
    return Text(written if operator.endswith("matches") else value(written))


def _misplaced(reference: Node) -> Refusal:
    return Refusal(
        f"the variable '${leaves(reference)[1]}' cannot stand here",
        position(first(reference)),
        "AWS takes a variable as a parameter, and as the whole list of `in $name` or `not in $name`",
    )


def _date(operand: Operand, tags: Mapping[str, str]) -> DateOperand:
    if not isinstance(operand, Token):
        (sign,) = (token for token in leaves(operand) if token.type in ("PLUS", "MINUS"))
        return Now("+" if sign == "+" else "-", _duration(branches(operand, "duration")[0]))
    if operand.type == "NULL":
        return DateNull()
    if operand.type == "NOW":
        return Now()
    text = inside(operand)
    try:
        if operand.type == "DATE":
            return Day(day(text))
        check_zone(tags.get("timeZone", "UTC"))
        return TimeOfDay(time_of_day(text), text)
    except DefinitionError as error:
        raise Refusal(error.what, position(operand), error.remedy) from None


def _duration(operand: Operand) -> Duration:
    amount, unit = leaves(operand)
    return Duration(amount_of(amount), cast(Literal["days", "hours", "minutes"], str(unit)))


def _size(operand: Operand) -> Size:
    amount, unit = leaves(operand)
    return Size(amount_of(amount), cast(Literal["B", "KB", "MB", "GB", "TB"], str(unit)))
