"""The patterns by which SHOW picks names: `*` for any characters, `|` for a choice, nothing else.

https://docs.aws.amazon.com/athena/latest/ug/show-tables.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from wavehouse.core.errors import QueryError

_PLAIN = re.compile(r"(\w|\.?\*|[|$-])*")


def names_like(names: Iterable[str], pattern: str | None) -> list[str]:
    """The names that a pattern takes, sorted; all of them where there is no pattern.

    Case does not matter, as in Hive. Raises `QueryError` for a pattern with other signs.
    """
    if pattern is None:
        return sorted(names)
    if not _PLAIN.fullmatch(pattern):
        raise QueryError(
            f"the pattern '{pattern}' is not covered yet",
            remedy="A pattern has letters, digits, underscores, * for any characters and | for a choice",
        )
    choices = [re.escape(one.replace(".*", "*")).replace(r"\*", ".*") for one in pattern.split("|")]
    wanted = re.compile("|".join(choices), re.IGNORECASE)
    return sorted(name for name in names if wanted.fullmatch(name))
