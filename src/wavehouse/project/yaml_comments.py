"""Whether a YAML text says something to people alone."""

from __future__ import annotations

from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError


def has_comments(text: str) -> bool:
    """Whether comments stand in a text that `read_tree` reads."""
    if "#" not in text:
        return False
    try:
        return _commented(YAML(typ="rt").load(text))
    except YAMLError:
        # (This reader is for the comments; about what else there is, it is stricter.)
        return True


def _commented(value: Any) -> bool:
    if not isinstance(value, CommentedMap | CommentedSeq):
        return False
    inside = value.values() if isinstance(value, CommentedMap) else value
    return _says([value.ca.comment, value.ca.end, *value.ca.items.values()]) or any(map(_commented, inside))


def _says(comment: Any) -> bool:
    # (To ruamel, blank lines are comments too.)
    return any(map(_says, comment)) if isinstance(comment, list) else "#" in getattr(comment, "value", "")
