"""Saved queries: written as files, and read back."""

from __future__ import annotations

from pathlib import Path

import pytest

from wavehouse.core.errors import CallError
from wavehouse.project.copy import empty_project
from wavehouse.project.project import Project
from wavehouse.query.saved import find_query, save_query


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project with nothing in it."""
    return Project.at(empty_project(tmp_path / "mine"))


def test_a_query_that_is_saved_is_found_with_its_description(project: Project) -> None:
    saved = save_query(project, "of_1999", "What came\nout in 1999", "SELECT 1\n\n")
    assert saved == find_query(project, "of_1999")
    assert saved.description == "What came out in 1999"
    assert saved.path.read_text() == "-- What came out in 1999\nSELECT 1\n"


def test_a_new_description_takes_the_place_of_the_old_one(project: Project) -> None:
    first = save_query(project, "q", "Old", "SELECT 1")
    second = save_query(project, "q", "New", first.sql, replace=True)
    assert second.sql == "-- New\nSELECT 1\n"
    assert save_query(project, "q", "", second.sql, replace=True).sql == second.sql


def test_what_is_there_is_replaced_only_where_that_is_said(project: Project) -> None:
    save_query(project, "q", "", "SELECT 1")
    with pytest.raises(CallError, match="there is a saved query 'q' already"):
        save_query(project, "q", "", "SELECT 2")
    assert find_query(project, "q").sql == "SELECT 1\n"


@pytest.mark.parametrize("name", ["", "../q", "Q", "a b", "q.sql", "1st", "q" * 90, "ä"])
def test_a_name_that_no_file_should_have_is_refused(project: Project, name: str) -> None:
    with pytest.raises(CallError, match="is no name for a query"):
        save_query(project, name, "", "SELECT 1")
    assert not [*project.root.rglob("*.sql")]
