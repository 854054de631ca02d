"""The paths of json_extract(): tokens of Trino's own small language, as paths of DuckDB.

https://trino.io/docs/current/functions/json.html#json-functions
"""

from __future__ import annotations

import re
from itertools import product

from wavehouse.core.errors import QueryError
from wavehouse.core.sql_text import literal

_STEP = re.compile(r'\.([\w:]+)|\[(\w+)\]|\["((?:[^"\\]|\\["\\])*)"\]')
_MOST_NUMBERS = 3


def paths(path: str) -> list[str]:
    """The paths, as SQL, of which one is there where `path` is; raises `QueryError` for a wrong `path`.

    A number is an index of an array, or a key of an object.
    """
    if not path.startswith("$"):
        raise _invalid(path)
    at, steps = 1, []
    while at < len(path):
        found = _STEP.match(path, at)
        if not found:
            raise _invalid(path)
        at = found.end()
        quoted = found[3]
        token = found[1] or found[2] or re.sub(r"\\(.)", r"\1", quoted or "")
        steps.append(_step(token, path))
    if sum(len(step) > 1 for step in steps) > _MOST_NUMBERS:
        raise QueryError(f"a JSON path with more than {_MOST_NUMBERS} numbers is not covered yet")
    return [literal("$" + "".join(chosen)) for chosen in product(*steps)]


def _step(token: str, path: str) -> list[str]:
    if not token or set(token) & set('"\\*') or re.fullmatch(r"[+-]\d+", token):
        raise QueryError(f"the key '{token}' in the JSON path '{path}' is not covered yet")
    key = f'."{token}"'
    if token.isdigit():
        if not token.isascii():
            raise QueryError(f"the key '{token}' in the JSON path '{path}' is not covered yet")
        return [f"[{int(token)}]", key] if int(token) < 2**31 else [key]
    return [key]


def _invalid(path: str) -> QueryError:
    return QueryError(f"invalid JSON path: '{path}'", remedy="Write it like $.store.book[0].title")
