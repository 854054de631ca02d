"""What DuckDB says of an unknown name becomes our words, with the nearest name."""

from __future__ import annotations

import pytest

from wavehouse.core.errors import DefinitionError
from wavehouse.engines.duckdb_engine import DuckDBEngine


@pytest.mark.parametrize(
    ("sql", "what", "remedy"),
    [
        ("SELECT usr FROM plays", "there is no column 'usr'", "Did you mean 'user'?"),
        ("SELECT plays.mss FROM plays", "there is no column 'mss' in 'plays'", "Did you mean 'ms'?"),
        ("SELECT p.ms FROM plays", "there is no table or alias 'p'", "Known: plays"),
        ("SELECT ms FROM plays GROUP BY 2 + 1, user", 'column "ms" must appear in the GROUP BY clause', ""),
    ],
)
def test_unknown_names(engine: DuckDBEngine, sql: str, what: str, remedy: str) -> None:
    engine.execute('CREATE TEMP TABLE plays ("user" TEXT, ms INT)')
    with pytest.raises(DefinitionError) as caught:
        engine.columns(sql)
    assert caught.value.what.startswith(what)
    assert caught.value.remedy == remedy
