"""The parser held to Trino's grammar where it would read more: conditions, signs and the names of types.

https://github.com/trinodb/trino/blob/master/core/trino-grammar/src/main/antlr4/io/trino/grammar/sql/SqlBase.g4
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, NoReturn

from sqlglot import exp
from sqlglot.parsers.trino import TrinoParser
from sqlglot.tokenizer_core import TokenType

from wavehouse.query.syntax_errors import error_at
from wavehouse.query.type_words import check_type, check_type_of_constant

_RANGES = (TokenType.BETWEEN, TokenType.IN, TokenType.LIKE)
_FOREIGN_RANGES = {
    TokenType.ILIKE: "Use lower(x) LIKE …",
    TokenType.RLIKE: "Use regexp_like(x, pattern)",
    TokenType.GLOB: "Use LIKE, or regexp_like(x, pattern)",
    TokenType.SIMILAR_TO: "Use regexp_like(x, pattern)",
    TokenType.OVERLAPS: "Compare the ends: a.start < b.end AND b.start < a.end",
}
_BEGIN_VALUE = (
    *(TokenType.STRING, TokenType.NUMBER, TokenType.VAR, TokenType.IDENTIFIER, TokenType.L_PAREN),
    *(TokenType.NULL, TokenType.CASE),
)


def _stray_not(parser: Any) -> NoReturn:
    not_ = parser._prev
    raise error_at(
        parser.sql,
        not_.start,
        "NOT stands before a whole condition",
        not_.text,
        "As a value it stands in brackets: (NOT x)",
    )


class StrictParser(TrinoParser):
    """The parser of Trino's dialect without what only other dialects have.

    A value takes one comparison at most, unless brackets make a value of it again; NOT, AND and OR join
    such conditions. Types have Trino's names.
    """

    FACTOR: ClassVar[dict[Any, Any]] = {
        token: TrinoParser.FACTOR[token] for token in (TokenType.STAR, TokenType.SLASH, TokenType.MOD)
    }
    TERM: ClassVar[dict[Any, Any]] = {
        token: TrinoParser.TERM[token] for token in (TokenType.PLUS, TokenType.DASH)
    }
    UNARY_PARSERS: ClassVar[dict[Any, Callable[..., Any]]] = {
        **{token: TrinoParser.UNARY_PARSERS[token] for token in (TokenType.PLUS, TokenType.DASH)},
        TokenType.NOT: _stray_not,
    }
    _COMPARISONS: ClassVar[dict[Any, Any]] = {**TrinoParser.EQUALITY, **TrinoParser.COMPARISON}

    def _parse_equality(self, parse_is: bool = True) -> exp.Expr | None:  # noqa: ARG002
        """booleanExpression, but for AND and OR."""
        if self._match(TokenType.NOT):
            return self.expression(exp.Not(this=self._parse_equality()))
        value = self._parse_bitwise()
        condition = self._predicate(value)
        if condition is not value and self._predicate_follows():
            word = self._curr.text
            raise error_at(
                self.sql,
                self._curr.start,
                f"{word.upper()} stands behind a condition",
                word,
                "As a value a condition stands in brackets: (a = b) = c",
            )
        return condition

    def _predicate(self, value: exp.Expr | None) -> exp.Expr | None:
        if self._match_set(self._COMPARISONS):
            kind: type[exp.Binary] = self._COMPARISONS[self._prev.token_type]
            return self.expression(kind(this=value, expression=self._parse_bitwise()))
        if self._match(TokenType.IS):
            return self._parse_is(value)
        start = self._index
        negated = self._match(TokenType.NOT)
        if self._match_set(_RANGES):
            parse: Callable[..., exp.Expr | None] = self.RANGE_PARSERS[self._prev.token_type]
            found = parse(self, value)
            return self._negate_range(found) if negated else found
        foreign = _FOREIGN_RANGES.get(self._curr.token_type) if self._curr else None
        if foreign is not None and self._next and self._next.token_type in _BEGIN_VALUE:
            word = self._curr.text
            raise error_at(self.sql, self._curr.start, f"Athena has no {word.upper()}", word, foreign)
        self._retreat(start)
        return value

    def _predicate_follows(self) -> bool:
        if not self._curr:
            return False
        first = self._curr.token_type
        if first == TokenType.NOT:
            return bool(self._next) and self._next.token_type in _RANGES
        return first in self._COMPARISONS or first in _RANGES or first == TokenType.IS

    def _parse_is_rhs(self, distinct: bool = False) -> exp.Expr | None:
        return (None if distinct else self._parse_null()) or self._parse_bitwise()

    def _parse_types(self, *args: Any, **kwargs: Any) -> exp.Expr | None:
        """A type, with the words by which it is written."""
        start = self._index
        found = super()._parse_types(*args, **kwargs)
        if isinstance(found, exp.DataType):
            found.meta["words"] = self._tokens[start : self._index]
        return found

    def _parse_type(self, *args: Any, **kwargs: Any) -> exp.Expr | None:
        found = super()._parse_type(*args, **kwargs)
        if type(found) is exp.Cast and not found.meta.get("called"):
            check_type_of_constant(self.sql, found.args["to"])
        return found


def called_cast(kind: str) -> Callable[[Any], exp.Expr | None]:
    """CAST(x AS type), marked: the parser makes the same of DECIMAL '1.5', which is another type."""

    def parse(parser: Any) -> exp.Expr | None:
        node: exp.Expr | None = TrinoParser.FUNCTION_PARSERS[kind](parser)
        if isinstance(node, exp.Cast):
            node.meta["called"] = True
            check_type(parser.sql, node.args["to"])
        return node

    return parse
