"""One YAML file of a project: read safely, remembering the line of every key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yaml import MarkedYAMLError, YAMLError

from wavehouse.core.errors import DefinitionError
from wavehouse.project.definition_file import MAX_BYTES, DefinitionFile
from wavehouse.project.yaml_tree import PlacedList, PlacedMap, read_tree


@dataclass(frozen=True)
class YamlFile(DefinitionFile):
    """The tree of one file, and the text that it was read from."""

    data: PlacedMap
    text: str

    def where(self, location: Sequence[Any] = ()) -> str:
        """`file:line` of the innermost key of `location` that stands in the file."""
        node: Any = self.data
        line = 0
        for key in location:
            if (isinstance(node, PlacedMap) and key in node) or (
                isinstance(node, PlacedList) and isinstance(key, int) and key < len(node)
            ):
                line = node.lines[key]
                node = node[key]
            # (Other steps are those of the model that the file does not have, such as the tag of a union.)
        return f"{self.path}:{line + 1}"

    @property
    def has_comments(self) -> bool:
        """Whether something in it is said to people alone."""
        from wavehouse.project.yaml_comments import has_comments

        return has_comments(self.text)


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
    try:
        decoded = text.decode("utf-8")
        data = read_tree(decoded)
    except UnicodeDecodeError as error:
        raise DefinitionError(f"this file is not UTF-8 (byte {error.start})", where=str(path)) from error
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        raise DefinitionError(f"not valid YAML: {error.problem or error.context}", where=where) from error
    except YAMLError as error:
        raise DefinitionError(f"not valid YAML: {error}", where=str(path)) from error
    if not isinstance(data, PlacedMap):
        raise DefinitionError("a definition is a map of keys; this file is not", where=str(path))
    return YamlFile(path, data, decoded)
