"""The catalog that a project wants for its lakes: `catalog:` in wavehouse.yaml."""

from __future__ import annotations

from wavehouse.core.catalog_setting import CatalogSetting, SqliteSetting, read_catalog_setting
from wavehouse.core.errors import DefinitionError
from wavehouse.project.project import PROJECT_FILE, Project


def project_catalog(project: Project) -> CatalogSetting:
    """The catalog of a project's lakes; raises `DefinitionError` for one that is written wrongly."""
    # A run with nothing new must not wait for a YAML parser to learn the default.
    if not project.mentions("catalog"):
        return SqliteSetting()

    from wavehouse.project.yaml_file import read_yaml

    file = read_yaml(project.root / PROJECT_FILE)
    try:
        return read_catalog_setting(file.data.get("catalog"))
    except ValueError as error:
        raise DefinitionError(str(error), where=file.where(["catalog"])) from None
