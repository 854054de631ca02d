"""What to use instead of a function that is not on the list."""

from __future__ import annotations

INSTEAD = {
    "char_length": "Use length(x)",
    "character_length": "Use length(x)",
    "combinations": "Athena leaves the order of its answer open",
    "current_timestamp": "Use current_timestamp without brackets",
    "dateadd": "Use date_add('day', 1, x)",
    "datediff": "Use date_diff('day', x, y)",
    "getdate": "Use current_timestamp",
    "human_readable_seconds": "",
    "ifnull": "Use coalesce(x, y)",
    "json_array_get": "Use json_extract(x, '$[0]')",
    "json_exists": "Use json_extract(x, '$.key') IS NOT NULL",
    "json_query": "Use json_extract(x, '$.key')",
    "json_value": "Use json_extract_scalar(x, '$.key')",
    "mod": "Use the operator %",
    "nvl": "Use coalesce(x, y)",
    "parse_duration": "Write INTERVAL '1' DAY",
    "crc32": "Use sha256(x)",
    "ends_with": "Athena has none: use substr(x, -length(y)) = y",
    "hmac_sha256": "",
    "murmur3": "Use sha256(x)",
    "sha512": "Use sha256(x)",
    "shuffle": "Its answer is left to chance",
    "soundex": "",
    "split_to_multimap": "Use split_to_map(x, y, z)",
    "word_stem": "",
    "xxhash64": "Use sha256(x)",
    "string_agg": "Use listagg(x, ', ') WITHIN GROUP (ORDER BY y)",
    "try": "",
}
