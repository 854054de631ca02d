"""What to use instead of a function that is not on the list."""

from __future__ import annotations

INSTEAD = {
    "array_distinct": "Use array_agg over a SELECT DISTINCT with CROSS JOIN UNNEST",
    "current_date": "Write the day as DATE '2020-12-31'",
    "date": "Use CAST(x AS date)",
    "date_add": "",
    "date_diff": "Compare year(), month() or day()",
    "date_format": "Use year(), month() and day(), or date_trunc()",
    "ifnull": "Use coalesce(x, y)",
    "json_extract": "",
    "mod": "Use the operator %",
    "now": "Write the day as DATE '2020-12-31'",
    "nvl": "Use coalesce(x, y)",
    "position": "Use strpos(x, y)",
    "string_agg": "Use listagg(x, ', ') WITHIN GROUP (ORDER BY y)",
    "try": "",
}
