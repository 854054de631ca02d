"""What DQDL refuses, with the place and a sentence that helps."""
# ruff: noqa: E501 - a text and its refusal stand on one line

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavehouse.core.errors import DefinitionError
from wavehouse.quality.dqdl.parse import parse
from wavehouse.quality.rules import Position


def many_labels(count: int) -> str:
    return ", ".join(f'"k{number}"="v"' for number in range(count))


# In these a rule starts at column 9: `Rules=[ <rule> ]`.
RULES = [
    # Characters and tokens.
    ("RowCount > 1 ; RowCount > 2", 22, "';' cannot stand outside of quotes"),
    (
        "RowCount > 1\r\n",
        21,
        "this line ends with a carriage return, which AWS refuses. Save the text with \\n",
    ),
    ("IsComplete 'a'", 20, "a single quote cannot stand here. Put texts in double quotes"),
    ('IsComplete "a', 20, "this quoted text is not closed"),
    ("IsComplete größe", 22, "'ö' cannot stand outside of quotes. Put names in double quotes"),
    ("RowCount > 1 \x00", 22, "the character U+0000"),
    ("IsComplete a\\b", 21, "'\\' cannot stand outside"),
    # Keywords are no names.
    ("IsComplete days", 20, "'days' cannot stand here"),
    ("IsComplete B", 20, "'B' cannot stand here"),
    ("IsComplete 5", 20, "'5' cannot stand here"),
    ("IsComplete 12", 20, "'12' cannot stand here"),
    ("IsComplete 1.5", 20, "'1.5' cannot stand here"),
    ("IsComplete in", 23, "']' cannot stand here. Here may stand '[' or '$'"),
    ("IsComplete Rules", 20, "'Rules' cannot stand here"),
    # A quoted date is no text.
    (
        'IsComplete "2024-01-01"',
        20,
        'the date "2024-01-01" cannot stand here. In quotes this is a date or a time',
    ),
    ('IsComplete "9:30 AM"', 20, "the time of day"),
    ('IsComplete "a" where "21:45"', 30, "the time of day"),
    ('ColumnValues t matches "2024-01-01"', 32, "the date"),
    ('RowCount > 0 labels=["k"="2024-01-01"]', 34, "the date"),
    ('ColumnValues t in ["a", "2024-01-01"]', 33, "a date stands here beside a text"),
    # Conditions.
    ("RowCount >", 20, "']' cannot stand here. Here may stand a value"),
    ("RowCount => 1", 19, "'>' cannot stand here. Here may stand a value"),
    ("RowCount > .5", 20, "'.5' is neither a number nor a quoted text. A number is written like 12"),
    ("RowCount > 1e5", 20, "'1e5' is neither a number"),
    ("RowCount > 1.", 20, "'1.' is neither a number"),
    ("RowCount > --1", 21, "'-' cannot stand here. Here may stand a number"),
    ("RowCount > 1 +", 24, "Here may stand a number"),
    ("RowCount > (1", 23, "Here may stand an operator such as '+' or ')'"),
    ("RowCount BETWEEN 1 and 2", 26, "'1' cannot stand here. Did you mean 'between'?"),
    ("RowCount betwen 1 and 2", 25, "'1' cannot stand here. Did you mean 'between'?"),
    ("RowCount between 1, 2", 27, "',' cannot stand here. Here may stand an operator such as '+', 'and'"),
    ("RowCount in []", 22, "Here may stand a value"),
    ("RowCount in [1, ]", 25, "']' cannot stand here. Take away the comma before it"),
    ("RowCount in (1)", 21, "'(' cannot stand here"),
    ("RowCount not > 1", 22, "'>' cannot stand here. Here may stand 'matches', 'between' or 'in'"),
    (
        "ColumnValues t = active",
        26,
        "'active' is neither a number nor a quoted text. Put texts in double quotes",
    ),
    ("ColumnValues t = Empty", 26, "Did you mean 'EMPTY'?"),
    ('ColumnValues t > "a"', 24, "a text cannot be compared by '>'. Texts take =, !="),
    ("ColumnValues t between EMPTY and NULL", 24, "a text cannot be compared by 'between'"),
    ('ColumnValues t in [1, "a"]', 31, "a text stands here beside a number"),
    ('ColumnValues t in [NULL, "a", now()]', 39, "a date stands here beside a text"),
    ("ColumnValues t between 1 and 2 days", 38, "a duration stands here beside a number"),
    ("ColumnValues t > now() - 3 days", 32, "'-' cannot stand here"),
    ("ColumnValues t > (now() - 3)", 36, "')' cannot stand here. Here may stand 'days', 'hours', 'minutes'"),
    ("ColumnValues t > (now() - 3 day)", 37, "'day' cannot stand here. Did you mean 'days'?"),
    ("ColumnValues t > (1 days)", 29, "'days' cannot stand here"),
    ("DataFreshness d <= 3days", 28, "'3days' is neither a number nor a quoted text. Write 3 days"),
    ("FileSize > 5KB", 20, "Write 5 KB"),
    ("FileSize > 5 kb", 22, "Did you mean 'KB'?"),
    ("FileFreshness > 9:30", 26, "A time of day stands in quotes"),
    ('ColumnValues t > "2023-02-29"', 26, "there is no day 2023-02-29"),
    ('ColumnValues t > "0000-01-01"', 26, "there is no day 0000-01-01"),
    ('FileFreshness > "13:00 PM"', 25, "there is no time 13:00 PM"),
    ('FileFreshness > "9:60 AM"', 25, "there is no time 9:60 AM"),
    ('FileFreshness > "24:01"', 25, "there is no time 24:01"),
    ("FileSize > 2147483648", 20, "this amount is larger than 2147483647"),
    ("DataFreshness d > 99999999999 days", 27, "this amount is larger"),
    (f"FileSize > {'9' * 5000} KB", 20, "this amount is larger"),
    # Time zones.
    (
        'FileFreshness > "9:30 AM" with timeZone = "Europe/Berlim"',
        25,
        "there is no time zone 'Europe/Berlim'. Did you mean 'Europe/Berlin'?",
    ),
    ('FileFreshness > "9:30 AM" with timeZone = "europe/berlin"', 25, "Did you mean 'Europe/Berlin'?"),
    ('FileFreshness > "9:30 AM" with timeZone = "EST"', 25, "there is no time zone 'EST'"),
    ('FileFreshness > "9:30 AM" with timeZone = "+19"', 25, "there is no time zone '+19'"),
    ('FileFreshness > "9:30 AM" with timeZone = "+2:00"', 25, "there is no time zone '+2:00'"),
    ('FileFreshness > "9:30 AM" with timeZone = 5', 25, "there is no time zone '5'"),
    # Rule types.
    ('IsComplet "a"', 9, "there is no rule type 'IsComplet'. Did you mean 'IsComplete'?"),
    ('isComplete "a"', 9, "Did you mean 'IsComplete'?"),
    ("IsComplete", 9, "'IsComplete' has no parameters here; it takes 1 (column)"),
    ('IsComplete "a" "b"', 9, "'IsComplete' has 2 parameters here; it takes 1 (column)"),
    ('IsComplete "a" wher', 9, "'wher' is read as a parameter. Did you mean 'where'?"),
    (
        'IsComplete "a" and IsComplete "b"',
        9,
        "AWS reads 'and IsComplete' as a parameter: put each of the two rules in parentheses",
    ),
    ("IsUnique", 9, "it takes at least 1 (column)"),
    (
        'DatasetMatch "r" = 1',
        9,
        "'DatasetMatch' has 1 parameter here; it takes 2 (reference, key columns) or 3",
    ),
    ('IsComplete "a" > 1', 24, "'IsComplete' takes no condition. Take it away"),
    ("RowCount", 9, "'RowCount' has no condition. It takes one on a number, such as > 0.9"),
    ("ColumnValues t", 9, 'It takes one on texts, such as in ["a", "b"] or a number, such as > 0.9 or dates'),
    ('RowCount = "a"', 18, "this condition is about texts. 'RowCount' takes one on a number"),
    ("DataFreshness d > 3", 25, "takes one on durations, such as <= 24 hours"),
    ("ColumnDataType t = NULL", 26, "this condition is about a number. 'ColumnDataType' takes one on texts"),
    ("ColumnValues t > 5 KB", 24, "this condition is about sizes"),
    ("FileSize > 1.5", 18, "this is no size. Write a whole number of B, KB"),
    ("FileSize > NULL", 18, "this is no size"),
    ("FileSize > 1 + 1", 18, "this is no size"),
    ("AllStatistics t > 0", 9, "'AllStatistics' is an analyzer, not a rule. Put it into Analyzers"),
    ('CustomSql "select 1" = "a"', 30, "'CustomSql' takes one on a number"),
    # Where, labels, tags.
    ('ColumnCount > 1 where "x"', 25, "'ColumnCount' takes no where clause"),
    ('RowCount > 1 where ""', 28, "the where clause is empty"),
    ("RowCount > 1 where x", 28, "'x' cannot stand here. Here may stand a quoted text"),
    (
        'RowCount > 1 labels=["a"="b"] where "x"',
        39,
        "'where' cannot stand here. The order within a rule is: parameters, condition, where, labels, with",
    ),
    ('RowCount > 1 with k = 1 labels=["a"="b"]', 33, "The order within a rule is"),
    ("RowCount > 1 with threshold > 0.5", 27, "'RowCount' takes no threshold"),
    (
        "ColumnValues t > 1 with threshold > 0.5 with threshold > 0.6",
        54,
        "a second threshold stands here. A rule can have one",
    ),
    (
        "ColumnValues t > 1 with treshold > 0.5",
        42,
        "the tag 'treshold' takes only = with a quoted text or a number behind it. Did you mean 'threshold'?",
    ),
    ('RowCount > 1 with owner != "ann"', 33, "the tag 'owner' takes only ="),
    ("RowCount > 1 with k in [NULL]", 29, "the tag 'k' takes only ="),
    ("RowCount > 1 with k = now()", 29, "the tag 'k' takes only ="),
    ("RowCount > 1 with k = 5 days", 29, "the tag 'k' takes only ="),
    ('RowCount > 1 with "k" = 5', 27, "Here may stand a name"),
    ("RowCount > 1 labels=[]", 22, "'labels' has no label"),
    ('RowCount > 1 labels=["a"=""]', 34, "the value of a label is empty"),
    ('RowCount > 1 labels=[""="a"]', 30, "the key of a label is empty"),
    ('RowCount > 1 labels=["a"="b", "a"="c"]', 39, 'the label "a" stands here twice'),
    (
        f'RowCount > 1 labels=["{"k" * 129}"="v"]',
        30,
        "the key of this label has 129 characters, more than 128",
    ),
    (
        f'RowCount > 1 labels=["k"="{"v" * 257}"]',
        34,
        "the value of this label has 257 characters, more than 256",
    ),
    (f'RowCount > 1 labels=["{"🎵" * 65}"="v"]', 30, "has 130 characters"),
    ("RowCount > 1 labels=[" + many_labels(11) + "]", 22, "a rule can have 10 labels, and here it has 11"),
    # Composites.
    ("(RowCount > 1", 23, "']' cannot stand here. Here may stand an operator such as '+', ')', 'labels'"),
    ("RowCount > 1)", 21, "')' cannot stand here"),
    ("RowCount > 1 and", 26, "']' cannot stand here. Here may stand a name or '('"),
    ("RowCount > 1, , RowCount > 2", 23, "',' cannot stand here"),
    ("RowCount > 1,", 23, "Take away the comma before it"),
    ("RowCount > 1 RowCount > 2", 22, "'RowCount' cannot stand here"),
    # Variables.
    ("IsComplete $x", 21, "there is no variable '$x'. Define it above the rules"),
    ("ColumnValues t = $x", 26, "the variable '$x' cannot stand here. AWS takes a variable as a parameter"),
    ("ColumnValues t in [$x]", 28, "the variable '$x' cannot stand here"),
    ("RowCount > $x", 20, "the variable '$x' cannot stand here"),
    ("ColumnValues t matches $x", 32, "'$' cannot stand here. Here may stand a quoted text"),
    ("ColumnValues t in $1", 28, "'$' is followed by '1'. A variable is written $name"),
]


def refusal(text: str) -> DefinitionError:
    with pytest.raises(DefinitionError) as caught:
        parse(text)
    return caught.value


@pytest.mark.parametrize(("rule", "column", "said"), RULES, ids=[case[0][:60] for case in RULES])
def test_a_rule_is_refused_at_its_place(rule: str, column: int, said: str) -> None:
    error = refusal(f"Rules=[ {rule} ]\n")
    assert (error.where, error.exit_code) == (f"line 1, column {column}", 2)
    assert said in str(error)


DOCUMENTS = [
    ("", 1, 1, "the end of the text cannot stand here"),
    (" \n# nothing\n", 3, 1, "the end of the text cannot stand here"),
    ("\ufeffRules=[RowCount>1]", 1, 1, "a byte order mark stands here"),
    (
        "Rules = [ RowCount > 1 ] # done",
        1,
        26,
        "this comment ends with the text, not with a line. Put a line end behind it",
    ),
    ("Rules = [\r\n RowCount > 1\r\n]", 1, 10, "Save the text with \\n as its line ends"),
    ("RowCount > 1", 1, 10, "Rules stand in Rules = [ … ]"),
    ("Rules = []", 1, 1, "there is neither a rule nor an analyzer"),
    ("Rules = [] Analyzers = []", 1, 1, "there is neither a rule nor an analyzer"),
    ("Rules = [\n  RowCount > 1\n", 3, 1, "the end of the text cannot stand here"),
    ("Rules = { RowCount > 1 }", 1, 9, "'{' cannot stand here. Here may stand '['"),
    ("Rules [ RowCount > 1 ]", 1, 7, "Here may stand '='"),
    ("Rule = [ RowCount > 1 ]", 1, 1, "there is no section 'Rule'. Did you mean 'Rules'?"),
    ("rules = [ RowCount > 1 ]", 1, 1, "Did you mean 'Rules'?"),
    ("Analyzer = [ RowCount ]", 1, 1, "Did you mean 'Analyzers'?"),
    ('\nMetdata = { "Version": "1" }', 2, 1, "Did you mean 'Metadata'?"),
    ('DatSources = { "Primary": "p" }', 1, 1, "Did you mean 'DataSources'?"),
    (
        "Rules=[RowCount>1] Rules=[RowCount>2]",
        1,
        20,
        "The order is: Metadata, DataSources, variables, DefaultLabels, Rules, Analyzers",
    ),
    ("Analyzers=[RowCount] Rules=[RowCount>2]", 1, 22, "The order is"),
    ("Rules=[RowCount>1] and so on", 1, 20, "nothing may stand behind it"),
    ("Rules=[RowCount>1]] Analyzers=[RowCount]", 1, 21, "The order is"),
    (
        "Analyzers=[IsComplete a]",
        1,
        12,
        "'IsComplete' is true or false and measures nothing. Put it into Rules",
    ),
    ("Analyzers=[RowCount > 1]", 1, 21, "'>' cannot stand here"),
    ("Analyzers=[(RowCount)]", 1, 12, "'(' cannot stand here"),
    ("Analyzers=[Completness a]", 1, 12, "Did you mean 'Completeness'?"),
    ("Analyzers=[Completeness $x]", 1, 26, "there is no variable '$x'"),
    ("Metadata={} Rules=[RowCount>1]", 1, 11, "Here may stand a quoted text"),
    (
        'Metadata={"Verson":"1"} Rules=[RowCount>1]',
        1,
        11,
        "\"Verson\" is no key of Metadata. Did you mean 'Version'?",
    ),
    ('Metadata={"Version":"2024-01-01"} Rules=[RowCount>1]', 1, 21, "the date"),
    ('DataSources={"primary":"p"} Rules=[RowCount>1]', 1, 14, "Did you mean 'Primary'?"),
    (
        'DataSources={"AdditionalDataSources":"p"} Rules=[RowCount>1]',
        1,
        38,
        'AdditionalDataSources is a list. Write "AdditionalDataSources": [ "p" ]',
    ),
    ("x = 5 Rules=[RowCount>1]", 1, 5, "'5' cannot stand here. Here may stand a quoted text"),
    ('x = "2024-01-01" Rules=[RowCount>1]', 1, 5, "the date"),
    ("x = [] Rules=[RowCount>1]", 1, 6, "']' cannot stand here"),
    ('x = [["a"]] Rules=[RowCount>1]', 1, 6, "'[' cannot stand here"),
    ('x = "a"\nx = "b" Rules=[RowCount>1]', 2, 1, "the variable 'x' is defined twice"),
    ('_x = "a" Rules=[RowCount>1]', 1, 1, "the variable's name '_x' starts with '_'"),
    ('.x = "a" Rules=[RowCount>1]', 1, 1, "starts with '.'"),
    ('x = "a" y = $x Rules=[RowCount>1]', 1, 13, "'$x' stands within a variable"),
    ('x = ["a", "b $c"] Rules=[RowCount>1]', 1, 11, "'$c' stands within a variable"),
    ('x = ["a"] Rules=[IsComplete $x]', 1, 30, "the variable '$x' is a list, which cannot be a parameter"),
    (
        'city = ["a"] Rules=[ColumnValues t in $cty]',
        1,
        40,
        "there is no variable '$cty'. Did you mean 'city'?",
    ),
    ('DefaultLabels=["a"="b"] x = "a" Rules=[RowCount>1]', 1, 25, "'x' cannot stand here"),
    ("DefaultLabels=[] Rules=[RowCount>1]", 1, 1, "'DefaultLabels' has no label"),
    (
        "DefaultLabels=[" + many_labels(10) + ']\nRules=[RowCount>1 labels=["k1"="v"]]',
        2,
        19,
        "here it has 1 of its own and 10 default labels",
    ),
    ('\n\n  Rules = [\n\tIsComplet "a" ]', 4, 2, "there is no rule type"),
]


@pytest.mark.parametrize(
    ("text", "line", "column", "said"), DOCUMENTS, ids=[case[0][:60] for case in DOCUMENTS]
)
def test_a_document_is_refused_at_its_place(text: str, line: int, column: int, said: str) -> None:
    error = refusal(text)
    assert error.where == f"line {line}, column {column}"
    assert said in str(error)


def test_the_place_is_given_as_the_caller_wants_it() -> None:
    def place(position: Position) -> str:
        return f"contracts/tracks.yaml:{position.line + 10}"

    with pytest.raises(DefinitionError) as caught:
        parse("Rules = [\n RowCont > 1 ]", place)
    assert str(caught.value) == (
        "contracts/tracks.yaml:12: there is no rule type 'RowCont'. Did you mean 'RowCount'?"
    )


TOO_MUCH = [
    ("a long text", "Rules=[RowCount>1]" + " " * 1_000_000, "more than 1,000,000"),
    (
        "parentheses around a rule",
        f"Rules=[{'(' * 10_000}RowCount>1{')' * 10_000}]",
        "more than 50 parentheses are open here",
    ),
    (
        "parentheses in a number",
        f"Rules=[RowCount>{'(' * 10_000}1{')' * 10_000}]",
        "more than 50 parentheses",
    ),
    (
        "a long calculation",
        f"Rules=[RowCount>1{'+1' * 50_000}]",
        "this calculation has 50000 steps, more than 100",
    ),
    (
        "a deep calculation",
        f"Rules=[RowCount>{'(' * 40}1{'+1+1+1)' * 40}]",
        "this calculation has more than 100 steps within one another",
    ),
    (
        "a long mixed rule",
        f"Rules=[{'RowCount>1 or RowCount>1 and ' * 5_000} RowCount>1]",
        "more than 100 rules are joined here",
    ),
    ("open quotes", '"\\' * 300_000, "cannot stand outside of quotes"),
    ("backslashes", 'Rules=[IsComplete "' + "\\\\" * 300_000, "this quoted text is not closed"),
    ("open brackets", "Rules=" + "[" * 900_000, "'[' cannot stand here"),
    ("a long word", f"Rules=[IsComplete {'1' * 900_000}]", "cannot stand here"),
]


@pytest.mark.parametrize(
    ("text", "said"), [case[1:] for case in TOO_MUCH], ids=[case[0] for case in TOO_MUCH]
)
def test_too_much_is_refused_at_once(text: str, said: str) -> None:
    started = time.process_time()
    error = refusal(text)
    assert said in error.what
    assert len(str(error)) < 400
    assert time.process_time() - started < 10


def test_many_rules_of_one_kind_may_be_joined() -> None:
    text = f"Rules=[{' and '.join(['RowCount > 1'] * 1000)}]"
    assert len(parse(text).rules) == 1


WORDS = re.findall(
    r"[^ ]+",
    "Rules = [ ] ( ) { } , : and or of not in between matches where with labels ! > >= 5 12 1.5 - + $ now() now "
    'NULL EMPTY days KB RowCount ColumnValues FileSize IsComplete Analyzers Metadata "a" "2024-01-01" "09:61" '
    "threshold x \n #c\n \\ \x00 \" ' é",
)


def parses_or_is_refused(text: str) -> None:
    try:
        parse(text)
    except DefinitionError as error:
        refused = error
    else:
        return
    assert refused.where.startswith("line ")
    assert refused.what


@given(st.text() | st.binary().map(lambda data: data.decode("latin-1")))
def test_garbage_is_refused(text: str) -> None:
    parses_or_is_refused(text)


@given(st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join), st.booleans())
def test_shuffled_words_parse_or_are_refused(text: str, within: bool) -> None:
    parses_or_is_refused(f"Rules = [ ColumnValues x {text} ]" if within else text)
