"""The variables of a ruleset: `name = "text"` and `name = ["text", "text"]`, used as `$name`."""

from __future__ import annotations

import re

from lark import Token

from wavehouse.core.suggestions import did_you_mean
from wavehouse.quality.dqdl.escapes import inside, name, value
from wavehouse.quality.dqdl.refusal import Refusal
from wavehouse.quality.dqdl.syntax import Node, branches, first, leaves
from wavehouse.quality.dqdl.tokens import position

_REFERENCE = re.compile(r"\$[A-Za-z_]")


class Variables:
    """What the variables stand for; `written` has their texts as they are written between the quotes."""

    def __init__(self) -> None:
        self.written: dict[str, str | tuple[str, ...]] = {}

    def define(self, node: Node) -> None:
        """Take a definition; raises `Refusal` where AWS does."""
        key = leaves(node)[0]
        if key[0] in "._":
            raise Refusal(
                f"the variable's name '{key}' starts with '{key[0]}'", position(key), "Start it with a letter"
            )
        if key in self.written:
            raise Refusal(f"the variable '{key}' is defined twice", position(key), "Take one of them away")
        lists = branches(node, "texts")
        if lists:
            self.written[str(key)] = tuple(_written(text) for text in lists[0].children)
        else:
            self.written[str(key)] = _written(node.children[2])

    def texts(self, key: Token) -> tuple[str, ...]:
        """What `in $name` compares with."""
        found = self._find(key)
        return (value(found),) if isinstance(found, str) else tuple(map(value, found))

    def parameter(self, key: Token) -> str:
        """What `$name` means as a parameter."""
        found = self._find(key)
        if not isinstance(found, str):
            raise Refusal(
                f"the variable '${key}' is a list, which cannot be a parameter",
                position(key),
                "Give it one text, without brackets",
            )
        return name(found)

    def _find(self, key: Token) -> str | tuple[str, ...]:
        if key not in self.written:
            raise Refusal(
                f"there is no variable '${key}'",
                position(key),
                did_you_mean(key, self.written) or f'Define it above the rules: {key} = "..."',
            )
        return self.written[key]


def _written(text: Node | Token) -> str:
    token = first(text)
    # A keyword, and a $ that AWS does not take for a variable, are their own letters.
    written = inside(token) if token.type == "QUOTED" else "".join(leaves(text))
    if found := _REFERENCE.search(written):
        raise Refusal(
            f"'{written[found.start() :]}' stands within a variable, where AWS takes no variable",
            position(token),
            "Write out what it stands for",
        )
    return written
