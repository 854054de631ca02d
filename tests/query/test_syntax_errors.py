"""A syntax error names line and column and shows the place."""

from __future__ import annotations

import pytest

from wavehouse.core.errors import QueryError
from wavehouse.query.parse import parse

ERRORS = [
    ("selct 1", "line 1, column 1", "selct 1\n  ^^^^^ here", "Did you mean 'SELECT'?"),
    ("select a\nfrom t\nwhere a >", "line 3, column 9", "where a >\n          ^ here", "missing after '>'"),
    ("select (1", "line 1, column 9", "select (1\n          ^ here", ") is missing"),
    ("select 'abc", "line 1, column 8", "select 'abc\n         ^ here", "a string is not closed"),
    ('select\n "abc', "line 2, column 2", ' "abc\n   ^ here', "a quoted name is not closed"),
    ("select 1 /* x", "line 1, column 10", "select 1 /* x\n           ^ here", "a comment is not closed"),
    ("select 1 b c", "line 1, column 12", "select 1 b c\n             ^ here", "'c' is not expected"),
    ("select `a`", "line 1, column 10", "^ here", "'`' is not expected"),
    ("select x'%s'", "line 1, column 8", "select x'%s'\n         ^^^^^ here", "hexadecimal digits"),
    ("select 1,\n x'a0', X'0g'", "line 2, column 9", "^^^^^ here", "hexadecimal digits"),
    ("select 'a\x00b'", "line 1, column 10", "select 'a?b'\n           ^ here", "NUL"),
    ("select 'a\ud800b'", "line 1, column 10", "select 'a?b'\n           ^ here", "half a character"),
    ("select count( from t", "line 1, column 15", "^^^^ here", "something is missing between ( and FROM"),
    ("select 1 limit 5 percent", "line 1, column 18", "^^^^^^^ here", "Athena has no LIMIT … PERCENT"),
    ("select 1 limit 5 with ties", "line 1, column 18", "^^^^ here", "Athena has no LIMIT … WITH TIES"),
    ("select a from t where", "line 1, column 17", "^^^^^ here", "missing after 'where'"),
]


@pytest.mark.parametrize(("sql", "where", "shown", "what"), ERRORS, ids=[error[0] for error in ERRORS])
def test_a_syntax_error_shows_its_place(sql: str, where: str, shown: str, what: str) -> None:
    with pytest.raises(QueryError) as refusal:
        parse(sql)
    assert refusal.value.where == where
    assert shown in refusal.value.what
    assert what in str(refusal.value)
    assert refusal.value.exit_code == 2


def test_a_long_line_is_shown_around_the_place() -> None:
    with pytest.raises(QueryError) as refusal:
        parse("select " + "a, " * 1000 + "b c d, " + "e, " * 1000 + "f")
    line, carets = refusal.value.what.splitlines()[1:]
    assert len(line) < 120
    assert line[carets.index("^")] == "d"
