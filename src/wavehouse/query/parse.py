"""A query's text as a tree, in Athena's own function names; a syntax error with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise, zip_longest
from typing import Any, ClassVar

from sqlglot import exp
from sqlglot.dialects.trino import Trino
from sqlglot.errors import ParseError, TokenError
from sqlglot.parsers.trino import TrinoParser
from sqlglot.tokenizer_core import Token, TokenType

from wavehouse.core.errors import QueryError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.query.functions.instead import INSTEAD
from wavehouse.query.grammar import StrictParser, called_cast
from wavehouse.query.intervals import UNITS, WRITE
from wavehouse.query.numbers_apart import tokens_of
from wavehouse.query.strictness import check_strictly
from wavehouse.query.syntax_errors import check_characters, error_at, syntax_error, unreadable

# https://docs.aws.amazon.com/athena/latest/ug/service-limits.html#service-limits-query-string-length
MAX_BYTES = 262_144

_FIRST = {"SELECT": TokenType.SELECT, "WITH": TokenType.WITH, "VALUES": TokenType.VALUES}
# The first words of statements, to tell one that is refused from a word that is misspelled.
_STATEMENTS = frozenset(
    """
    alter analyze attach begin call checkpoint comment commit copy create deallocate delete deny desc describe
    detach drop execute explain export from grant import insert install kill load merge msck optimize pivot
    pragma prepare refresh rename reset revoke rollback set show start summarize table truncate unload update
    use vacuum
    """.upper().split()
)
# Operators of other dialects that the parser would read too.
_FOREIGN = {
    "::": "Use CAST(x AS type)",
    "==": "Use =",
    "<=>": "Use IS NOT DISTINCT FROM",
    "!": "Use NOT",
    "&&": "Use AND",
    "ISNULL": "Use IS NULL",
    "NOTNULL": "Use IS NOT NULL",
    "^": "Use power(x, y), or bitwise_xor(x, y)",
    "&": "Use bitwise_and(x, y)",
    "|": "Use bitwise_or(x, y)",
    "~": "Use bitwise_not(x)",
}

# Calls with a grammar of their own: TRIM(BOTH 'x' FROM y).
_SQL_JSON = ("json_array", "json_exists", "json_object", "json_query", "json_value")
_WITH_GRAMMAR = ("EXTRACT", "NORMALIZE", "POSITION", "TRIM")


def _by_name(name: str) -> Callable[[Any], exp.Expr]:
    """Refuses a call by its name, whose grammar would be no more than a syntax error otherwise."""

    def refuse(parser: Any) -> exp.Expr:
        call = parser._tokens[parser._index - 2]
        raise error_at(
            parser.sql,
            call.start,
            f"the function '{name}' is not covered yet",
            call.text,
            INSTEAD.get(name, ""),
        )

    return refuse


def _substring(parser: Any) -> exp.Expr:
    """substring(text FROM start FOR length), as the call with commas that means the same."""
    name = parser._tokens[parser._index - 2].text
    arguments = parser._parse_csv(parser._parse_lambda)
    if len(arguments) == 1 and parser._match(TokenType.FROM):
        arguments.append(parser._parse_bitwise())
        if parser._match(TokenType.FOR):
            arguments.append(parser._parse_bitwise())
    call: exp.Expr = parser.expression(exp.Anonymous(this=name, expressions=arguments))
    return call


class _Parser(StrictParser):
    # No function is known to the parser: every call keeps its name, and our list decides. Only what has
    # a grammar of its own stays.
    FUNCTIONS: ClassVar[dict[str, Callable[..., Any]]] = {}
    FUNCTION_PARSERS: ClassVar[dict[str, Callable[..., Any]]] = {
        **{name: TrinoParser.FUNCTION_PARSERS[name] for name in _WITH_GRAMMAR},
        **{name: called_cast(name) for name in ("CAST", "TRY_CAST")},
        "SUBSTRING": _substring,
        **{name.upper(): _by_name(name) for name in _SQL_JSON},
    }
    NO_PAREN_FUNCTION_PARSERS: ClassVar[dict[str, Callable[..., Any]]] = {
        name: TrinoParser.NO_PAREN_FUNCTION_PARSERS[name] for name in ("CASE", "ANY")
    }


class AthenaByName(Trino):
    """Athena's SELECT, with functions by the name that was written."""

    Parser = _Parser
    # A subscript as it is written: the parser would move those that it takes for constants, and no others.
    INDEX_OFFSET = 0


def parse(sql: str) -> exp.Expr:
    """The tree of the one query in `sql`; raises `QueryError` for anything else."""
    size = len(sql.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        raise QueryError(f"the query is {size:,} bytes long; Athena takes {MAX_BYTES:,}")
    check_characters(sql)
    try:
        tokens = _tokens(sql)
        trees = AthenaByName().parser().parse(tokens, sql)
    except ParseError as error:
        raise syntax_error(sql, error) from None
    except RecursionError:
        raise too_deep() from None
    tree = trees[0] if trees else None
    if not isinstance(tree, (exp.Query, exp.Values)):
        raise QueryError("this is not a query", remedy="Write a SELECT, WITH or VALUES")
    _check_joins(tree, tokens)
    _check_travel(tree, tokens)
    return tree


def too_deep() -> QueryError:
    """The refusal of a query that is nested too deeply to be read."""
    return QueryError("the query is nested too deeply", remedy="Split it with WITH, or write fewer brackets")


def _tokens(sql: str) -> list[Token]:
    try:
        tokens = tokens_of(sql, AthenaByName())
    except TokenError:
        raise unreadable(sql) from None
    if tokens and tokens[-1].token_type == TokenType.SEMICOLON:
        tokens.pop()
    if not tokens:
        raise QueryError("the query is empty", remedy="Write a SELECT, WITH or VALUES")
    _check_statement(sql, tokens)
    _check_leniencies(sql, tokens)
    return tokens


def _check_statement(sql: str, tokens: Sequence[Token]) -> None:
    """Exactly one statement, and only one that reads."""
    for token in tokens:
        if token.token_type == TokenType.SEMICOLON:
            raise error_at(sql, token.start, "one statement at a time: only one is run", ";")
    first = next((token for token in tokens if token.token_type != TokenType.L_PAREN), tokens[0])
    if first.token_type in _FIRST.values():
        return
    word = first.text.upper()
    if word in _STATEMENTS:
        tables = " (`wavehouse tables` lists the tables)" if word in ("SHOW", "DESCRIBE", "DESC") else ""
        raise QueryError(f"{word} is not covered yet", remedy=f"Write a SELECT, WITH or VALUES{tables}")
    raise error_at(
        sql, first.start, "a query starts with SELECT, WITH or VALUES", first.text, did_you_mean(word, _FIRST)
    )


def _check_leniencies(sql: str, tokens: Sequence[Token]) -> None:
    """What the parser reads and Athena does not, or reads as something else."""
    within_values = _within_values(tokens)
    for token, following in pairwise(tokens):
        kind, after = token.token_type, following.token_type
        text = following.text
        if kind == TokenType.NUMBER and following.start == token.end + 1 and re.match(r"\w", text):
            raise error_at(sql, token.start, "this is neither a number nor a name", token.text + text)
        if after == TokenType.HEX_STRING and sql[following.start] == "0":
            # The parser takes 0xFF for X'FF'.
            raise error_at(sql, following.start, "a hexadecimal number is not covered yet", f"0x{text}")
        if kind == TokenType.COMMA and after in (TokenType.FROM, TokenType.R_PAREN):
            raise error_at(sql, token.start, "a comma too many", ",")
        if kind == TokenType.L_PAREN and after == TokenType.FROM:
            is_call = bool(re.search(r"\w\s*$", sql[: token.start])) and not re.search(
                r"(?i)\b(from|in|join|exists|any|all|some|lateral|as|union|select)\s*$", sql[: token.start]
            )
            what = "something is missing between ( and FROM" if is_call else "SELECT is missing before FROM"
            raise error_at(sql, following.start, what, text)
        if (
            kind in (TokenType.ALIAS, TokenType.FROM, TokenType.JOIN, TokenType.DOT)
            and after == TokenType.STRING
            and token.start not in within_values
        ):
            raise error_at(
                sql, following.start, "a name stands in double quotes, a string in single quotes", f"'{text}'"
            )
        if kind == TokenType.GROUP_BY and after in (TokenType.DISTINCT, TokenType.ALL):
            raise error_at(sql, following.start, f"GROUP BY {text.upper()} is not covered yet", text)
        if kind == TokenType.FOR and text.upper().startswith("SYSTEM"):
            raise error_at(
                sql,
                following.start,
                f"Athena has no FOR {text.upper()} since its engine version 3",
                text,
                "Write FOR TIMESTAMP AS OF or FOR VERSION AS OF",
            )
    _check_limit(sql, tokens)
    check_strictly(sql, tokens)
    _check_intervals(sql, tokens)
    _check_overflow(sql, tokens)
    for token in tokens:
        if token.text.upper() in _FOREIGN and token.token_type not in (
            TokenType.STRING,
            TokenType.IDENTIFIER,
        ):
            raise error_at(
                sql, token.start, f"Athena has no '{token.text}'", token.text, _FOREIGN[token.text.upper()]
            )
    if tokens[-1].token_type == TokenType.COMMA:
        raise error_at(sql, tokens[-1].start, "a comma too many", ",")


def _within_values(tokens: Sequence[Token]) -> set[int]:
    """Where each FROM starts that begins no clause: that of TRIM(… FROM …) and of IS DISTINCT FROM."""
    found, calls = set(), [False]
    for before, token in pairwise(tokens):
        if token.token_type == TokenType.L_PAREN:
            calls.append(before.text.upper() == "TRIM" and before.token_type != TokenType.IDENTIFIER)
        elif token.token_type == TokenType.R_PAREN and len(calls) > 1:
            calls.pop()
        elif token.token_type == TokenType.FROM and before.token_type == TokenType.DISTINCT:
            found.add(token.start)
        elif token.token_type == TokenType.FROM and calls[-1]:
            found.add(token.start)
            calls[-1] = False
    return found


def _check_limit(sql: str, tokens: Sequence[Token]) -> None:
    for at, limit in enumerate(tokens):
        if limit.token_type != TokenType.LIMIT:
            continue
        word, ties = [*tokens[at + 2 : at + 4], None, None][:2]
        if word is None:
            return
        if word.token_type == TokenType.OFFSET:
            raise error_at(sql, word.start, "OFFSET stands before LIMIT in Athena", word.text)
        with_ties = word.text.upper() == "WITH" and ties is not None and ties.text.upper() == "TIES"
        if with_ties or word.text.upper() == "PERCENT":
            what = "WITH TIES" if with_ties else "PERCENT"
            remedy = "Write FETCH FIRST 5 ROWS WITH TIES" if with_ties else "Write a number of rows"
            raise error_at(sql, word.start, f"Athena has no LIMIT … {what}", word.text, remedy)


def _check_intervals(sql: str, tokens: Sequence[Token]) -> None:
    """The parser reads INTERVAL 1 DAY and INTERVAL '1 day' too."""
    for word, text, unit in zip_longest(tokens, tokens[1:], tokens[2:]):
        if word.token_type != TokenType.INTERVAL or text is None:
            continue
        named = text.text.isdigit() or (unit is not None and unit.text.upper() in UNITS)
        if text.token_type == TokenType.NUMBER or (text.token_type == TokenType.STRING and not named):
            raise error_at(sql, text.start, "an interval is not written so", text.text, WRITE)


def _check_overflow(sql: str, tokens: Sequence[Token]) -> None:
    for on, overflow, way in zip(tokens, tokens[1:], tokens[2:], strict=False):
        words = (overflow.text.upper(), way.text.upper())
        if on.token_type == TokenType.ON and words in (("OVERFLOW", "ERROR"), ("OVERFLOW", "TRUNCATE")):
            raise error_at(
                sql, overflow.start, "ON OVERFLOW is not covered yet", overflow.text, "Leave it out"
            )


def _check_joins(tree: exp.Expr, tokens: Sequence[Token]) -> None:
    # The parser reads `a JOIN b` without a condition like `a, b`: a cross join nobody asked for.
    written = sum(token.token_type == TokenType.JOIN for token in tokens)
    if not written:
        return
    qualified = sum(
        any(join.args.get(part) for part in ("on", "using", "kind", "side", "method"))
        for join in tree.find_all(exp.Join)
    )
    if written > qualified:
        raise QueryError("a JOIN without ON or USING", remedy="Say how to join, or write CROSS JOIN")


def _check_travel(tree: exp.Expr, tokens: Sequence[Token]) -> None:
    # The parser goes without FOR, and without AS OF.
    words = [token.text.upper() if token.token_type != TokenType.IDENTIFIER else "" for token in tokens]
    if not any("FOR" in word or "VERSION" in word or "TIMESTAMP" in word for word in words):
        return
    written = sum(
        (first, *rest) == ("FOR", "AS", "OF") and kind in ("TIMESTAMP", "VERSION")
        for first, kind, *rest in zip(words, words[1:], words[2:], words[3:], strict=False)
    )
    read = [node for node in tree.find_all(exp.Version) if node.args["kind"] == "AS OF"]
    if len(read) > written or not all(node.expression for node in read):
        raise QueryError(
            "there is a word missing in FOR … AS OF",
            remedy="Write FOR TIMESTAMP AS OF and a timestamp, or FOR VERSION AS OF and the id of a snapshot",
        )
