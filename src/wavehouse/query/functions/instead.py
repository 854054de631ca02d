"""What to use instead of a function that is not on the list."""

from __future__ import annotations

INSTEAD = {
    "array_distinct": "Use array_agg over a SELECT DISTINCT with CROSS JOIN UNNEST",
    "current_timestamp": "Use current_timestamp without brackets",
    "dateadd": "Use date_add('day', 1, x)",
    "datediff": "Use date_diff('day', x, y)",
    "getdate": "Use current_timestamp",
    "human_readable_seconds": "",
    "ifnull": "Use coalesce(x, y)",
    "json_extract": "",
    "mod": "Use the operator %",
    "nvl": "Use coalesce(x, y)",
    "parse_duration": "Write INTERVAL '1' DAY",
    "position": "Use strpos(x, y)",
    "string_agg": "Use listagg(x, ', ') WITHIN GROUP (ORDER BY y)",
    "try": "",
}
