"""`catalog:` in wavehouse.yaml: what it can say, and what is said of anything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from wavehouse.core.catalog_setting import (
    CatalogSetting,
    GlueSetting,
    PostgresSetting,
    SqliteSetting,
    catalog_setting_document,
    read_catalog_setting,
)
from wavehouse.core.errors import DefinitionError
from wavehouse.project.catalog_setting import project_catalog
from wavehouse.project.project import Project


def _project(folder: Path, text: str) -> Project:
    (folder / "wavehouse.yaml").write_text(f"name: x\n{text}\n")
    return Project.at(folder)


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        ("", SqliteSetting()),
        ("description: no catalog here", SqliteSetting()),
        ("catalog: sqlite", SqliteSetting()),
        ("catalog: {type: sqlite}", SqliteSetting()),
        ("catalog: {type: postgres, uri: postgresql://me@h/d}", PostgresSetting("postgresql://me@h/d")),
        ("catalog: glue", GlueSetting()),
        (
            "catalog: {type: glue, region: eu-central-1, catalog_id: 012345678901, database_prefix: dev_}",
            GlueSetting("eu-central-1", "012345678901", database_prefix="dev_"),
        ),
        ("catalog: {type: glue, catalog_id: 123456789012}", GlueSetting(catalog_id="123456789012")),
    ],
)
def test_settings_are_read_and_remembered(tmp_path: Path, text: str, setting: CatalogSetting) -> None:
    assert project_catalog(_project(tmp_path, text)) == setting
    assert read_catalog_setting(catalog_setting_document(setting)) == setting


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("catalog: sqlit", "Did you mean 'sqlite'?"),
        ("catalog: {type: postgres}", "postgresql://user@host"),
        ("catalog: {type: postgres, uri: 'mysql://h/d'}", "postgresql://user@host"),
        ("catalog: {type: postgres, uri: 'postgresql://me:hidden-word@h/d'}", "has a password in it"),
        ("catalog: {type: postgres, uri: 'postgresql://h/d?password=hidden-word'}", "has a password in it"),
        ("catalog: {type: glue, regoin: x}", "Did you mean 'region'?"),
        ("catalog: {type: glue, region: [x]}", "'region' of the catalog is a text"),
        ("catalog: {type: glue, database_prefix: A-}", "lower case"),
        ("catalog: [glue]", "a mapping"),
    ],
)
def test_anything_else_is_said_with_its_line_and_without_passwords(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(DefinitionError) as raised:
        project_catalog(_project(tmp_path, text))
    assert said in str(raised.value)
    assert "wavehouse.yaml:2" in str(raised.value)
    assert "hidden-word" not in str(raised.value)
