"""What stands behind `with`: the threshold of a rule, and its other tags."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

from lark import Token

from wavehouse.quality.dqdl.conditions import ParsedCondition, parsed, read
from wavehouse.quality.dqdl.escapes import inside, value
from wavehouse.quality.dqdl.numbers import written
from wavehouse.quality.dqdl.refusal import Refusal, near
from wavehouse.quality.dqdl.rule_types import RuleType
from wavehouse.quality.dqdl.syntax import Node, branches, leaves
from wavehouse.quality.dqdl.tokens import position
from wavehouse.quality.dqdl.variables import Variables
from wavehouse.quality.rules import NumberCondition


@dataclass
class Tags:
    """The threshold, and the others by name."""

    plain: dict[str, str] = field(default_factory=dict)
    threshold: NumberCondition | None = None


def read_tags(nodes: Sequence[Node], type_: RuleType, variables: Variables) -> Tags:
    """The tags of a rule; raises `Refusal` for one that its type does not take."""
    tags = Tags()
    for node in nodes:
        key = leaves(node)[1]
        condition = parsed(branches(node, "condition")[0])
        is_text = _is_text(condition)
        if not is_text and condition.kind == "number" and key.lower() == "threshold":
            if not type_.threshold:
                raise Refusal(f"'{type_.name}' takes no threshold", position(key), "Take it away")
            if tags.threshold is not None:
                raise Refusal("a second threshold stands here", position(key), "A rule can have one")
            tags.threshold = cast(NumberCondition, read(condition, variables, {}))
            continue
        if condition.operator != "=" or not (is_text or condition.kind == "number"):
            raise Refusal(
                f"the tag '{key}' takes only = with a quoted text or a number behind it",
                position(condition.start),
                near(key, "threshold") or f'Write with {key} = "..."',
            )
        # Of two tags of one name AWS takes the last.
        tags.plain[str(key)] = _text(condition.operands[0])
    return tags


def _is_text(condition: ParsedCondition) -> bool:
    # Here AWS tries texts before numbers: `= NULL` is one.
    return condition.operator not in ("between", "not between", ">", ">=", "<", "<=") and all(
        isinstance(operand, Token) and operand.type in ("QUOTED", "NULL", "EMPTY", "WHITESPACES_ONLY")
        for operand in condition.operands
    )


def _text(operand: Node | Token) -> str:
    if not isinstance(operand, Token):
        return written(operand)
    return value(inside(operand)) if operand.type == "QUOTED" else operand.upper()
