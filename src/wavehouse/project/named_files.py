"""The definitions of one kind, each a file of its own, by the names that they give themselves."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel

from wavehouse.core.errors import DefinitionError
from wavehouse.project.project import Project
from wavehouse.project.yaml_file import read_yaml

Model = TypeVar("Model", bound=BaseModel)


def read_named(project: Project, folder: str, model: type[Model], key: str, what: str) -> dict[str, Model]:
    """The files of `folder` as `model`, by the field `key`; `what` is what an error calls one of them.

    Raises `DefinitionError` for a broken one, and for two of one name.
    """
    found: dict[str, Model] = {}
    for path in project.files(folder):
        file = read_yaml(path)
        definition = file.parse(model)
        name = getattr(definition, key)
        if name in found:
            raise DefinitionError(
                f"there is a second {what} '{name}'", where=file.where([key]), remedy="Rename one of the two"
            )
        found[name] = definition
    return found
