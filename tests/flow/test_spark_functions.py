"""What a SparkSQL says is what Spark says: its own answers, kept in tests/golden/spark_sql.

`answers.jsonl` has what Spark 3.5.9 (not ANSI, in UTC) answered over the five rows below: a query, the types
of its columns, and its rows (one value each, where the first column is `id`).
"""

from __future__ import annotations

import datetime
import decimal
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from wavehouse.core.columns import Column
from wavehouse.core.errors import DefinitionError
from wavehouse.flow.relation import BoundSource, Relation

if TYPE_CHECKING:
    from tests.flow.conftest import Flows

_ANSWERS = Path(__file__).parent.parent / "golden" / "spark_sql" / "answers.jsonl"
_COLUMNS = (
    "id int",
    "s string",
    "u string",
    "i int",
    "l bigint",
    "x double",
    "y double",
    "m decimal(10,3)",
    "d date",
    "e date",
    "t timestamp",
    "a array<int>",
    "sa array<string>",
    "b boolean",
    "v string",
)
_ROWS = """
    (1, 'Abc dE', 'a,b,,c', 3, 30, 2.5, 0, 12.345, '2024-01-07', '2023-11-30', '2024-01-07 10:20:30.5',
        [3, 1, NULL, 2], ['b', 'a', NULL, 'a'], true, ''),
    (2, ' x1y22 ', 'xyz', -7, 0, -2.5, 2, -0.005, '2024-02-29', '2024-02-29', '1999-12-31 23:59:59',
        [1, 2], ['z', 'b'], false, 'b'),
    (3, '', '12', 0, 5, 'NaN', -3, 7.5, '1969-12-31', '2024-12-31', '1969-07-20 20:17:40',
        []::INTEGER[], [''], NULL, '0'),
    (4, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, true, NULL),
    (5, 'Straße ☃ é', 'A_b%c', 2147483647, 9007199254740993, 1e10, 0.1, 99999.999, '1900-01-31', '9999-12-31',
        '2024-03-31 01:30:00', [5, 5, 4], ['é', 'É', 'x'], false, 'c')
"""
_DUCKDB = {"string": "VARCHAR", "array<int>": "INTEGER[]", "array<string>": "VARCHAR[]"}
# A table has no such types: what Spark gives in them comes in the next wider one.
_WIDER = {"tinyint": "int", "smallint": "int", "timestamp_ntz": "timestamp"}


@dataclass
class _Five:
    """The five rows, as a source of a flow."""

    def bound(self) -> BoundSource:
        columns = tuple(Column(*column.split(" ", 1)) for column in _COLUMNS)
        casts = ", ".join(f"CAST({c.name} AS {_DUCKDB.get(c.type, c.type)}) AS {c.name}" for c in columns)
        names = ", ".join(column.name for column in columns)
        return BoundSource(Relation(columns), f"(SELECT {casts} FROM (VALUES {_ROWS}) AS t({names}))")


def _node(query: str) -> str:
    said = {
        "Name": "N",
        "Inputs": ["five"],
        "SqlAliases": [{"From": "five", "Alias": "t"}],
        "SqlQuery": query,
    }
    return f"  n: {json.dumps({'SparkSQL': said})}\n"


def _plain(value: Any) -> Any:
    """As the answers are written."""
    match value:
        case float():
            return f"f:{value!r}"
        case decimal.Decimal():
            return f"d:{value:f}"
        case datetime.datetime():
            return f"t:{value.isoformat(sep=' ')}"
        case datetime.date():
            return value.isoformat()
        case list() | tuple():
            return [_plain(one) for one in value]
    return value


def _same(mine: Any, theirs: Any) -> bool:
    if isinstance(mine, list) and isinstance(theirs, list):
        return len(mine) == len(theirs) and all(map(_same, mine, theirs))
    if isinstance(mine, str) and isinstance(theirs, str) and mine[:2] == theirs[:2] == "f:":
        a, b = float(mine[2:]), float(theirs[2:])
        return (math.isnan(a) and math.isnan(b)) or math.isclose(a, b, rel_tol=1e-12)
    return type(mine) is type(theirs) and bool(mine == theirs)


def test_a_query_gives_what_spark_gives(flows: Flows) -> None:
    wrong = []
    for line in _ANSWERS.read_text(encoding="utf-8").splitlines():
        answer = json.loads(line)
        program = flows.compile(_node(answer["sql"]), {"five": _Five()})  # type: ignore[dict-item]
        types = [column.type for column in program.columns]
        rows: list[Any] = [_plain(row) for row in flows.engine.rows(program.sql)]
        if len(types) > len(answer["types"]):
            types, rows = types[1:], [row[1] for row in rows]
        if types != [_WIDER.get(type_, type_) for type_ in answer["types"]] or not _same(
            rows, answer["rows"]
        ):
            wrong.append((answer, types, rows))
    assert not wrong


@pytest.mark.parametrize(
    ("query", "said", "instead"),
    [
        ("SELECT percentile_approx(y, 0.5) AS p FROM t", "calls percentile_approx,", "percentile(x, 0.5)"),
        ("SELECT format_string('%s', s) AS p FROM t", "calls format_string,", "concat"),
        ("SELECT id FROM t WHERE hash(s) > 0", "calls hash,", "md5"),
        ("SELECT concat_ws(',', sa) AS p FROM t", "calls concat_ws of a list,", "array_join"),
        ("SELECT a[i] AS p FROM t", "at a place that is no constant", ""),
        ("SELECT datediff(month, d, e) AS p FROM t", "calls datediff in months,", "counts days"),
        ("SELECT date_format(d, 'Q') AS p FROM t", "with such a pattern", "yyyy"),
        ("SELECT d - e AS p FROM t", "between two days", "datediff"),
        ("SELECT regexp_replace(s, 'a', '$x') AS p FROM t", "with a $ that calls no group", ""),
        ("SELECT CAST(t AS BIGINT) AS p FROM t", "from timestamp to bigint", ""),
        ("SELECT id FROM t WHERE s RLIKE '[[:alpha:]]'", "which Java does not know", "[A-Za-z]"),
        ("SELECT transform(a, (q, k) -> k) AS p FROM t", "transform with the place of a value", ""),
        ("SELECT id FROM t LATERAL VIEW OUTER explode(a) z AS q", "with outer", ""),
    ],
)
def test_what_is_not_known_to_mean_the_same_is_refused(
    flows: Flows, query: str, said: str, instead: str
) -> None:
    with pytest.raises(DefinitionError) as caught:
        flows.compile(_node(query), {"five": _Five()})  # type: ignore[dict-item]
    assert str(caught.value).startswith(f"{flows.path}:5: node 'n': ")
    assert said in caught.value.what
    assert instead in caught.value.remedy


def test_queries_in_queries_are_looked_at_once(flows: Flows) -> None:
    query = "SELECT id, i, l, x, y, s, u, v, d, e FROM t"
    for _ in range(12):
        query = f"SELECT id, i, l, x, y, s, u, v, d, e FROM ({query})"
    program = flows.compile(_node(f"SELECT CAST(s AS INT) AS n FROM ({query})"), {"five": _Five()})  # type: ignore[dict-item]
    assert flows.engine.rows(program.sql) == [(None,)] * 5
