"""A rule as text: AWS's own form, which parses back to an equal rule."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavehouse.quality.dqdl.parse import parse
from wavehouse.quality.dqdl.rule_types import RULE_TYPES, RuleType
from wavehouse.quality.dqdl.text import canonical, canonical_ruleset, subject
from wavehouse.quality.rules import (
    AnyRule,
    Arithmetic,
    Call,
    Composite,
    Condition,
    DateCondition,
    DateNull,
    Day,
    Duration,
    DurationCondition,
    Now,
    Number,
    NumberCondition,
    NumberNull,
    NumberOperand,
    Operator,
    Parameter,
    Rule,
    Ruleset,
    Size,
    SizeCondition,
    Special,
    Text,
    TextCondition,
    TimeOfDay,
)

FORMS = [
    ("RowCount>0", "RowCount > 0"),
    ("RowCount ! = - 1", "RowCount != -1"),
    ("RowCount not in [ 1 , NULL ]", "RowCount not in [1,NULL]"),
    ("RowCount between 1 AND 2", "RowCount between 1 and 2"),
    ("RowCount > (avg( last(3) ) + 1)*(2)", "RowCount > (avg(last(3)) + 1) * 2"),
    ("RowCount > f( 1 , 2 )", "RowCount > f(1,2)"),
    ('IsUnique  of\n"a"  and b', 'IsUnique of "a" and b'),
    ('ColumnValues t in [ "a" , null ]', 'ColumnValues t in ["a",NULL]'),
    ("ColumnValues t = whitespaces_only", "ColumnValues t = WHITESPACES_ONLY"),
    (r'ColumnValues t in ["a\"b", "c\\d"]', r'ColumnValues t in ["a\"b","c\\d"]'),
    (r'ColumnValues t in ["\21:45"]', r'ColumnValues t in ["\21:45"]'),
    (r'ColumnValues t not matches "\d\"\\"', r'ColumnValues t not matches "\d\"\\"'),
    ("ColumnValues t > (now()-3 days)", "ColumnValues t > (now() - 3 days)"),
    ('ColumnValues t in ["2024-01-01",now(),NULL]', 'ColumnValues t in ["2024-01-01",now(),NULL]'),
    ('DataFreshness "d"  between 1 hours and 007 hours', 'DataFreshness "d" between 1 hours and 7 hours'),
    ("FileSize > 5", "FileSize > 5 B"),
    ("FileSize in [5, -5]", "FileSize in [5,-5]"),
    ('FileFreshness < "9:30 PM"', 'FileFreshness < "9:30 PM"'),
    (r'IsComplete "a\"b\c" where "x = \"y\""', r'IsComplete "a\"b\c" where "x = \"y\""'),
    (
        "ColumnValues t > 1 with k = 5 with threshold > 0.5",
        'ColumnValues t > 1 with threshold > 0.5 with k = "5"',
    ),
    (
        'ColumnValues t > 1 where "w" labels = ["a" = "b","c"="d"] with threshold > 0.5',
        'ColumnValues t > 1 where "w" labels=["a"="b", "c"="d"] with threshold > 0.5',
    ),
]


def one(text: str) -> AnyRule:
    (rule,) = parse(f"Rules = [ {text} ]").rules
    return rule


@pytest.mark.parametrize(("text", "form"), FORMS, ids=[case[0] for case in FORMS])
def test_the_canonical_form(text: str, form: str) -> None:
    rule = one(text)
    assert canonical(rule) == form
    assert one(form) == rule


SUBJECTS = [
    ("RowCount > 5", "RowCount"),
    ('RowCount > 5 where "x > 1" labels=["a"="b"]', 'RowCount where "x > 1"'),
    ('IsUnique of "a" and b', 'IsUnique of "a" and b'),
    ('ColumnValues t in ["a"] with threshold > 0.5', "ColumnValues t"),
]


@pytest.mark.parametrize(("text", "measured"), SUBJECTS, ids=[case[0] for case in SUBJECTS])
def test_the_subject_is_what_is_measured(text: str, measured: str) -> None:
    rule = one(text)
    assert isinstance(rule, Rule)
    assert subject(rule) == measured


def test_a_ruleset_is_printed_back() -> None:
    text = r"""
        Metadata = { "Version": "1.0\"" }
        DataSources = { "Primary": "p", "AdditionalDataSources": [ "a", "b" ] }
        cities = [ "Oslo", "New \"York\"" ]  column = "c"
        DefaultLabels = [ "team" = "music" ]
        Rules = [ ColumnValues $column in $cities, (RowCount > 1) or (RowCount = 0) ]
        Analyzers = [ Completeness "a" ]
    """
    ruleset = parse(text)
    printed = canonical_ruleset(ruleset)
    assert parse(printed) == ruleset
    assert canonical_ruleset(parse(printed)) == printed
    assert 'cities = ["Oslo", "New \\"York\\""]' in printed
    assert "    ColumnValues $column in $cities,\n    (RowCount > 1) OR (RowCount = 0)\n" in printed


# Rules as the parser gives them: what is generated must have a text.
COMPARISONS: list[Operator] = ["=", "!=", ">", ">=", "<", "<="]
# No keyword has such letters.
names = st.text("_xyzXYZ.09", min_size=1, max_size=6).map("q".__add__)
values = st.text(max_size=12)
# In names and SQL, backslashes are no escapes, and stand before no quote but in pairs.
sql = st.text(st.characters(exclude_characters='\\"'), min_size=1, max_size=12).filter(
    lambda text: not text[0].isdigit()
)
numbers = (st.integers(-999, 99999).map(str) | st.decimals(-9, 999, places=2).map("{:f}".format)).map(Number)
amounts = st.integers(0, 2**31 - 1)
durations = st.builds(Duration, amounts, st.sampled_from(["days", "hours", "minutes"]))
sizes = st.builds(Size, amounts, st.sampled_from(["B", "KB", "MB", "GB", "TB"]))
moments = st.builds(Now, st.sampled_from(["+", "-"]), durations) | st.just(Now())
times = st.times().map(lambda at: TimeOfDay(time(at.hour, at.minute), f"{at.hour:02}:{at.minute:02}"))
days = st.dates(min_value=date(1, 1, 1)).map(Day)
patterns = (
    st.text(st.characters(exclude_characters='\\"'), max_size=12)
    .filter(lambda text: not text[:1].isdigit())
    .map(Text)
)
texts = values.map(Text) | st.sampled_from(["NULL", "EMPTY", "WHITESPACES_ONLY"]).map(Special)  # type: ignore[arg-type]


def calculations(inner: st.SearchStrategy[NumberOperand]) -> st.SearchStrategy[NumberOperand]:
    def right(operand: NumberOperand) -> NumberOperand:
        # From the left: a calculation on the right stands in parentheses.
        if isinstance(operand, Arithmetic):
            return Arithmetic(operand.operator, operand.left, operand.right, in_parentheses=True)
        return operand

    return st.builds(Call, names, st.lists(inner, max_size=3).map(tuple)) | st.builds(
        Arithmetic,
        st.sampled_from(["+", "-", "*", "/"]),
        inner,
        inner.map(right),
        in_parentheses=st.booleans(),
    )


operands: st.SearchStrategy[NumberOperand] = st.recursive(
    numbers | st.just(NumberNull()), calculations, max_leaves=6
)


def conditions_on(
    make: type, operand: st.SearchStrategy[object], single: list[Operator]
) -> st.SearchStrategy[Condition]:
    alone = st.builds(make, st.sampled_from(single), st.tuples(operand))
    lists = st.builds(
        make, st.sampled_from(["in", "not in"]), st.lists(operand, min_size=1, max_size=4).map(tuple)
    )
    pairs = st.builds(make, st.sampled_from(["between", "not between"]), st.tuples(operand, operand))
    return alone | lists | pairs if ">" in single else alone | lists


def is_meant(condition: Condition) -> bool:
    """Of nothing but NULL, a condition is one on numbers."""
    return not all(operand in (Special("NULL"), DateNull()) for operand in condition.operands)


number_conditions = conditions_on(NumberCondition, operands, COMPARISONS)
BY_KIND: dict[str, st.SearchStrategy[Condition | None]] = {
    "none": st.none(),
    "number": number_conditions,
    "text": (
        conditions_on(TextCondition, texts, ["=", "!="])
        | st.builds(TextCondition, st.sampled_from(["matches", "not matches"]), st.tuples(patterns))
    ).filter(is_meant),
    "date": conditions_on(DateCondition, days | times | moments | st.just(DateNull()), COMPARISONS).filter(
        is_meant
    ),
    "duration": conditions_on(DurationCondition, durations, COMPARISONS),
    "size": conditions_on(SizeCondition, sizes, COMPARISONS),
}
# Of nothing but NULL it would be a plain tag.
thresholds = st.builds(
    NumberCondition,
    st.sampled_from(COMPARISONS),
    st.tuples(operands.filter(lambda operand: operand != NumberNull())),
)
labels = st.dictionaries(sql, sql, max_size=3)


@st.composite
def simple_rules(draw: st.DrawFn) -> Rule:
    type_: RuleType = draw(st.sampled_from([type_ for type_ in RULE_TYPES if not type_.analyzer_only]))
    count = len(type_.parameters) + (draw(st.integers(0, 2)) if type_.variadic else 0)
    parameter = st.builds(Parameter, sql, connector=st.sampled_from(["", "of", "and", "AND"])) | st.builds(
        Parameter, names, quoted=st.just(False), connector=st.sampled_from(["", "OF"])
    )
    return Rule(
        type_.name,
        tuple(draw(st.lists(parameter, min_size=count, max_size=count))),
        draw(st.one_of([BY_KIND[kind] for kind in type_.conditions])),
        where=draw(sql) if type_.where and draw(st.booleans()) else "",
        threshold=draw(thresholds) if type_.threshold and draw(st.booleans()) else None,
        tags=draw(st.dictionaries(names, values, max_size=2)),
        labels=draw(labels),
    )


def _flat(operator: str, members: list[AnyRule]) -> bool:
    """Whether the parser would make these members of one composite."""
    return all(isinstance(member, Rule) for member in members) or (
        len(members) == 2
        and not all(
            isinstance(member, Rule) or (member.operator == operator and not member.labels)
            for member in members
        )
    )


@st.composite
def composites(draw: st.DrawFn, inner: st.SearchStrategy[AnyRule]) -> AnyRule:
    operator = draw(st.sampled_from(["AND", "OR"]))
    members = draw(st.lists(inner, min_size=2, max_size=3))
    if not _flat(operator, members):
        members = [member for rule in members for member in _leaves(rule)]
    return Composite(operator, tuple(members), draw(labels))  # type: ignore[arg-type]


def _leaves(rule: AnyRule) -> list[Rule]:
    return [rule] if isinstance(rule, Rule) else [leaf for member in rule.members for leaf in _leaves(member)]


rules: st.SearchStrategy[AnyRule] = st.recursive(simple_rules(), composites, max_leaves=5)


@given(rules)
def test_every_rule_parses_back(rule: AnyRule) -> None:
    assert one(canonical(rule)) == rule


@given(
    st.lists(simple_rules(), min_size=1, max_size=2),
    labels,
    st.dictionaries(names, sql.filter(lambda text: "$" not in text), max_size=2),
)
def test_every_ruleset_parses_back(
    some: list[Rule], defaults: dict[str, str], variables: dict[str, str]
) -> None:
    ruleset = Ruleset(tuple(some), default_labels=defaults, variables=variables)
    assert parse(canonical_ruleset(ruleset)) == ruleset
