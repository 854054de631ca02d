"""A template whose operands stand in it several times, and are computed once."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from wavehouse.query.nested import field_at, struct
from wavehouse.query.typed import Typed

# A name or a short constant: it costs nothing to write it twice.
_SHORT = re.compile(r"""[\w."]{1,60}|'[^']{0,60}'""")


def once(template: str) -> Callable[[Sequence[Typed]], str]:
    """What a function is on DuckDB where its arguments stand several times in `template`, as {0}, {1}, …

    They are written once, so that calls within calls do not grow beyond measure.
    """

    def written(arguments: Sequence[Typed]) -> str:
        texts = [argument.sql for argument in arguments]
        if all(_SHORT.fullmatch(text) for text in texts):
            return template.format(*texts)
        held = struct([f"a{at}" for at in range(len(texts))], texts)
        inside = template.format(*(field_at("once", at) for at in range(1, len(texts) + 1)))
        return f"list_extract(list_transform([{held}], lambda once: {inside}), 1)"

    return written
