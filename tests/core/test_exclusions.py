"""Patterns of files that are left out, as Glue's."""

from __future__ import annotations

import pytest

from wavehouse.core.errors import DefinitionError
from wavehouse.core.exclusions import Exclusions


@pytest.mark.parametrize(
    ("pattern", "path", "out"),
    [
        ("*.csv", "a.csv", True),
        ("*.csv", "b/a.csv", False),
        ("**.csv", "b/a.csv", True),
        ("b/?.csv", "b/a.csv", True),
        ("b/[!a-c].csv", "b/a.csv", False),
        ("{a,b}/**", "b/x/y", True),
        ("a\\*", "a*", True),
        ("a\\*", "ab", False),
        ("a.b", "axb", False),
        ("**/x.csv", "x.csv", True),
        ("a/**/b.csv", "a/b.csv", True),
        ("a/**/b.csv", "a/x/y/b.csv", True),
        ("[]a]", "]", True),
        ("[&&[]", "[", True),
        ("a\nb*", "a\nbc", True),
    ],
)
def test_patterns_are_those_of_glue(pattern: str, path: str, out: bool) -> None:
    assert Exclusions([pattern])(path) is out


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("[a", "a bracket '[' is not closed"),
        ("{a,b", "the groups in { } do not close"),
        ("{a,{b,c}}", "or stand in each other"),
        ("a}", "the groups in { } do not close"),
        ("[z-a]*", "bad character range"),
        ("[" * 9_000, "a bracket '[' is not closed"),
    ],
)
def test_what_is_no_pattern_is_refused(pattern: str, why: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        Exclusions([pattern])
    assert why in caught.value.what
    assert len(caught.value.what) < 200
