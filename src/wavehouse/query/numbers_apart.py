"""The words of a query, with each number for itself: 1e0+1 has three, which the tokenizer takes for one."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate

from sqlglot.dialects.dialect import Dialect
from sqlglot.tokenizer_core import Token

_PIECE = re.compile(
    r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|/\*.*?\*/|"""
    r"""(?P<number>(?:\d+\.?\d*|\.\d+)[eE][+-]?\d+)(?=[+-])|\w+|.""",
    re.DOTALL,
)
_SUSPECT = re.compile(r"[eE][+-]?\d+[+-]")


def tokens_of(sql: str, dialect: Dialect) -> list[Token]:
    """The tokens of `sql`, with their places there; raises `TokenError` as the tokenizer does."""
    if not _SUSPECT.search(sql):
        return dialect.tokenize(sql)
    ends = [found.end() for found in _PIECE.finditer(sql) if found["number"]]
    pieces = [sql[start:end] for start, end in zip([0, *ends], [*ends, len(sql)], strict=True)]
    tokens = dialect.tokenize(" ".join(pieces))
    # (Where each blank came to stand.)
    blanks = list(accumulate((len(piece) + 1 for piece in pieces[:-1]), initial=-1))[1:]
    for token in tokens:
        before = bisect_right(blanks, token.start)
        line = sql.rfind("\n", 0, token.start - before) + 1
        token.col -= before - bisect_right(ends, line)
        token.start -= before
        token.end -= bisect_right(blanks, token.end)
    return tokens
