"""The table of statements: what it says of each is so, and the page shows it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.query.statements.house import House

from wavehouse.core.errors import QueryError
from wavehouse.query.statements.run import STATEMENTS as BY_WORD
from wavehouse.query.statements.table_of_statements import REFUSED, STATEMENTS, as_markdown

_PAGE = Path(__file__).parents[3] / "docs" / "athena-statements.md"


def test_each_example_is_answered_or_refused(house: House) -> None:
    for one in STATEMENTS:
        if one.writes and one.how != REFUSED:
            with pytest.raises(QueryError, match="--write"):
                house.run(one.example, write=False)
        if one.how == REFUSED:
            with pytest.raises(QueryError):
                house.run(one.example)
        else:
            house.run(one.example, write=one.writes)


def test_no_statement_is_missing() -> None:
    told = {one.example.split()[0] for one in STATEMENTS}
    assert set(BY_WORD) - {"DESC"} <= told


def test_the_page_shows_the_table() -> None:
    assert "\n".join(as_markdown()) in _PAGE.read_text("utf-8")
