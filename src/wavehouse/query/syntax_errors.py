"""A syntax error with its place in the query, and the line on which it is."""

from __future__ import annotations

import re

from sqlglot.errors import ParseError

from wavehouse.core.errors import QueryError

_CLOSED = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|/\*.*?\*/|[^'"/-]+|.""", re.DOTALL)


_HALF = re.compile("[\ud800-\udfff]")
_NOT_BYTES = re.compile(r"[^0-9a-fA-F']")


def check_characters(sql: str) -> None:
    """Raise `QueryError` for what no text of Unicode has, and for NUL."""
    for what, found in (
        ("half a character of UTF-16", _HALF.search(sql)),
        ("a NUL character is not covered", re.search("\0", sql)),
    ):
        if found:
            shown = _HALF.sub("?", sql).replace("\0", "?")
            raise error_at(shown, found.start(), what, "?", "Leave it out")


def unreadable(sql: str) -> QueryError:
    """What is opened in `sql` and not closed, or X'…' that has no bytes."""
    opened = {"'": "a string", '"': "a quoted name", "/": "a comment"}
    before = ""
    for found in _CLOSED.finditer(sql):
        start, text = found.start(), found[0]
        if text in ("'", '"') or (text == "/" and sql.startswith("/*", start)):
            return error_at(sql, start, f"{opened[text]} is not closed", text)
        if re.search(r"(^|\W)[xX]$", before) and text.startswith("'") and _NOT_BYTES.search(text):
            what = "X'…' takes two hexadecimal digits for each byte, and nothing else"
            return error_at(sql, start - 1, what, f"x{text}")
        before = text
    return QueryError("the query cannot be read")


def syntax_error(sql: str, error: ParseError) -> QueryError:
    """What the parser says, in other words."""
    first = error.errors[0] if error.errors else {}
    what, text = (
        str(first.get("description") or "the query cannot be read"),
        str(first.get("highlight") or ""),
    )
    if what.startswith("Required keyword"):
        what = f"something is missing after '{text}'"
    elif what.startswith("Invalid expression"):
        what = f"'{text}' is not expected here"
    elif what.startswith("Expecting"):
        what = f"{what.removeprefix('Expecting ')} is missing here"
    else:
        what = what.split(" but got ")[0]
    offset = len(str(first.get("start_context") or ""))
    lines = sql.splitlines(keepends=True)
    line, column = int(first.get("line") or 1), int(first.get("col") or 1)
    if line <= len(lines):
        offset = sum(map(len, lines[: line - 1])) + max(column - len(text), 0)
    return error_at(sql, offset, what, text)


def error_at(sql: str, offset: int, what: str, text: str, remedy: str = "") -> QueryError:
    """A `QueryError` with line and column and, below, that line with carets under `text`."""
    before = sql.rfind("\n", 0, offset) + 1
    line, column = sql.count("\n", 0, offset) + 1, offset - before + 1
    written = sql[before:].split("\n", 1)[0].rstrip("\r")
    # A window around the place: a query may be one line of 200,000 characters.
    left = max(column - 60, 0)
    shown = written[left : left + 100].expandtabs(1)
    carets = "^" * max(min(len(text.split("\n", 1)[0]), len(shown) - (column - 1 - left)), 1)
    indent = " " * (column - 1 - left)
    return QueryError(
        f"{what}\n  {shown}\n  {indent}{carets} here", where=f"line {line}, column {column}", remedy=remedy
    )
