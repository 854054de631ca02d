"""The engine that a project wants: `engine:` and `spark:` in wavehouse.yaml."""

from __future__ import annotations

from wavehouse.core.engine_setting import EngineSetting, read_engine_setting
from wavehouse.core.errors import DefinitionError
from wavehouse.project.project import PROJECT_FILE, Project


def project_engine(project: Project) -> EngineSetting:
    """The engine of a project's runs; raises `DefinitionError` for one that is written wrongly."""
    # (As for the catalog: nobody shall wait for a YAML parser to learn the default.)
    if not project.mentions("engine") and not project.mentions("spark"):
        return EngineSetting()

    from wavehouse.project.yaml_file import read_yaml

    file = read_yaml(project.root / PROJECT_FILE)
    try:
        return read_engine_setting(file.data.get("engine"), file.data.get("spark"))
    except ValueError as error:
        place = ["engine"] if "engine" in str(error).partition("'")[0] else ["spark"]
        raise DefinitionError(str(error), where=file.where(place)) from None
