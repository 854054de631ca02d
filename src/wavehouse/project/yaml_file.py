"""One YAML file of a project: read safely, remembering the line of every key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from wavehouse.core.errors import DefinitionError
from wavehouse.core.suggestions import did_you_mean

Model = TypeVar("Model", bound=BaseModel)

# Definitions are written by hand; anything larger, or built of aliases, is not one.
MAX_BYTES = 1_000_000
MAX_ALIASES = 50
MAX_DEPTH = 50


@dataclass(frozen=True)
class YamlFile:
    """The tree of one file; `data` keeps comments and positions (ruamel's round-trip containers)."""

    path: Path
    data: CommentedMap

    def where(self, location: Sequence[Any] = ()) -> str:
        """`file:line` of the innermost key of `location` that stands in the file."""
        node: Any = self.data
        line = 0
        for key in location:
            if isinstance(node, CommentedMap) and key in node:
                line = node.lc.key(key)[0]
            elif isinstance(node, CommentedSeq) and isinstance(key, int) and key < len(node):
                line = node.lc.item(key)[0]
            else:
                # Steps of the model that the file does not have, such as the tag of a union.
                continue
            node = node[key]
        return f"{self.path}:{line + 1}"

    def parse(self, model: type[Model]) -> Model:
        """This file as `model`; raises `DefinitionError` at the line of the first thing wrong."""
        try:
            return model.model_validate(self.data, context={"file": self})
        except ValidationError as error:
            raise self._complaint(error, model) from None

    def _complaint(self, error: ValidationError, model: type[BaseModel]) -> DefinitionError:
        # A mistyped key is also a missing one: name what stands there.
        first = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
        location = first["loc"]
        name = str(location[-1]) if location else ""
        if first["type"] == "extra_forbidden":
            known = fields_at(model, location[:-1])
            return DefinitionError(
                f"'{name}' is not a known key here",
                where=self.where(location),
                remedy=did_you_mean(name, known),
            )
        if first["type"] == "missing":
            return DefinitionError(
                f"the key '{name}' is missing", where=self.where(location), remedy="Add it"
            )
        said = first["msg"].removeprefix("Value error, ")
        about = f"'{name}': " if name else ""
        return DefinitionError(f"{about}{said[:1].lower()}{said[1:]}", where=self.where(location))


def fields_at(model: type[BaseModel], location: Sequence[Any]) -> list[str]:
    """The keys that the model at `location` knows (follows fields that are models, lists or maps of them)."""
    current: Any = model
    for key in location:
        fields = getattr(current, "model_fields", {})
        if key in fields:
            annotation = fields[key].annotation
            while args := getattr(annotation, "__args__", ()):
                annotation = args[-1] if args[-1] is not type(None) else args[0]
            current = annotation
    return list(getattr(current, "model_fields", {}))


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
    if len(text) > MAX_BYTES:
        raise DefinitionError(
            f"this file is larger than {MAX_BYTES:,} bytes, too large for a definition", where=str(path)
        )
    yaml = YAML(typ="rt")
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
