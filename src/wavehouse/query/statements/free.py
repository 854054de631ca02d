"""Statements for which Athena scans nothing, and asks no money.

https://aws.amazon.com/athena/pricing/ : statements of definition and of partitions are free.
"""

from __future__ import annotations

from wavehouse.core.errors import QueryError
from wavehouse.query.first_word import first_word
from wavehouse.query.statements.run import STATEMENTS
from wavehouse.query.statements.words import words_of

_FREE = ("SHOW", "DESCRIBE", "DESC", "EXPLAIN", "PREPARE", "DEALLOCATE", "ALTER", "DROP", "MSCK")


def free_statement(sql: str) -> str:
    """The word with which a statement begins that scans nothing; '' for a query.

    Raises `QueryError` for other statements, whose price is not worked out.
    """
    word = first_word(sql)
    if word not in STATEMENTS:
        return ""
    keywords = [one.keyword for one in words_of(sql)]
    if word in _FREE and keywords[1:2] != ["ANALYZE"]:
        return word
    if word == "CREATE" and ("VIEW" in keywords[:4] or "EXTERNAL" in keywords[:2] or "AS" not in keywords):
        return word
    raise QueryError(
        f"the price of {word} is not worked out", remedy="Ask for the price of the SELECT inside of it"
    )
