"""A view is a text in an address, and what an address tells of anything else is refused by name."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.dashboards.conftest import with_visual

from wavehouse.core.errors import CallError
from wavehouse.dashboards.view import Mark, Range, View, read_view

_DASHBOARD = with_visual(
    {"id": "v", "kind": "bar", "title": "V", "drill": ["release_decade", "release_year", "release_date"],
     "measures": {"n": "count(*)"}},
    others=[{"id": "h", "kind": "heat_map", "title": "H", "dimensions": ["genre", "energy"],
             "measures": {"n": "count(*)"}}],
    controls=[
        {"id": "years", "kind": "range", "title": "Y", "field": "release_year", "default": [1990, None]},
        {"id": "released", "kind": "dates", "title": "R", "field": "release_date"},
        {"id": "genre", "kind": "choice", "title": "G", "field": "genre"},
        {"id": "mood", "kind": "choice", "title": "M", "many": False, "options": ["high", 1, True],
         "default": 1},
        {"id": "explicit", "kind": "toggle", "title": "E", "field": "explicit", "default": True},
        {"id": "name", "kind": "text", "title": "N", "field": "track_name"},
        {"id": "top", "kind": "number", "title": "T", "default": 10, "min": 1, "max": 50},
    ],
)  # fmt: skip
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
_NUMBERS = st.one_of(st.integers(-(10**6), 10**6), st.floats(allow_nan=False, allow_infinity=False))
_ENDS = st.one_of(st.none(), _NUMBERS)
_DATES = st.one_of(st.none(), st.dates().map(lambda one: one.isoformat()))
_SCALARS = st.one_of(st.none(), st.booleans(), _NUMBERS, _TEXTS)
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "years": st.builds(Range, _ENDS, _ENDS),
    "released": st.builds(Range, _DATES, _DATES),
    "genre": st.lists(st.one_of(st.none(), _TEXTS), max_size=4, unique=True).map(tuple),
    "mood": st.sampled_from([("high",), (True,)]),
    "explicit": st.just(value=False),
    "name": _TEXTS,
    "top": st.integers(1, 50),
}


@given(
    st.fixed_dictionaries({}, optional=_VALUES),
    st.lists(st.tuples(st.sampled_from(["v", "h"]), _SCALARS), max_size=3),
    st.lists(_SCALARS, max_size=2),
    st.sampled_from([None, "first"]),
)
def test_an_address_tells_the_same_view(
    controls: dict[str, Any], marks: list[tuple[str, Any]], path: list[Any], sheet: str | None
) -> None:
    view = View(sheet, marks=tuple(Mark(visual, (value,)) for visual, value in dict(marks).items()))
    for id_, value in controls.items():
        view = view.with_control(_DASHBOARD.control(id_), value)
    for value in path:
        view = view.drilled("v", value)
    text = view.query_string()
    read = read_view(_DASHBOARD, text)
    assert read.query_string() == text
    assert read.controls == view.controls
    assert set(read.marks) == set(view.marks)
    assert (read.sheet, read.drills) == (view.sheet, view.drills)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("genr=pop", "has no control 'genr'. Did you mean 'genre'?"),
        ("sheet=frist", "has no sheet 'frist'. Did you mean 'first'?"),
        ("mark.w=[1]", "has no visual 'w'"),
        ("mark.v=1", "'mark.v' is a JSON list of values"),
        ("mark.v=[[1]]", "'mark.v' is a JSON list of values"),
        ("mark.v=[1e999]", "'mark.v' is a JSON list of values"),
        ("drill.v=[-1e999]", "'drill.v' is a JSON list of values"),
        ("mark.v=[NaN]", "'mark.v' is a JSON list of values"),
        ("mark.v=[1,2]", "has 2 values, and a mark there has 1"),
        ("drill.v=[1,2,3]", "there are no 4 levels in 'v'"),
        ("drill.h=[1]", "there are no 2 levels in 'h'"),
        ("years=a..b", "'years' takes numbers, and 'a' is none"),
        ("years=nan..", "'years' takes numbers, and 'nan' is none"),
        ("released=2024-1-1", "'released' takes dates such as 2024-01-31"),
        ("explicit=yes", "'explicit' is true or false, not 'yes'"),
        ("top=51", "'top' is at most 50, not 51"),
        ("top=0", "'top' is at least 1, not 0"),
        ("mood=low", "there is no option 'low'"),
        ("mood=~all", "'mood' needs one of its options"),
        ("genre=" + "x" * 1001, "more than anybody chooses"),
        ("&".join(["genre=x"] * 201), "more than anybody chooses"),
    ],
)
def test_what_an_address_cannot_mean_is_named(text: str, said: str) -> None:
    with pytest.raises(CallError) as raised:
        read_view(_DASHBOARD, text)
    assert said in str(raised.value)


def test_clicks() -> None:
    mark = Mark("h", ("pop", 0.5))
    view = View().toggled(mark)
    assert view.marks == (mark,)
    assert view.toggled(mark) == View()
    down = View().drilled("v", 1990).drilled("v", 1995)
    assert down.drills == {"v": (1990, 1995)}
    assert down.risen("v", 1).drills == {"v": (1990,)}
    assert down.risen("v") == View()
    assert not down.is_untouched
    assert down.on_sheet("first").cleared() == View("first")


def test_a_default_is_not_told_and_can_be_cleared() -> None:
    years = _DASHBOARD.control("years")
    assert View().with_control(years, Range(1990, None)).query_string() == ""
    cleared = View().with_control(years, Range())
    assert cleared.query_string() == "years=~all"
    assert read_view(_DASHBOARD, "years=~all").value(years) == Range()


def test_a_parameter_is_never_without_a_value() -> None:
    with pytest.raises(CallError, match=r"'mood' needs one of its options") as raised:
        View().with_control(_DASHBOARD.control("mood"), ())
    assert raised.value.remedy == "Known: high, 1, True"


def test_a_default_is_known_by_its_text_too() -> None:
    controls = [
        {"id": "year", "kind": "choice", "title": "Y", "field": "release_year", "default": [1990]},
        {"id": "explicit", "kind": "choice", "title": "E", "field": "explicit", "default": [True]},
    ]
    visual = {"id": "v", "kind": "kpi", "title": "V", "measures": {"n": "count(*)"}}
    dashboard = with_visual(visual, controls=controls)
    assert read_view(dashboard, "year=1990&explicit=true").is_untouched
    assert not read_view(dashboard, "year=1991").is_untouched
