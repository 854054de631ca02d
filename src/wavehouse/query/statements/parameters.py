"""`?` in a statement, and the constants that take its place.

As in Athena, a parameter is a constant expression of SQL, and as many are given as there are question marks
(https://docs.aws.amazon.com/athena/latest/ug/querying-with-prepared-statements.html).
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from wavehouse.core.errors import QueryError
from wavehouse.query.parse import parse
from wavehouse.query.statements.words import Word, words_of

_TYPED = (exp.Cast, exp.TryCast)


def with_parameters(sql: str, parameters: Sequence[str]) -> str:
    """The statement with its question marks replaced, the first by the first.

    Raises `QueryError` where there are more or fewer of them, and for a parameter that is no constant.
    """
    marks = question_marks(sql)
    if len(marks) != len(parameters):
        raise QueryError(
            f"the statement has {len(marks)} parameters (?), and {len(parameters)} are given",
            remedy="Give one constant of SQL for each ?, as 10 or 'pop': --param on the command line, "
            "ExecutionParameters over HTTP",
        )
    pieces, end = [], 0
    for mark, parameter in zip(marks, parameters, strict=True):
        _check_constant(parameter)
        # A blank around: neither a number nor a comment can come to be of what stands beside it.
        pieces += [sql[end : mark.start], f" {parameter.strip()} "]
        end = mark.end
    return "".join([*pieces, sql[end:]])


def question_marks(sql: str) -> list[Word]:
    """The question marks of a statement, outside of strings, names and comments."""
    return [word for word in words_of(sql) if word.kind == "sign" and word.text == "?"]


def _check_constant(text: str) -> None:
    """Raise `QueryError` for what is not one constant."""
    if "--" in text or "/*" in text:
        # (A comment would take what comes after it with it.)
        in_string = [word for word in words_of(text) if word.kind == "string"]
        if len(in_string) != 1 or in_string[0].end - in_string[0].start != len(text.strip()):
            raise _no_constant(text)
    try:
        tree = parse(f"SELECT {text}")
    except QueryError:
        raise _no_constant(text) from None
    given = tree.args.get("expressions") or []
    others = [key for key, value in tree.args.items() if value and key not in ("expressions", "kind")]
    if len(given) != 1 or others or not _is_constant(given[0]):
        raise _no_constant(text)


def _is_constant(node: exp.Expr) -> bool:
    match node:
        case exp.Literal() | exp.Boolean() | exp.Null():
            return True
        case exp.Neg() | exp.Paren():
            return _is_constant(node.this)
        case exp.Array():
            return all(_is_constant(one) for one in node.expressions)
        case exp.Interval():
            return _is_constant(node.this)
    return isinstance(node, _TYPED) and _is_constant(node.this)


def _no_constant(text: str) -> QueryError:
    remedy = (
        "Write a number, a string in single quotes, TRUE, FALSE, NULL, DATE '2020-12-31', CAST('1' AS type) "
        "or ARRAY[…] of those"
    )
    if text.strip().replace("_", "a").isalnum():
        remedy = f"A string stands in single quotes: '{text.strip()}'"
    return QueryError(f"the parameter {text.strip() or '(nothing)'} is not a constant of SQL", remedy=remedy)
