"""SQL that uses a value several times and computes it once."""

from __future__ import annotations


def let(value: str, name: str, body: str) -> str:
    """`body`, in which `name` is `value`; of nested ones each needs a name of its own."""
    return f"list_extract(list_transform([{value}], lambda {name}: {body}), 1)"
