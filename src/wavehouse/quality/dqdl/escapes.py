r"""Backslashes in quoted texts: what a text means, and how it is written.

The grammar knows \" and \\. Of a value (`=`, `in`, tags) every backslash is taken away that stands before
something, as AWS does in lists, and as Spark does with what AWS leaves as it is. A parameter or a where
clause is a name or SQL: its backslashes are its own, but for the one before a quote. A pattern of `matches`,
a label and the text of a variable stay as they are written.
"""

from __future__ import annotations

import re

from wavehouse.quality.dqdl.tokens import quoted_kind

# Java's dot: anything but a line's end.
_ESCAPED = re.compile("\\\\([^\n\r\u0085\u2028\u2029])")
_QUOTE_OR_BACKSLASH = re.compile(r'\\(["\\])')
_TRAILING = re.compile(r"\\+\Z")


def inside(quoted: str) -> str:
    """What stands between the quotes, as it is written."""
    return quoted[1:-1]


def value(written: str) -> str:
    """The value that is written so between quotes."""
    return _ESCAPED.sub(r"\1", written)


def value_written(text: str) -> str:
    """A value in its quotes."""
    written = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    # A text that looks like a date would be one.
    return written if quoted_kind(written) == "QUOTED" else f'"\\{written[1:]}'


def name(written: str) -> str:
    """The name or the SQL that is written so between quotes."""
    return _QUOTE_OR_BACKSLASH.sub(lambda found: '"' if found[1] == '"' else found[0], written)


def name_written(text: str) -> str:
    """A name or SQL in its quotes."""
    return '"' + text.replace('"', '\\"') + '"'


def stripped_written(text: str) -> str:
    """A text of which AWS takes away all quotes, in its quotes: a last backslash needs a quote to escape."""
    last = _TRAILING.search(text)
    odd = last is not None and len(last[0]) % 2
    return '"' + text + ('"' if odd else "") + '"'
