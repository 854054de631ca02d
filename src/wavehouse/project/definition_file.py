"""One definition as a tree that knows the place of everything in it, whatever it is written in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from wavehouse.core.errors import DefinitionError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.project.field_errors import field_error

# Definitions are written by hand: what is larger (in bytes) or deeper is none, whatever it is written in.
MAX_BYTES = 1_000_000
MAX_DEPTH = 50

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class DefinitionFile:
    """The tree of one file."""

    path: Path
    data: Mapping[str, Any]

    def where(self, location: Sequence[Any] = ()) -> str:
        """The file, and the place in it of the innermost key of `location` that stands there."""
        raise NotImplementedError

    @property
    def has_comments(self) -> bool:
        """Whether something in it is said to people alone."""
        return False

    def parse(self, model: type[Model]) -> Model:
        """This file as `model`; raises `DefinitionError` at the line of the first thing wrong."""
        try:
            return model.model_validate(self.data, context={"file": self})
        except ValidationError as error:
            raise self._complaint(error, model) from None

    def _complaint(self, error: ValidationError, model: type[BaseModel]) -> DefinitionError:
        # A mistyped key is also a missing one: name what stands there.
        first = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
        # (Of a key that is wrong itself, the last step says so.)
        location = tuple(step for step in first["loc"] if step != "[key]")
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
        about = f"'{name}': " if location else ""
        return DefinitionError(f"{about}{field_error(first)}", where=self.where(location))


def fields_at(model: type[BaseModel], location: Sequence[Any]) -> list[str]:
    """The keys that the model at `location` knows (follows fields that are models, lists or maps of them)."""
    current: Any = model
    for key in location:
        fields = getattr(current, "model_fields", {})
        if key in fields:
            annotation = fields[key].annotation
            while args := getattr(annotation, "__args__", ()):
                # (`X | None`, `dict[str, X]`, `tuple[X, ...]`.)
                annotation = args[0] if args[-1] in (type(None), ...) else args[-1]
            current = annotation
    return list(getattr(current, "model_fields", {}))
