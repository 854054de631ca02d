"""What to use instead of a function that is not on the list."""

from __future__ import annotations

INSTEAD = {
    "approx_distinct": "Use count(DISTINCT x)",
    "array_distinct": "Use array_agg over a SELECT DISTINCT with CROSS JOIN UNNEST",
    "current_date": "Write the day as DATE '2020-12-31'",
    "date": "Use CAST(x AS date)",
    "date_add": "",
    "date_diff": "Compare year(), month() or day()",
    "date_format": "Use year(), month() and day(), or date_trunc()",
    "ifnull": "Use coalesce(x, y)",
    "json_extract": "",
    "listagg": "Use array_join(array_agg(x ORDER BY y), ', ')",
    "now": "Write the day as DATE '2020-12-31'",
    "nvl": "Use coalesce(x, y)",
    "position": "Use strpos(x, y)",
    "rand": "It would answer differently each time",
    "random": "It would answer differently each time",
    "string_agg": "Use array_join(array_agg(x ORDER BY y), ', ')",
    "uuid": "It would answer differently each time",
}
