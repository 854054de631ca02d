"""Parameters of a query: each `?` stands for a constant, given as the text of one.

https://docs.aws.amazon.com/athena/latest/ug/querying-with-prepared-statements-querying-using-parameters.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlglot import exp
from sqlglot.errors import ParseError, TokenError
from sqlglot.tokenizer_core import Token, TokenType

from wavehouse.core.errors import QueryError
from wavehouse.query.parse import AthenaByName, parse

_EXECUTE = re.compile(
    r'\s*EXECUTE\s+"?(?P<name>\w+)"?(?:\s+USING\s+(?P<using>.+?))?\s*;?\s*', re.IGNORECASE | re.DOTALL
)


def with_parameters(sql: str, parameters: Sequence[str]) -> str:
    """The query with a constant for each `?`.

    Raises `QueryError` for another number of them, or for what is no constant.
    """
    marks = [token for token in _tokens(sql) if token.token_type == TokenType.PLACEHOLDER]
    if len(marks) != len(parameters):
        raise QueryError(
            f"the query has {len(marks)} parameters '?', and {len(parameters)} are given",
            remedy="Give one for each, in their order",
        )
    pieces, last = [], 0
    for number, (mark, parameter) in enumerate(zip(marks, parameters, strict=True), 1):
        pieces += [sql[last : mark.start], f" {constant_text(parameter, number)} "]
        last = mark.end + 1
    return "".join([*pieces, sql[last:]])


def constant_text(parameter: str, number: int) -> str:
    """The text of the one constant that a parameter is; raises `QueryError` for anything else."""
    refusal = QueryError(
        f"parameter {number} is not a constant",
        remedy="Write it as in SQL: 1, -1.5, 'a text', DATE '2020-12-31', NULL",
    )
    tokens = _tokens(parameter)
    if not tokens or any(token.token_type == TokenType.SEMICOLON for token in tokens):
        raise refusal
    text = parameter[tokens[0].start : tokens[-1].end + 1]
    if any(token.comments for token in tokens):
        raise refusal
    try:
        tree = parse(f"SELECT {text}")
    except QueryError:
        raise refusal from None
    if not isinstance(tree, exp.Select) or set(_given(tree)) != {"expressions"} or len(tree.expressions) != 1:
        raise refusal
    (value,) = tree.expressions
    if isinstance(value, exp.Neg) and isinstance(value.this, exp.Literal) and not value.this.is_string:
        return f"({text})"
    if isinstance(value, (exp.Literal, exp.Boolean, exp.Null)):
        return text
    if isinstance(value, exp.Cast) and isinstance(value.this, exp.Literal):
        return text
    raise refusal


def executed(sql: str) -> tuple[str, tuple[str, ...]] | None:
    """The name and the parameters of `EXECUTE name [USING a, b]`; None for any other statement."""
    found = _EXECUTE.fullmatch(sql)
    if found is None:
        return None
    using = found["using"]
    if using is None:
        return found["name"], ()
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in _tokens(using):
        depth += (token.token_type == TokenType.L_PAREN) - (token.token_type == TokenType.R_PAREN)
        if token.token_type == TokenType.COMMA and not depth:
            parts.append([])
        else:
            parts[-1].append(token)
    if not all(parts):
        raise QueryError("a parameter is missing behind USING")
    return found["name"], tuple(using[part[0].start : part[-1].end + 1] for part in parts)


def _given(tree: exp.Expr) -> list[str]:
    return [name for name, value in tree.args.items() if value not in (None, False, [], "")]


def _tokens(sql: str) -> list[Token]:
    try:
        tokens = AthenaByName().tokenize(sql)
    except (TokenError, ParseError):
        raise QueryError("this cannot be read as SQL", remedy="Close its quotes and comments") from None
    while tokens and tokens[-1].token_type == TokenType.SEMICOLON:
        tokens.pop()
    return tokens
