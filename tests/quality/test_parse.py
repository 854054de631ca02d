"""What DQDL accepts, and what it means."""

from __future__ import annotations

import time
from datetime import date
from datetime import time as clock

import pytest

from wavehouse.quality.dqdl.parse import parse
from wavehouse.quality.dqdl.rule_types import RULE_TYPES, rule_type
from wavehouse.quality.dqdl.text import canonical
from wavehouse.quality.rules import (
    Analyzer,
    AnyRule,
    Arithmetic,
    Call,
    Composite,
    DateCondition,
    DateNull,
    Day,
    Duration,
    DurationCondition,
    Now,
    Number,
    NumberCondition,
    NumberNull,
    Parameter,
    Position,
    Rule,
    Size,
    SizeCondition,
    Special,
    Text,
    TextCondition,
    TimeOfDay,
    leaves,
)


def one(text: str, before: str = "") -> AnyRule:
    (rule,) = parse(f"{before}\nRules = [ {text} ]").rules
    return rule


def leaf(text: str, before: str = "") -> Rule:
    rule = one(text, before)
    assert isinstance(rule, Rule)
    return rule


N = Number
ONE, TWO = N("1"), N("2")
CONDITIONS = [
    # Numbers.
    ("ColumnValues t = 1", NumberCondition("=", (ONE,))),
    ("ColumnValues t != 1", NumberCondition("!=", (ONE,))),
    ("ColumnValues t ! = 1", NumberCondition("!=", (ONE,))),
    ("ColumnValues t > 1", NumberCondition(">", (ONE,))),
    ("ColumnValues t >= 1", NumberCondition(">=", (ONE,))),
    ("ColumnValues t < 1", NumberCondition("<", (ONE,))),
    ("ColumnValues t <= 1", NumberCondition("<=", (ONE,))),
    ("ColumnValues t>=12.50", NumberCondition(">=", (N("12.50"),))),
    ("ColumnValues t > -3", NumberCondition(">", (N("-3"),))),
    ("ColumnValues t > - 3.5", NumberCondition(">", (N("-3.5"),))),
    ("ColumnValues t between 1 and 2", NumberCondition("between", (ONE, TWO))),
    ("ColumnValues t not between 1 AND 2", NumberCondition("not between", (ONE, TWO))),
    ("ColumnValues t between 1 and f(2)", NumberCondition("between", (ONE, Call("f", (TWO,))))),
    ("ColumnValues t in [1]", NumberCondition("in", (ONE,))),
    ("ColumnValues t not in [1, 2]", NumberCondition("not in", (ONE, TWO))),
    ("ColumnValues t = NULL", NumberCondition("=", (NumberNull(),))),
    ("ColumnValues t != null", NumberCondition("!=", (NumberNull(),))),
    ("ColumnValues t in [NULL]", NumberCondition("in", (NumberNull(),))),
    ("ColumnValues t in [NULL, 1]", NumberCondition("in", (NumberNull(), ONE))),
    ("ColumnValues t > 1 + 2", NumberCondition(">", (Arithmetic("+", ONE, TWO),))),
    ("ColumnValues t > 1-2", NumberCondition(">", (Arithmetic("-", ONE, TWO),))),
    ("ColumnValues t > 1 - -2", NumberCondition(">", (Arithmetic("-", ONE, N("-2")),))),
    (
        "ColumnValues t > 1 + 2 * 3",
        NumberCondition(">", (Arithmetic("*", Arithmetic("+", ONE, TWO), N("3")),)),
    ),
    (
        "ColumnValues t > 1 * (2 + 1)",
        NumberCondition(">", (Arithmetic("*", ONE, Arithmetic("+", TWO, ONE, in_parentheses=True)),)),
    ),
    ("ColumnValues t > ((1 / 2))", NumberCondition(">", (Arithmetic("/", ONE, TWO, in_parentheses=True),))),
    ("ColumnValues t > (1)", NumberCondition(">", (ONE,))),
    (
        "ColumnValues t > avg(last(12)) * 0.9",
        NumberCondition(">", (Arithmetic("*", Call("avg", (Call("last", (N("12"),)),)), N("0.9")),)),
    ),
    ("ColumnValues t > std.dev_2()", NumberCondition(">", (Call("std.dev_2", ()),))),
    ("ColumnValues t > f(1, (2), NULL)", NumberCondition(">", (Call("f", (ONE, TWO, NumberNull())),))),
    ("ColumnValues t > now ()", NumberCondition(">", (Call("now", ()),))),
    # Texts.
    ('ColumnValues t = "a b"', TextCondition("=", (Text("a b"),))),
    ('ColumnValues t != ""', TextCondition("!=", (Text(""),))),
    ('ColumnValues t = "two\nlines"', TextCondition("=", (Text("two\nlines"),))),
    ("ColumnValues t = EMPTY", TextCondition("=", (Special("EMPTY"),))),
    ("ColumnValues t != whitespaces_only", TextCondition("!=", (Special("WHITESPACES_ONLY"),))),
    ('ColumnValues t in ["a", "b"]', TextCondition("in", (Text("a"), Text("b")))),
    (
        'ColumnValues t not in ["a", NULL, empty]',
        TextCondition("not in", (Text("a"), Special("NULL"), Special("EMPTY"))),
    ),
    ("ColumnValues t in [NULL, EMPTY]", TextCondition("in", (Special("NULL"), Special("EMPTY")))),
    ('ColumnValues t matches "[a-z]+"', TextCondition("matches", (Text("[a-z]+"),))),
    ('ColumnValues t not matches "x"', TextCondition("not matches", (Text("x"),))),
    # Dates; a quoted text that looks like one is one.
    ('ColumnValues t > "2024-02-29"', DateCondition(">", (Day(date(2024, 2, 29)),))),
    ("ColumnValues t <= now()", DateCondition("<=", (Now(),))),
    ("ColumnValues t > (now() - 3 days)", DateCondition(">", (Now("-", Duration(3, "days")),))),
    ("ColumnValues t < (now()+12 hours)", DateCondition("<", (Now("+", Duration(12, "hours")),))),
    ('ColumnValues t in ["2024-01-01", NULL]', DateCondition("in", (Day(date(2024, 1, 1)), DateNull()))),
    ("ColumnValues t between NULL and now()", DateCondition("between", (DateNull(), Now()))),
    (
        'ColumnValues t not between "1999-12-31" and (now() - 1 minutes)',
        DateCondition("not between", (Day(date(1999, 12, 31)), Now("-", Duration(1, "minutes")))),
    ),
    ('FileFreshness > "9:30 AM"', DateCondition(">", (TimeOfDay(clock(9, 30), "9:30 AM"),))),
    ('FileFreshness > "12:05 AM"', DateCondition(">", (TimeOfDay(clock(0, 5), "12:05 AM"),))),
    ('FileFreshness > "12:05 PM"', DateCondition(">", (TimeOfDay(clock(12, 5), "12:05 PM"),))),
    ('FileFreshness > "0:05 PM"', DateCondition(">", (TimeOfDay(clock(12, 5), "0:05 PM"),))),
    ('FileFreshness > "21:45"', DateCondition(">", (TimeOfDay(clock(21, 45), "21:45"),))),
    ('FileFreshness > "24:00"', DateCondition(">", (TimeOfDay(clock(0, 0), "24:00"),))),
    # Durations.
    ('DataFreshness "d" <= 24 hours', DurationCondition("<=", (Duration(24, "hours"),))),
    (
        'DataFreshness "d" between 1 days and 2 days',
        DurationCondition("between", (Duration(1, "days"), Duration(2, "days"))),
    ),
    (
        'DataFreshness "d" not in [5 minutes, 6 minutes]',
        DurationCondition("not in", (Duration(5, "minutes"), Duration(6, "minutes"))),
    ),
    # Sizes; a bare whole number is one of bytes.
    ("FileSize < 5 MB", SizeCondition("<", (Size(5, "MB"),))),
    ("FileSize between 1 B and 2 TB", SizeCondition("between", (Size(1, "B"), Size(2, "TB")))),
    ("FileSize > 2048", SizeCondition(">", (Size(2048, "B"),))),
    ("FileSize in [(1), -2]", SizeCondition("in", (Size(1, "B"), Size(-2, "B")))),
    ("FileSize > 2147483647 KB", SizeCondition(">", (Size(2147483647, "KB"),))),
]


@pytest.mark.parametrize(("text", "condition"), CONDITIONS, ids=[case[0] for case in CONDITIONS])
def test_conditions(text: str, condition: object) -> None:
    assert leaf(text).condition == condition


Q = Parameter
PARAMETERS = [
    ("RowCount > 0", ()),
    ('IsComplete "Track Name"', (Q("Track Name"),)),
    ("IsComplete track_name", (Q("track_name", quoted=False),)),
    ("IsComplete 12abc", (Q("12abc", quoted=False),)),
    ("IsComplete 1.5.2", (Q("1.5.2", quoted=False),)),
    ("IsComplete .5", (Q(".5", quoted=False),)),
    ("IsComplete null_flag", (Q("null_flag", quoted=False),)),
    ("IsComplete within", (Q("within", quoted=False),)),
    ("IsComplete Null", (Q("Null", quoted=False),)),
    ("IsComplete kb", (Q("kb", quoted=False),)),
    ('IsUnique "a" "b" "c"', (Q("a"), Q("b"), Q("c"))),
    ('IsComplete of "a"', (Q("a", connector="of"),)),
    ('ColumnCorrelation OF "a" and "b" > 0.5', (Q("a", connector="OF"), Q("b", connector="and"))),
    ('IsUnique "a" and b AND "c"', (Q("a"), Q("b", quoted=False, connector="and"), Q("c", connector="AND"))),
    ('FileMatch in ["x"]', ()),
    ('FileMatch "here" "there"', (Q("here"), Q("there"))),
    ('DatasetMatch "r" "k" = 1.0', (Q("r"), Q("k"))),
    ('DatasetMatch "r" "k" "c" = 1.0', (Q("r"), Q("k"), Q("c"))),
    ('CustomSql "select 1"', (Q("select 1"),)),
    ('IsComplete ""', (Q(""),)),
]


@pytest.mark.parametrize(("text", "parameters"), PARAMETERS, ids=[case[0] for case in PARAMETERS])
def test_parameters(text: str, parameters: tuple[Parameter, ...]) -> None:
    assert leaf(text).parameters == parameters


A, B, C, D = (f'IsComplete "{name}"' for name in "abcd")
COMPOSITES = [
    (f"({A}) and ({B})", f"({A}) AND ({B})"),
    (f"({A}) OR ({B})", f"({A}) OR ({B})"),
    (f"(({A}))", A),
    (f"({A}) and ({B}) and ({C})", f"({A}) AND ({B}) AND ({C})"),
    (f"({A}) and (({B}) and ({C}))", f"({A}) AND ({B}) AND ({C})"),
    (f"({A}) or ({B}) and ({C})", f"({A}) OR (({B}) AND ({C}))"),
    (f"({A}) and ({B}) or ({C})", f"(({A}) AND ({B})) OR ({C})"),
    (f"(({A}) or ({B})) and ({C})", f"(({A}) OR ({B})) AND ({C})"),
    (f"({A}) or ({B}) or ({C}) and ({D})", f"(({A}) OR ({B})) OR (({C}) AND ({D}))"),
    ("RowCount > 1 and RowCount < 9", "(RowCount > 1) AND (RowCount < 9)"),
    ("RowCount between 1 and 3 and RowCount != 2", "(RowCount between 1 and 3) AND (RowCount != 2)"),
    (f"RowCount > 1 or {A}", f"(RowCount > 1) OR ({A})"),
    (f'({A}) and IsComplete "b"', f"({A}) AND ({B})"),
    # `and` before something that could be a parameter belongs to the parameters.
    ('IsUnique "a" and IsComplete', 'IsUnique "a" and IsComplete'),
    (f'({A} labels=["k"="v"]) and ({B})', f'({A} labels=["k"="v"]) AND ({B})'),
    (f'({A}) labels=["k"="v"]', f'{A} labels=["k"="v"]'),
    (f'({A} labels=["k"="v"]) labels=["m"="w"]', f'{A} labels=["m"="w"]'),
    (f'(({A}) and ({B})) labels=["k"="v"]', f'(({A}) AND ({B})) labels=["k"="v"]'),
    (f'((({A}) and ({B})) labels=["k"="v"]) and ({C})', f'((({A}) AND ({B})) labels=["k"="v"]) AND ({C})'),
]


@pytest.mark.parametrize(("text", "meant"), COMPOSITES, ids=[case[0] for case in COMPOSITES])
def test_composites(text: str, meant: str) -> None:
    rule = one(text)
    assert canonical(rule) == meant
    assert one(meant) == rule


def test_a_composite_of_one_operator_is_flat() -> None:
    rule = one(f"({A}) and (({B}) and ({C}))")
    assert isinstance(rule, Composite)
    assert [member.values for member in leaves(rule)] == [("a",), ("b",), ("c",)]
    assert len(rule.members) == 3


TAILS = [
    ('IsComplete "a" where "x > 1"', "x > 1", None, {}, {}),
    ('IsComplete "a" where " "', " ", None, {}, {}),
    ('ColumnValues "a" > 1 with threshold > 0.9', "", NumberCondition(">", (N("0.9"),)), {}, {}),
    (
        'ColumnValues "a" > 1 with THRESHOLD between 0.1 and 0.2',
        "",
        NumberCondition("between", (N("0.1"), N("0.2"))),
        {},
        {},
    ),
    (
        'ColumnValues "a" > 1 with threshold in [NULL, 1]',
        "",
        NumberCondition("in", (NumberNull(), ONE)),
        {},
        {},
    ),
    ('ColumnValues "a" > 1 with threshold = "0.5"', "", None, {"threshold": "0.5"}, {}),
    ('ColumnValues "a" > 1 with threshold = NULL', "", None, {"threshold": "NULL"}, {}),
    ('RowCount > 1 with owner = "ann" with size = 2', "", None, {"owner": "ann", "size": "2"}, {}),
    ("RowCount > 1 with k = 2 * (f(1, 2) - -3)", "", None, {"k": "2*(f(1,2)--3)"}, {}),
    ('RowCount > 1 with k = "a" with k = "b"', "", None, {"k": "b"}, {}),
    ('RowCount > 1 with k = "say \\"hi\\""', "", None, {"k": 'say "hi"'}, {}),
    ('RowCount > 1 labels = ["k" = "v", "l"="w"]', "", None, {}, {"k": "v", "l": "w"}),
    ('RowCount > 1 where "a" labels=["k"="v"] with t = "u"', "a", None, {"t": "u"}, {"k": "v"}),
    (
        'FileFreshness > "9:30 AM" with timeZone = "Europe/Berlin"',
        "",
        None,
        {"timeZone": "Europe/Berlin"},
        {},
    ),
    ('FileFreshness > "9:30 AM" with timeZone = "UTC+02:00"', "", None, {"timeZone": "UTC+02:00"}, {}),
    ('FileFreshness > "9:30 AM" with timeZone = "-0330"', "", None, {"timeZone": "-0330"}, {}),
    ('FileFreshness > now() with timeZone = "Nowhere"', "", None, {"timeZone": "Nowhere"}, {}),
]


@pytest.mark.parametrize(
    ("text", "where", "threshold", "tags", "labels"), TAILS, ids=[case[0] for case in TAILS]
)
def test_where_threshold_tags_and_labels(
    text: str, where: str, threshold: object, tags: dict[str, str], labels: dict[str, str]
) -> None:
    rule = leaf(text)
    assert (rule.where, rule.threshold, rule.tags, rule.labels) == (where, threshold, tags, labels)


ESCAPES = [
    (r'ColumnValues t = "a\"b"', 'a"b'),
    (r'ColumnValues t = "a\\b"', "a\\b"),
    (r'ColumnValues t = "don\'t"', "don't"),
    (r'ColumnValues t in ["a\"b"]', 'a"b'),
    (r'ColumnValues t in ["a\\"]', "a\\"),
    (r'ColumnValues t in ["\d"]', "d"),
    (r'ColumnValues t in ["\2024-01-01"]', "2024-01-01"),
    (r'ColumnValues t matches "\d+\.\"\\"', r"\d+\.\"\\"),
]


@pytest.mark.parametrize(("text", "value"), ESCAPES, ids=[case[0] for case in ESCAPES])
def test_escapes_in_values(text: str, value: str) -> None:
    condition = leaf(text).condition
    assert isinstance(condition, TextCondition)
    assert condition.operands == (Text(value),)


def test_escapes_in_names_and_sql() -> None:
    rule = leaf(r'IsComplete "a\"b\\c\d" where "x rlike \"\\d\""')
    assert rule.values == (r'a"b\\c\d',)
    assert rule.where == r'x rlike "\\d"'


def test_the_last_escaped_quote_ends_a_text_that_nothing_else_ends() -> None:
    assert leaf('IsComplete "a\\"').values == ("a\\",)


VARIABLES = """
cities = ["Oslo", "New \\"York\\"", NULL]
column = "track id"
odd = $.x
one.2 = "just\\\\one"
"""


def test_variables_stand_for_lists_and_parameters() -> None:
    rule = leaf("ColumnValues $column in $cities", VARIABLES)
    assert rule.parameters == (Parameter("track id", variable="column"),)
    texts = tuple(Text(text, "cities") for text in ("Oslo", 'New "York"', "NULL"))
    assert rule.condition == TextCondition("in", texts, "cities")
    assert leaf("ColumnValues t not in $one.2", VARIABLES).condition == TextCondition(
        "not in", (Text("just\\one", "one.2"),), "one.2"
    )
    assert leaf("IsUnique of $column and $ odd", VARIABLES).parameters == (
        Parameter("track id", connector="of", variable="column"),
        Parameter("$.x", connector="and", variable="odd"),
    )
    assert parse(f"{VARIABLES} Rules = [ RowCount > 1 ]").variables["cities"] == (
        "Oslo",
        'New \\"York\\"',
        "NULL",
    )


WHOLE = """# A comment ends with its line.\r
Metadata = { "Version": "1.0" }
DataSources = { "Primary": "tracks", "AdditionalDataSources": [ "art ists", "a,b" ] }
name = "x"
DefaultLabels = [ "team" = "music" ]
Rules = [
    RowCount > 0, # so there is something
    (IsComplete "a") and
        (IsUnique "a" labels=["team"="own"])
]
Analyzers = [ Completeness $name, Uniqueness "a" "b", AllStatistics "c", RowCount ]
"""


def test_a_document_with_every_section() -> None:
    ruleset = parse(WHOLE)
    assert ruleset.metadata == {"Version": "1.0"}
    assert ruleset.primary == "tracks"
    assert ruleset.additional == ("artists", "a", "b")
    assert ruleset.default_labels == {"team": "music"}
    assert [rule.labels for rule in ruleset.rules] == [{}, {}]
    assert [rule.position for rule in ruleset.rules] == [Position(7, 5), Position(8, 6)]
    assert list(leaves(ruleset.rules[1]))[1].labels == {"team": "own"}
    assert list(leaves(ruleset.rules[1]))[1].position == Position(9, 10)
    assert ruleset.analyzers == (
        Analyzer("Completeness", (Parameter("x", variable="name"),)),
        Analyzer("Uniqueness", (Parameter("a"), Parameter("b"))),
        Analyzer("AllStatistics", (Parameter("c"),)),
        Analyzer("RowCount", ()),
    )


SECTIONS = [
    ("Rules=[RowCount>0]", "", ()),
    ("Rules = [] Analyzers = [ RowCount ]", "", ()),
    ("Analyzers = [ RowCount ]", "", ()),
    ('DataSources = { "Primary": "p" } Analyzers = [ RowCount ]', "p", ()),
    ('DataSources = { "Primary": ["p", "q"] } Analyzers = [ RowCount ]', "[p,q]", ()),
    (
        'DataSources = { "AdditionalDataSources": ["a", "b"], "Primary": "p" } Rules=[RowCount>0]',
        "p",
        ("a", "b"),
    ),
    ('DataSources = { "Primary": "p", "Primary": "q" } Rules=[RowCount>0]', "q", ()),
    ('DataSources = { "AdditionalDataSources": [""] } Rules=[RowCount>0]', "", ("",)),
    ('DataSources = { "AdditionalDataSources": ["a", "", ""] } Rules=[RowCount>0]', "", ("a",)),
    # AWS reads no further, and brackets are nothing that one may believe to be in force.
    ("Rules = [ RowCount > 0 ]]", "", ()),
    ("Rules = [ RowCount > 0 ] ) } # so what\n", "", ()),
]


@pytest.mark.parametrize(("text", "primary", "additional"), SECTIONS, ids=[case[0] for case in SECTIONS])
def test_sections(text: str, primary: str, additional: tuple[str, ...]) -> None:
    ruleset = parse(text)
    assert (ruleset.primary, ruleset.additional) == (primary, additional)


def test_rule_types_are_found_by_name_and_number_of_parameters() -> None:
    assert len(RULE_TYPES) == 39
    assert len({type_.name for type_ in RULE_TYPES}) == 33
    assert rule_type("IsUnique", 0) is None
    assert rule_type("IsUnique", 7) is not None
    two, three = rule_type("DatasetMatch", 2), rule_type("DatasetMatch", 3)
    assert two is not None
    assert three is not None
    assert (two.in_composite_rows, three.in_composite_rows) == (False, True)
    assert {type_.name for type_ in RULE_TYPES if not type_.in_composite_rows} == {
        "Completeness",
        "Uniqueness",
        "ReferentialIntegrity",
        "DatasetMatch",
    }
    assert {type_.name for type_ in RULE_TYPES if type_.threshold} == {
        "ColumnDataType",
        "ColumnValues",
        "CustomSql",
        "FileFreshness",
        "FileSize",
    }


def test_a_ruleset_of_thirty_rules_is_parsed_at_once() -> None:
    rules = [
        f'ColumnValues "c{number}" in ["a", "b"] where "x > {number}" with threshold > avg(last(5)) * 0.9'
        for number in range(30)
    ]
    text = f"Rules = [ {', '.join(rules)} ]"
    parse(text)
    started = time.process_time()
    assert len(parse(text).rules) == 30
    # It takes about 10 ms; other work on the machine may slow it down.
    assert time.process_time() - started < 0.2
