"""Labels: names and values that go with a verdict."""

from __future__ import annotations

from lark import Token

from wavehouse.quality.dqdl.escapes import inside
from wavehouse.quality.dqdl.refusal import Refusal
from wavehouse.quality.dqdl.syntax import Node, branches, leaves
from wavehouse.quality.dqdl.tokens import position

MAX_LABELS = 10
MAX_KEY, MAX_VALUE = 128, 256


def labels_of(node: Node, defaults: int = 0) -> dict[str, str]:
    """The labels of a `labels` or `DefaultLabels` node; `defaults` is how many every rule has already."""
    keyword, pairs = leaves(node)[0], branches(node)
    if not pairs:
        raise Refusal(f"'{keyword}' has no label", position(keyword), f'Write {keyword} = ["key" = "value"]')
    if defaults + len(pairs) > MAX_LABELS:
        besides = f" and {defaults} default labels" if defaults else ""
        raise Refusal(
            f"a rule can have {MAX_LABELS} labels, and here it has {len(pairs)} of its own{besides}",
            position(keyword),
            "Take some away",
        )
    found: dict[str, str] = {}
    for pair in pairs:
        key, _, value = leaves(pair)
        _check(key, "key", MAX_KEY)
        _check(value, "value", MAX_VALUE)
        if inside(key) in found:
            raise Refusal(f"the label {key} stands here twice", position(key), "Take one of them away")
        found[inside(key)] = inside(value)
    return found


def _check(token: Token, what: str, longest: int) -> None:
    # Java counts in UTF-16.
    length = len(inside(token).encode("utf-16-le", "surrogatepass")) // 2
    if not length:
        raise Refusal(
            f"the {what} of a label is empty", position(token), "Write something between the quotes"
        )
    if length > longest:
        raise Refusal(
            f"the {what} of this label has {length} characters, more than {longest}",
            position(token),
            "Shorten it",
        )
