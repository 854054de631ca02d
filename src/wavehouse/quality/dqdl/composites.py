"""Rules joined by `and` and `or`: `and` binds tighter, and both bind from the left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from wavehouse.quality.dqdl.labels import labels_of
from wavehouse.quality.dqdl.numbers import MAX_DEPTH
from wavehouse.quality.dqdl.refusal import Refusal
from wavehouse.quality.dqdl.rules import read_rule
from wavehouse.quality.dqdl.syntax import Node, branches
from wavehouse.quality.dqdl.variables import Variables
from wavehouse.quality.rules import AnyRule, Composite


def read_any_rule(node: Node, variables: Variables, default_labels: int) -> AnyRule:
    """A rule or a composite of rules."""
    if node.data == "rule":
        return read_rule(node, variables, default_labels)
    members = [
        read_any_rule(member, variables, default_labels)
        for member in branches(node, "both", "either", "group", "rule")
    ]
    if node.data == "group":
        # Labels behind parentheses are those of the whole, and take the place of what stood within.
        labels = branches(node, "labels")
        return replace(members[0], labels=labels_of(labels[0], default_labels)) if labels else members[0]
    return _joined("OR" if node.data == "either" else "AND", members)


def _joined(operator: Literal["AND", "OR"], members: Sequence[AnyRule]) -> AnyRule:
    if all(_is_made_of(operator, member) for member in members) and len(members) > 1:
        flat = tuple(
            part
            for member in members
            for part in (member.members if isinstance(member, Composite) else (member,))
        )
        return Composite(operator, flat, position=members[0].position)
    result = members[0]
    for depth, member in enumerate(members[1:], 1):
        result = Composite(operator, (result, member), position=members[0].position)
        if depth + max(map(_depth, members[: depth + 1])) > MAX_DEPTH:
            raise Refusal(
                f"more than {MAX_DEPTH} rules are joined here by and, or and parentheses",
                member.position,
                "Make several rules of it",
            )
    return result


def _is_made_of(operator: str, rule: AnyRule) -> bool:
    """Whether a rule may be a member, or its members be members, of a composite with this operator alone."""
    return not isinstance(rule, Composite) or (
        rule.operator == operator
        and not rule.labels
        and not any(isinstance(member, Composite) for member in rule.members)
    )


def _depth(rule: AnyRule) -> int:
    return 1 + max(map(_depth, rule.members)) if isinstance(rule, Composite) else 1
