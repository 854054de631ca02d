"""What the parser would read and Trino does not: told by the words of a query that stand side by side.

https://github.com/trinodb/trino/blob/master/core/trino-grammar/src/main/antlr4/io/trino/grammar/sql/SqlBase.g4
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot.tokenizer_core import Token, TokenType

from wavehouse.query.syntax_errors import error_at

# https://trino.io/docs/current/language/reserved.html
RESERVED = frozenset(
    """
    alter and as between by case cast constraint create cross cube current_catalog current_date
    current_path current_role current_schema current_time current_timestamp current_user deallocate
    delete describe distinct drop else end escape except execute exists extract false for from full
    group grouping having in inner insert intersect into is join left like listagg localtime
    localtimestamp natural normalize not null on or order outer prepare recursive right rollup select
    skip table then trim true uescape union unnest using values when where with
    """.upper().split()
)
_QUOTED = (TokenType.STRING, TokenType.IDENTIFIER, TokenType.HEX_STRING, TokenType.UNICODE_STRING)
# They stand between two values.
_OPERATORS = frozenset(["=", "<>", "!=", "<", ">", "<=", ">=", "/", "%", "||"])
# After these a value or a table must come …
_BEFORE_VALUE = (
    frozenset(
        [
            "SELECT",
            ",",
            "(",
            "[",
            "FROM",
            "WHERE",
            "HAVING",
            "AND",
            "OR",
            "ON",
            "WHEN",
            "THEN",
            "ELSE",
            "BETWEEN",
            "LIKE",
            "ESCAPE",
            "OVER",
            "+",
            "-",
        ]
    )
    | {"GROUP BY", "ORDER BY", "PARTITION BY"}
    | _OPERATORS
)
# … and with these none begins.
_NO_VALUE = (
    frozenset(
        [
            ",",
            "]",
            "FROM",
            "WHERE",
            "HAVING",
            "LIMIT",
            "UNION",
            "INTERSECT",
            "ON",
            "USING",
            "JOIN",
            "AND",
            "OR",
            "AS",
            "THEN",
            "ELSE",
            "END",
            "IS",
            "LIKE",
            "ESCAPE",
            "BETWEEN",
            "INTO",
            "CONSTRAINT",
            "DELETE",
            "PREPARE",
            "RECURSIVE",
            "SKIP",
            "NATURAL",
            "OUTER",
            "CREATE",
            "ALTER",
            "DROP",
            "INSERT",
            "EXECUTE",
            "DESCRIBE",
            "DEALLOCATE",
            "UESCAPE",
            "INNER",
            "CROSS",
            "FULL",
            "ORDER",
            "GROUP",
            "BY",
            "ASC",
            "DESC",
        ]
    )
    | {"GROUP BY", "ORDER BY", "PARTITION BY"}
    | _OPERATORS
)
# Before empty brackets.
_NEVER_EMPTY = frozenset(
    ["SELECT", "WHERE", "HAVING", "EXISTS", "ANY", "ALL", "SOME", "USING", "UNNEST", "FILTER", "ROW", "ON"]
)
_ORDER = ("WHERE", "GROUP BY", "HAVING", "ORDER BY", "OFFSET", "LIMIT")
_SET_OPERATIONS = ("UNION", "EXCEPT", "INTERSECT")
_NEVER_BESIDE = {
    ("ASC", "DESC"): "ASC or DESC, not both",
    ("DESC", "ASC"): "ASC or DESC, not both",
    ("DISTINCT", "ALL"): "DISTINCT or ALL, not both",
    ("ALL", "DISTINCT"): "DISTINCT or ALL, not both",
    ("*", "AS"): "a star has no name",
    ("DISTINCT", ")"): "something is missing after DISTINCT",
    ("ALL", ")"): "something is missing after ALL",
}


def check_strictly(sql: str, tokens: Sequence[Token]) -> None:
    """Raise `QueryError` with its place for what Trino's grammar does not have."""
    words = ["" if one.token_type in _QUOTED else " ".join(one.text.upper().split()) for one in tokens]
    for at, (token, word) in enumerate(zip(tokens, words, strict=True)):
        before = words[at - 1] if at else ""
        earlier = words[at - 2] if at > 1 else ""
        if what := _misplaced(token, word, before, earlier):
            raise error_at(sql, token.start, what, token.text or '""')
    if words[-1] in _BEFORE_VALUE or words[-1] in ("AS", "IN", "EXISTS", "OFFSET", "IS", "BY"):
        raise error_at(
            sql, tokens[-1].start, f"something is missing after '{tokens[-1].text}'", tokens[-1].text
        )
    _check_clauses(sql, tokens, words)


def _misplaced(token: Token, word: str, before: str, earlier: str) -> str:  # noqa: PLR0911
    """Why a word cannot stand behind the two before it; '' where it can."""
    if token.token_type == TokenType.IDENTIFIER and not token.text:
        return "a name is empty"
    if before == "AS" and word in RESERVED and word != "TABLE":
        return f"{word} is a reserved word: as a name it stands in double quotes"
    if before == "AS" and word == "TABLE":
        return "TABLE is a reserved word: as a name it stands in double quotes"
    if word == ")" and before == "(" and earlier in _NEVER_EMPTY:
        return "something is missing between the brackets"
    if before in _BEFORE_VALUE or (before in ("DISTINCT", "ALL") and earlier == "SELECT"):
        if word in _NO_VALUE and not _may_begin(word, before, earlier):
            return f"something is missing before {word}"
        if word == "[":
            return "an array is written ARRAY[…]"
        # (A type may end with `>`.)
        if word == ")" and before not in ("(", ">"):
            return "something is missing before )"
    if said := _NEVER_BESIDE.get((before, word)):
        return said
    if before == "IS" and token.token_type in (TokenType.NUMBER, TokenType.STRING):
        return "IS NULL or IS DISTINCT FROM is written so"
    if before == "(" and earlier == "EXISTS" and word not in ("SELECT", "WITH", "VALUES", "TABLE", "("):
        return "EXISTS is of a subquery"
    if before == "EXISTS" and word != "(":
        return "EXISTS is of a subquery in brackets"
    return ""


def _may_begin(word: str, before: str, earlier: str) -> bool:
    if before == "(":
        # (Statements in brackets are refused by their names.)
        inside = ("WHERE",) if earlier == "FILTER" else ("ORDER BY", "PARTITION BY", "INSERT", "DELETE")
        return word in inside
    return (before, word) in (("[", "]"), ("DISTINCT", "ON"))


def _check_clauses(sql: str, tokens: Sequence[Token], words: Sequence[str]) -> None:
    """Each clause once, and in its order; what is in brackets is a query of its own."""
    last = [""]
    for token, word in zip(tokens, words, strict=True):
        if word in ("(", "["):
            last.append("")
        elif word in (")", "]") and len(last) > 1:
            last.pop()
        elif word == "SELECT":
            last[-1] = ""
        elif word in _SET_OPERATIONS and last[-1] in ("ORDER BY", "OFFSET", "LIMIT"):
            raise error_at(sql, token.start, f"{word} stands before {last[-1]}", token.text, "Use brackets")
        elif word in _ORDER:
            if last[-1] == word:
                raise error_at(sql, token.start, f"{word} stands there twice", token.text)
            if last[-1] and _ORDER.index(word) < _ORDER.index(last[-1]):
                raise error_at(sql, token.start, f"{word} stands before {last[-1]}", token.text)
            last[-1] = word
