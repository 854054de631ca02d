"""Places that a schedule names: `${lake}/inbox`, a path beside the project's file, or s3://…"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path

from wavehouse.core.suggestions import did_you_mean

# What may be named everywhere, and what of a run besides; `expanded` is told what they are.
PLACES = frozenset({"lake", "project"})
OF_A_RUN = PLACES | {"run", "date"}
_NAMED = re.compile(r"\$\{(\w*)\}")


def unknown_place(text: str, known: Collection[str]) -> tuple[str, str] | None:
    """What is wrong with a name in a text, and what to do about it."""
    for name in _NAMED.findall(text):
        if name not in known:
            return f"there is no ${{{name}}}", did_you_mean(name, known)
    return None


def expanded(text: str, names: Mapping[str, str], start: Path) -> str:
    """A text as an absolute path, or s3://…; a relative one begins at `start`."""
    told = _NAMED.sub(lambda found: names.get(found[1], found[0]), text)
    return told if "://" in told else str(start / told)
