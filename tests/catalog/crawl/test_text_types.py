"""What a text looks like, and the type that a column of such texts has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavehouse.catalog.census import Census, Place, census_of, counted_together
from wavehouse.catalog.text_kinds import kind_of
from wavehouse.catalog.text_types import ACCEPTED, judge

_SAMPLES = [
    "true", "FALSE", "0", "1", "-7", "2147483647", "2147483648", "9223372036854775807", "9223372036854775808",
    "007", "00", "-0", "+5", " 5", "5 ", "1.50", "0.585", "-1.0", "01.5", "1e5", "1.", ".5", "1e999",
    "2020-01-31", "2020-02-30", "0000-01-01", "2020-01-31 10:00:00", "2020-01-31T10:00",
    "2020-01-31 25:00:00", "2020-01-31T10:00:00Z", "2020-01-31 10:00:00 UTC",
    "2020-01-31 10:00:00.123456+02:00",
    "2020-01-31 10:00:00+99:00", "4aawyAB9vmqN3uQ7FjRGTy", "nan", "Infinity", "x", "1_000", "0x1F", "1,5",
]  # fmt: skip


def _judged(*texts: str) -> str:
    return judge(_census(*texts)).type


def _census(*texts: str) -> Census:
    return census_of((text, Place("a.csv", line)) for line, text in enumerate(texts, start=2))


@pytest.mark.parametrize(
    ("texts", "type_"),
    [
        (("true", "False", "TRUE"), "boolean"),
        (("0", "1"), "int"),
        (("0", "-2147483648", "2147483647"), "int"),
        (("1", "2147483648"), "bigint"),
        (("9223372036854775808",), "string"),
        (("007", "12"), "string"),
        ((" 5", "5"), "string"),
        (("+5",), "string"),
        (("1.50", "12.25"), "decimal(4,2)"),
        (("1.55", "12.25"), "double"),
        (("1.50", "12.2"), "double"),
        (("1.50", "2"), "double"),
        (("1e5", "2"), "double"),
        (("12345678901234567.89", "1.5"), "decimal(19,2)"),
        (("123456789012345.67", "9223372036854775807"), "double"),
        (("1234567890123456.785", "9223372036854775807"), "decimal(22,3)"),
        (("0.12345678901234567", "0.5"), "double"),
        (("0.1234567890123456789012", "0.5"), "decimal(23,22)"),
        (("1." + "1" * 40, "0.5"), "string"),
        (("12345678901234567.89", "1e5"), "double"),
        (("nan", "1.5"), "string"),
        (("2020-01-31", "1999-12-01"), "date"),
        (("2020-02-30",), "string"),
        (("1999", "1999-05"), "string"),
        (("2020-01-31", "2020-01-31 10:00:00"), "timestamp"),
        (("2020-01-31 10:00:00 UTC", "2020-01-31T10:00:00+02:00"), "timestamptz"),
        (("2020-01-31 10:00:00 UTC", "2020-01-31 10:00:00"), "string"),
        (("2020-01-31 10:00:00 UTC", "2020-01-31"), "string"),
        (("true", "1"), "string"),
        (("4aawyAB9vmqN3uQ7FjRGTy", "1234567890123456789012"), "string"),
        ((), "string"),
    ],
)
def test_a_column_is_the_first_type_that_all_its_values_are(texts: tuple[str, ...], type_: str) -> None:
    assert _judged(*texts) == type_


def test_the_evidence_counts_and_names_the_first_that_does_not_fit() -> None:
    judgement = judge(_census("1", "2", "x7", "3", "x8"))
    assert judgement.values == 5
    assert judgement.why == ("3 of 5 values are of the type int; the first that is not: 'x7' (a.csv:4)")
    assert [(one.type, one.fitting, str(one.counter.place)) for one in judgement.against] == [
        ("int", 3, "a.csv:4"),
        ("bigint", 3, "a.csv:4"),
        ("double", 3, "a.csv:4"),
    ]


@pytest.mark.parametrize(
    ("texts", "cloud"),
    [(("1", "2"), "bigint"), (("007", "8"), "bigint"), (("1.50", "2.25"), "double"), (("2147483648",), ""),
     (("x",), ""), (("1.5",), ""), (("01", "1.5"), "double")],
)  # fmt: skip
def test_it_says_where_the_cloud_would_differ(texts: tuple[str, ...], cloud: str) -> None:
    assert judge(_census(*texts)).cloud == cloud


_TEXTS = st.lists(st.tuples(st.sampled_from(_SAMPLES), st.integers(1, 9)), max_size=12)


def _placed(file: str, texts: list[tuple[str, int]]) -> Census:
    return census_of((text, Place(file, line)) for text, line in sorted(texts, key=lambda one: one[1]))


@given(_TEXTS, _TEXTS, _TEXTS)
def test_what_is_judged_of_files_does_not_depend_on_how_they_are_counted(
    a: list[tuple[str, int]], b: list[tuple[str, int]], c: list[tuple[str, int]]
) -> None:
    one, two, three = _placed("a", a), _placed("b", b), _placed("c", c)
    together = counted_together([one, two, three])
    assert together == counted_together([three, counted_together([two, one])])
    assert judge(together).type == _judged(*(text for text, _ in [*a, *b, *c]))


@given(_TEXTS)
def test_all_values_are_of_the_kinds_that_the_type_takes(texts: list[tuple[str, int]]) -> None:
    judgement = judge(_placed("a", texts))
    kinds = {kind_of(text) for text, _ in texts}
    if judgement.type != "string":
        assert kinds <= ACCEPTED[judgement.type.partition("(")[0]]
    for against in judgement.against:
        assert kind_of(against.counter.value) not in ACCEPTED[against.type]
        assert against.fitting == sum(kind_of(text) in ACCEPTED[against.type] for text, _ in texts)
