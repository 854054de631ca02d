"""The names of types that a query may write: Trino's, and no others that the parser knows.

https://trino.io/docs/current/language/types.html ; its aliases are `int` and `double precision`.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from wavehouse.core.errors import QueryError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.query.syntax_errors import error_at

_NAMES = frozenset(
    """
    boolean tinyint smallint integer int bigint real double decimal varchar char varbinary json date time
    timestamp interval uuid ipaddress hyperloglog p4hyperloglog setdigest qdigest tdigest array map row
    """.upper().split()
)
_INSTEAD = {
    **dict.fromkeys(("STRING", "TEXT", "NVARCHAR", "CHARACTER", "CHARACTER VARYING"), "Use varchar"),
    **dict.fromkeys(("NUMERIC", "DEC", "NUMBER", "MONEY"), "Use decimal(precision, scale)"),
    **dict.fromkeys(("BINARY", "BLOB", "BYTEA"), "Use varbinary"),
    **dict.fromkeys(("TIMESTAMPTZ", "TIMESTAMPLTZ"), "Use timestamp with time zone"),
    **dict.fromkeys(("FLOAT", "FLOAT4"), "Use real, or double"),
    "FLOAT8": "Use double",
    "DATETIME": "Use timestamp",
    "BOOL": "Use boolean",
    "BYTE": "Use tinyint",
    "SHORT": "Use smallint",
    "LONG": "Use bigint",
    "STRUCT": "Use row(name type, …)",
}
_CONSTANT = "Write CAST('…' AS type)"


def check_type(sql: str, type_: exp.Expr) -> None:
    """Raise `QueryError` with its place for a type, or one inside of it, that Trino does not have."""
    for one in type_.find_all(exp.DataType):
        if words := one.meta.get("words"):
            _check(sql, one, words)


def check_type_of_constant(sql: str, type_: exp.Expr) -> None:
    """Raise `QueryError` for the type of a constant like BIGINT '1', which is one name."""
    words: Sequence[Token] = type_.meta.get("words") or ()
    if not words:
        return
    check_type(sql, type_)
    if len(words) > 1 and _text(words) != "DOUBLE PRECISION":
        what = "before a constant stands the name of a type"
        raise error_at(sql, words[0].start, what, _written(sql, words), _CONSTANT)


def _check(sql: str, node: exp.DataType, words: Sequence[Token]) -> None:
    if node.this == exp.DType.ARRAY and words[0].text.upper() != "ARRAY":
        end = next((at for at, word in enumerate(words) if word.text.upper() == "ARRAY"), 0)
        if not end:
            raise _unknown(sql, words, "Use array(type)")
        words = words[:end]
    if node.this == exp.DType.STRUCT:
        angle = next((word for word in words[1:2] if word.text != "("), None)
        colon = next((word for word in words if word.token_type == TokenType.COLON), None)
        if words[0].text.upper() == "ROW" and (angle or colon):
            raise _unknown(sql, words, "Write row(name type, …)")
    name = _text(words)
    if words[0].token_type == TokenType.IDENTIFIER:
        # (What is quoted stands as it is, and Trino's own names are small.)
        known = words[0].text.upper() in _NAMES and words[0].text.islower()
    else:
        known = name in _NAMES or name == "DOUBLE PRECISION"
    if not known:
        raise _unknown(
            sql, words, _INSTEAD.get(name) or did_you_mean(name.lower(), [x.lower() for x in _NAMES])
        )


def _text(words: Sequence[Token]) -> str:
    """The name alone: without what stands in brackets, and without the words behind a time."""
    texts = [word.text.upper() for word in words]
    if texts[0].split()[0] in ("TIME", "TIMESTAMP", "INTERVAL"):
        return texts[0].split()[0]
    bracket = next((at for at, text in enumerate(texts) if text in ("(", "<")), len(texts))
    return " ".join(" ".join(texts[:bracket] + texts[_closing(texts, bracket) :]).split())


def _closing(texts: Sequence[str], start: int) -> int:
    """Where the brackets that open at `start` are closed."""
    depth = 0
    for at in range(start, len(texts)):
        depth += (texts[at] in ("(", "<")) - (texts[at] in (")", ">"))
        if not depth:
            return at + 1
    return len(texts)


def _written(sql: str, words: Sequence[Token]) -> str:
    return sql[words[0].start : words[-1].end + 1]


def _unknown(sql: str, words: Sequence[Token], remedy: str) -> QueryError:
    written = _written(sql, words)
    return error_at(sql, words[0].start, f"Athena has no type {written}", written, remedy)
