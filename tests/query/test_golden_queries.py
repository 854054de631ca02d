"""Each golden query gives the answer that the documentation gives it, or is refused by name."""

from __future__ import annotations

import pytest
from tests.query.golden_queries import GoldenQuery, golden_queries

from wavehouse.core.errors import QueryError
from wavehouse.core.table_head import TableSource
from wavehouse.engines.engine import Engine
from wavehouse.query.answer import answer
from wavehouse.query.trino_times import told_type
from wavehouse.query.value_texts import plain_of

QUERIES = list(golden_queries())


@pytest.mark.parametrize("query", [pytest.param(query, id=query.name) for query in QUERIES])
def test_a_query_has_the_documented_answer(query: GoldenQuery, tables: TableSource, engine: Engine) -> None:
    if query.rows is None:
        with pytest.raises(QueryError) as found:
            answer(query.sql, tables, engine)
        said = str(found.value)
        assert (query.fails or query.refused) in said
        # What is refused is refused before anything is run.
        assert ("not covered" in said) == bool(query.refused)
        return
    told = answer(query.sql, tables, engine)
    plains = [plain_of(column.type) for column in told.columns]
    rows = [[plain(value) for plain, value in zip(plains, row, strict=True)] for row in told.rows]
    assert rows == query.rows
    if query.types is not None:
        assert [told_type(column.type) for column in told.columns] == query.types


def test_every_answer_says_what_it_follows() -> None:
    assert [query.name for query in QUERIES if not query.docs.startswith("https://")] == []
    assert [query.name for query in QUERIES if not (query.rule or query.refused)] == []
    sql = [query.sql for query in QUERIES]
    assert sorted({one for one in sql if sql.count(one) > 1}) == []
