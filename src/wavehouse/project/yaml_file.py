"""One YAML file of a project: read safely, remembering the line of every key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import ConstructorError, RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode

from wavehouse.core.errors import DefinitionError
from wavehouse.project.definition_file import DefinitionFile

# Definitions are written by hand; anything larger, or built of aliases, is not one.
MAX_BYTES = 1_000_000
MAX_ALIASES = 50
MAX_DEPTH = 50
_KEYS = {"str", "merge"}


class _TextKeys(RoundTripConstructor):
    """Builds trees whose maps have texts for keys: nothing is called by a number, a date or a list."""

    def construct_mapping(self, node: MappingNode, maptyp: Any, deep: bool = False) -> Any:  # type: ignore[override]
        """Fill a map; raises `ConstructorError` at a key that is no text."""
        for key, _ in node.value:
            if not isinstance(key, ScalarNode) or str(key.tag).rpartition(":")[2] not in _KEYS:
                raise ConstructorError(None, None, "a key must be a text; put it in quotes", key.start_mark)
        return super().construct_mapping(node, maptyp, deep)


@dataclass(frozen=True)
class YamlFile(DefinitionFile):
    """The tree of one file; `data` keeps comments and positions (ruamel's round-trip containers)."""

    data: CommentedMap

    def where(self, location: Sequence[Any] = ()) -> str:
        """`file:line` of the innermost key of `location` that stands in the file."""
        node: Any = self.data
        line = 0
        for key in location:
            if isinstance(node, CommentedMap) and key in node:
                # (A key that was merged into a map has no place of its own.)
                line = node.lc.data[key][0] if key in node.lc.data else line
            elif isinstance(node, CommentedSeq) and isinstance(key, int) and key < len(node):
                line = node.lc.item(key)[0]
            else:
                # Steps of the model that the file does not have, such as the tag of a union.
                continue
            node = node[key]
        return f"{self.path}:{line + 1}"

    @property
    def has_comments(self) -> bool:
        """Whether something in it is said to people alone."""
        return _commented(self.data)


def _commented(value: Any) -> bool:
    if not isinstance(value, CommentedMap | CommentedSeq):
        return False
    inside = value.values() if isinstance(value, CommentedMap) else value
    return _says([value.ca.comment, value.ca.end, *value.ca.items.values()]) or any(map(_commented, inside))


def _says(comment: Any) -> bool:
    # (To ruamel, blank lines are comments too.)
    return any(map(_says, comment)) if isinstance(comment, list) else "#" in getattr(comment, "value", "")


def read_yaml(path: Path) -> YamlFile:
    """Read one YAML file as a tree; raises `DefinitionError` where it is not a readable map of keys."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise DefinitionError(
            f"this file cannot be read ({error.strerror})",
            where=str(path),
            remedy="Check its path and permissions",
        ) from error
    return parse_yaml(path, text)


def parse_yaml(path: Path, text: bytes) -> YamlFile:
    """The tree of what stands, or will stand, in the file `path`; raises as `read_yaml` does."""
    if len(text) > MAX_BYTES:
        raise DefinitionError(
            f"this file is larger than {MAX_BYTES:,} bytes, too large for a definition", where=str(path)
        )
    yaml = YAML(typ="rt")
    yaml.Constructor = _TextKeys
    yaml.allow_duplicate_keys = False
    yaml.composer.warn_double_anchors = False
    try:
        decoded = text.decode("utf-8")
        _refuse_bombs(path, decoded)
        data = yaml.load(decoded)
    except UnicodeDecodeError as error:
        raise DefinitionError(f"this file is not UTF-8 (byte {error.start})", where=str(path)) from error
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        raise DefinitionError(f"not valid YAML: {error.problem or error.context}", where=where) from error
    except (YAMLError, ValueError, RecursionError) as error:
        # A value that is not what its tag or form says (2021-99-99), or trees within trees without end.
        raise DefinitionError(f"not valid YAML: {error}", where=str(path)) from error
    if not isinstance(data, CommentedMap):
        raise DefinitionError("a definition is a map of keys; this file is not", where=str(path))
    return YamlFile(path, data)


def _refuse_bombs(path: Path, text: str) -> None:
    """Raise for what fills memory or time with a few bytes. The scanner counts, and builds nothing."""
    aliases = depth = 0
    for token in YAML(typ="rt").scan(text):
        kind = token.__class__.__name__
        aliases += kind == "AliasToken"
        # Aliases repeat whole trees; and each step into a tree takes longer than the one before.
        depth += kind.startswith(("Block", "Flow")) and kind.endswith("StartToken")
        depth -= kind in ("BlockEndToken", "FlowSequenceEndToken", "FlowMappingEndToken")
        if depth > MAX_DEPTH:
            where = f"{path}:{token.start_mark.line + 1}"
            raise DefinitionError(f"this file is nested more than {MAX_DEPTH} deep", where=where)
    if aliases > MAX_ALIASES:
        raise DefinitionError(f"this file has {aliases} aliases, more than {MAX_ALIASES}", where=str(path))
