"""Numbers of a condition: constants, calculations and functions."""

from __future__ import annotations

from typing import Literal, cast

from lark import Token

from wavehouse.quality.dqdl.refusal import Refusal
from wavehouse.quality.dqdl.syntax import Node, first, leaves
from wavehouse.quality.dqdl.tokens import position
from wavehouse.quality.rules import Arithmetic, Call, Number, NumberNull, NumberOperand

# What is nested deeper was not written by hand, and Python could not compare it.
MAX_DEPTH = 100
# Java's int, which amounts of durations and sizes are.
_MAX_AMOUNT = 2**31 - 1

KINDS = ("numeral", "arithmetic", "call", "parentheses")


def number_of(node: Node | Token) -> NumberOperand:
    """The number that a node stands for."""
    operand = _operand(node, in_parentheses=False)
    if _depth(operand) > MAX_DEPTH:
        raise Refusal(
            f"this calculation has more than {MAX_DEPTH} steps within one another",
            position(first(node)),
            "Write it shorter",
        )
    return operand


def amount_of(token: Token) -> int:
    """The amount of a duration or size."""
    # Python itself takes no more than 4,300 digits.
    if len(token.lstrip("0")) > 10 or int(token) > _MAX_AMOUNT:
        raise Refusal(f"this amount is larger than {_MAX_AMOUNT}", position(token), "Use a larger unit")
    return int(token)


def written(node: Node | Token) -> str:
    """A number as it stands there, without spaces."""
    if isinstance(node, Token) or node.data == "numeral":
        return "".join(leaves(node))
    if node.data == "parentheses":
        return f"({written(node.children[0])})"
    if node.data == "call":
        return f"{leaves(node)[0]}({','.join(written(argument) for argument in node.children[1:])})"
    return "".join(written(child) for child in node.children)


def _operand(node: Node | Token, *, in_parentheses: bool) -> NumberOperand:
    if isinstance(node, Token):
        return NumberNull()
    if node.data == "numeral":
        return Number("".join(leaves(node)))
    if node.data == "parentheses":
        # Around anything but a calculation they say nothing.
        return _operand(node.children[0], in_parentheses=True)
    if node.data == "call":
        name, *arguments = node.children
        return Call(str(name), tuple(number_of(argument) for argument in arguments))
    return _calculation(node, in_parentheses=in_parentheses)


def _calculation(node: Node, *, in_parentheses: bool) -> NumberOperand:
    start, *rest = node.children
    steps = list(zip(rest[::2], rest[1::2], strict=True))
    if len(steps) > MAX_DEPTH:
        raise Refusal(
            f"this calculation has {len(steps)} steps, more than {MAX_DEPTH}",
            position(first(node)),
            "Write it shorter",
        )
    result = number_of(start)
    for index, (operator, operand) in enumerate(steps):
        result = Arithmetic(
            cast(Literal["+", "-", "*", "/"], str(operator)),
            result,
            number_of(operand),
            in_parentheses=in_parentheses and index == len(steps) - 1,
        )
    return result


def _depth(operand: NumberOperand) -> int:
    if isinstance(operand, Arithmetic):
        return 1 + max(_depth(operand.left), _depth(operand.right))
    if isinstance(operand, Call):
        return 1 + max((_depth(argument) for argument in operand.arguments), default=0)
    return 1
