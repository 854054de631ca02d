"""A statement as words with their places, read one after the other: for statements that no SQL parser has.

Athena's DDL is Hive's: names may stand in backticks, strings in single or double quotes
(https://docs.aws.amazon.com/athena/latest/ug/reserved-words.html).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from wavehouse.core.errors import QueryError
from wavehouse.core.table_name import TableName
from wavehouse.query.parse import MAX_BYTES
from wavehouse.query.sources import CATALOG
from wavehouse.query.syntax_errors import check_characters, error_at

_WORD = re.compile(
    r"""(?P<space>\s+|--[^\n]*|/\*.*?\*/)
    |(?P<string>'(?:[^']|'')*')
    |(?P<quoted>"(?:[^"]|"")*")
    |(?P<backtick>`(?:[^`]|``)*`)
    |(?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)
    |(?P<word>\w+)
    |(?P<open>['"`]|/\*)
    |(?P<sign><>|>=|<=|!=|=>|->|\|\||.)""",
    re.DOTALL | re.VERBOSE,
)
_OPEN = {"'": "a string", '"': "a quoted name", "`": "a name in backticks", "/*": "a comment"}


@dataclass(frozen=True)
class Word:
    """A piece of a statement: its kind, the text that it stands for, and where it begins and ends."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def keyword(self) -> str:
        """In capital letters, '' for what is quoted."""
        return self.text.upper() if self.kind in ("word", "sign") else ""


def words_of(sql: str) -> list[Word]:
    """The words of the one statement in `sql`, without its last semicolons.

    Raises `QueryError` for a text that is too long, has no end to a string or comment, or has two statements.
    """
    size = len(sql.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        raise QueryError(f"the statement is {size:,} bytes long; Athena takes {MAX_BYTES:,}")
    check_characters(sql)
    found: list[Word] = []
    for match in _WORD.finditer(sql):
        kind, text = str(match.lastgroup), match[0]
        if kind == "open":
            raise error_at(sql, match.start(), f"{_OPEN[text]} is not closed", text)
        if kind in ("string", "quoted", "backtick"):
            text = text[1:-1].replace(text[0] * 2, text[0])
        if kind != "space":
            found.append(Word(kind, text, match.start(), match.end()))
    while found and found[-1].keyword == ";":
        found.pop()
    for word in found:
        if word.keyword == ";":
            raise error_at(sql, word.start, "one statement at a time: only one is run", ";")
    return found


@dataclass
class Reader:
    """Reads the words of a statement from left to right; `database` is that of names without one."""

    sql: str
    words: Sequence[Word]
    database: str = ""
    at: int = 0

    @property
    def next(self) -> Word | None:
        """The word that comes next; None at the end."""
        return self.words[self.at] if self.at < len(self.words) else None

    def sees(self, *keywords: str) -> bool:
        """Whether exactly these words come next."""
        coming = [word.keyword for word in self.words[self.at : self.at + len(keywords)]]
        return coming == list(keywords)

    def take(self, *keywords: str) -> bool:
        """Go past these words where they come next."""
        seen = self.sees(*keywords)
        self.at += len(keywords) if seen else 0
        return seen

    def one_of(self, *keywords: str) -> str:
        """Go past one of these words, and say which; '' for none of them."""
        return next((keyword for keyword in keywords if self.take(keyword)), "")

    def expect(self, *keywords: str) -> None:
        """Go past these words; raises `QueryError` where others come."""
        for keyword in keywords:
            if not self.take(keyword):
                self.fail(f"{keyword} is missing here")

    def fail(self, what: str, remedy: str = "") -> NoReturn:
        """Raise `QueryError` about the word that comes next."""
        word = self.next
        if word is None:
            raise QueryError(f"the statement ends too early: {what}", remedy=remedy)
        raise error_at(self.sql, word.start, what, self.sql[word.start : word.end], remedy)

    def done(self) -> None:
        """Raise `QueryError` unless this is the end."""
        if self.next is not None:
            self.fail("this is not expected here")

    def name(self, what: str = "a name") -> str:
        """A name, in lower case."""
        word = self.next
        if word is None or word.kind not in ("word", "quoted", "backtick") or not word.text:
            self.fail(f"{what} is missing here")
        self.at += 1
        return word.text.lower()

    def string(self, what: str = "a string") -> str:
        """A string, in single or (as Hive has it) double quotes."""
        word = self.next
        if word is None or word.kind not in ("string", "quoted"):
            self.fail(f"{what} in single quotes is missing here")
        self.at += 1
        return word.text

    def table(self) -> TableName:
        """A table's name, with or without its database and Athena's catalog."""
        parts = [self.name("a table's name")]
        while self.take("."):
            parts.append(self.name("a table's name"))
        if len(parts) == 3 and parts[0] == CATALOG:
            parts.pop(0)
        if len(parts) > 2:
            raise QueryError(f"no catalog '{parts[0]}'", remedy="Write database.table")
        if len(parts) == 1:
            if not self.database:
                raise QueryError(f"'{parts[0]}' is without its database", remedy=f"Write database.{parts[0]}")
            parts.insert(0, self.database)
        return TableName(parts[0], parts[1])

    def rest(self) -> str:
        """What is left of the statement, as it was written; '' at its end."""
        if self.next is None:
            return ""
        text = self.sql[self.next.start : self.words[-1].end]
        self.at = len(self.words)
        return text

    def until(self, *keywords: str) -> str:
        """The text up to one of these words (outside of brackets and of CASE … END), or to the end."""
        start, depth, cases = self.at, 0, 0
        while (word := self.next) is not None:
            here = word.keyword
            if depth == 0 and cases == 0 and here in keywords:
                break
            depth += (here in ("(", "[")) - (here in (")", "]"))
            if depth < 0:
                break
            cases += (here == "CASE") - (here == "END" and cases > 0)
            self.at += 1
        if self.at == start:
            self.fail("something is missing here")
        return self.sql[self.words[start].start : self.words[self.at - 1].end]

    def bracketed(self) -> str:
        """The text between the bracket that opens here and the one that closes it."""
        opening = self.next
        self.expect("(")
        if opening is not None and self.sees(")"):
            self.fail("something is missing here")
        text = self.until()
        self.expect(")")
        return text

    def properties(self) -> dict[str, str]:
        """`('key'='value', …)`, the keys as they are written."""
        found: dict[str, str] = {}
        self.expect("(")
        while True:
            key = self.string("a property's name")
            self.expect("=")
            found[key] = self.string("a property's value")
            if not self.take(","):
                break
        self.expect(")")
        return found
