"""The report of data quality as one HTML file: whole, safe, readable, and quick to write."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from wavehouse.core.markup import tag, text
from wavehouse.core.run_record import FileCounts, RejectedFile, RuleRecord, RunRecord, SourceCounts
from wavehouse.quality.html_report import render
from wavehouse.quality.html_report_page import bar, duration, number, share
from wavehouse.quality.html_report_page import time as shown_time
from wavehouse.quality.measured import MeasuredRule, Measurement

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>&amp;</style></title><!--"

_VOID = {"meta", "input"}
_ELEMENTS = {
    *("html", "head", "meta", "title", "style", "body", "main", "header", "nav", "section", "article"),
    *("footer", "h1", "h2", "h3", "p", "b", "div", "span", "a", "ul", "li", "dl", "dt", "dd", "code", "bdi"),
    *("time", "figure", "figcaption", "table", "caption", "thead", "tbody", "tr", "th", "td", "label"),
    *("input", "details", "summary", "svg", "path", "rect"),
}


class Page(HTMLParser):
    """A page as it is read: its elements, its texts, and whether every tag that is opened is closed."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(source)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), attrs
        self.elements.append((tag, dict(attrs)))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        for name in {*self._open}:
            self.texts.setdefault(name, []).append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def of(self, name: str) -> list[dict[str, str | None]]:
        """The attributes of all elements of a name."""
        return [attributes for tag, attributes in self.elements if tag == name]

    def said(self, name: str = "main") -> str:
        """All text inside the elements of a name."""
        return "".join(self.texts.get(name, []))

    @property
    def sections(self) -> list[str | None]:
        return [section["id"] for section in self.of("section")]


def rule(text: str = 'IsComplete "id"', **changes: object) -> RuleRecord:
    """A rule that holds, but for the changes."""
    held = RuleRecord(
        source="tracks",
        rule=text,
        type="IsComplete",
        subject=text,
        action="quarantine",
        passed=True,
        metric=1.0,
        metrics={"Column.id.Completeness": 1.0},
        rows=1000,
        failed_rows=0,
    )
    return replace(held, **changes)  # type: ignore[arg-type]


def failed(text: str = 'IsUnique "id"', **changes: object) -> RuleRecord:
    """A rule that fails, but for the changes."""
    known = {"passed": False, "metric": 0.98, "metrics": {"Column.id.Uniqueness": 0.98}, "failed_rows": 20}
    return rule(text, **{**known, "reason": "20 rows are not unique", **changes})


def run(**changes: object) -> RunRecord:
    """A run that judged nothing and read nothing, but for the changes."""
    record = RunRecord("20261122T193335Z-1a2b3c4d", "2026-11-22T19:33:35.123+00:00", seconds=1.234)
    return replace(record, **changes)  # type: ignore[arg-type]


def course(one: RuleRecord, *runs: tuple[bool, float | None], day: int = 1) -> MeasuredRule:
    """What a rule came to, one run a day."""
    measured = [
        Measurement(f"r{n}", f"2026-10-{day + n:02}T00:00:00+00:00", passed, metric, None)
        for n, (passed, metric) in enumerate(runs)
    ]
    return MeasuredRule(one.source, one.rule, one.subject, measured)


FULL = run(
    changed=True,
    sources={"tracks": SourceCounts(1, 1000, 970, 20, 10), "unruled": SourceCounts(1, 5, 5, 0, 0)},
    files=[
        FileCounts("tracks", "tracks.csv", "b", 1000, 970, 20, 10),
        FileCounts("unruled", "u", "b", 5, 5, 0, 0),
    ],
    rules=[
        rule(),
        failed('Mean "x" > 1', action="warn", failed_rows=None, rows=None, source="odd"),
        failed(examples=["tracks.csv:7: a", "tracks.csv:8: b", "tracks.csv:9: c", "tracks.csv:10: d"]),
        failed("RowCount > 5", action="stop"),
    ],
    rejected=[RejectedFile("x.xlsx", "no source of that name")],
    notes=["a note"],
)


def test_a_full_record_has_all_sections_in_order() -> None:
    page = Page(render(FULL, []))
    assert page.sections == ["sources", "failed", "rules", "rows", "rejected", "notes"]
    assert [link["href"] for link in page.of("a")][:6] == [f"#{name}" for name in page.sections]
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {str(link["href"])[1:] for link in page.of("a")} <= set(ids)


def test_the_verdict_is_one_sentence() -> None:
    page = Page(render(FULL, []))
    verdict = (
        "✕ 1 of 4 rules hold: of 1,005 rows read, 975 were loaded, 20 kept aside and 10 superseded, "
        "on 2026-11-22 19:33:35 UTC, in 1.2 s."
    )
    assert verdict in page.said("header")
    assert page.said("title") == "Data quality: 1 of 4 rules hold (run 20261122T193335Z-1a2b3c4d)"


def test_what_was_only_checked_is_not_said_to_be_loaded() -> None:
    said = Page(render(replace(FULL, changed=False), [])).said()
    assert "975 were fit to load" in said
    assert "oaded" not in said.replace("were not loaded", "")


def test_an_empty_record_is_a_page() -> None:
    page = Page(render(run(), []))
    assert page.sections == []
    assert "No rule was judged, on 2026-11-22 19:33:35 UTC" in page.said()
    assert page.of("table") == page.of("nav") == page.of("input") == []


def test_where_all_holds_there_is_no_failed_section_and_nothing_to_filter() -> None:
    page = Page(render(run(rules=[rule()], sources={"tracks": SourceCounts(1, 10, 10)}), []))
    assert page.sections == ["sources", "rules", "rows"]
    assert "✓ The one rule holds: of 10 rows read" in page.said()
    assert page.of("input") == []
    # Its first run: there is no course to draw.
    assert "Course" not in page.said()


@pytest.mark.parametrize(
    ("status", "said"), [("failed", "The run failed."), ("interrupted", "was interrupted.")]
)
def test_a_run_that_did_not_end_well_says_so(status: str, said: str) -> None:
    page = Page(render(run(status=status, error="disk full"), []))
    assert said in page.said("header")
    assert "disk full" in page.said("header")


def test_failed_rules_come_by_what_they_do_with_all_that_is_known() -> None:
    html = render(FULL, [])
    cards = re.findall(r"<article.*?</article>", html, flags=re.DOTALL)
    assert [re.search(r"[▲✕]</span> ([^<]*)", card)[1] for card in cards] == [  # type: ignore[index]
        "Stops the run",
        "Failing rows are kept aside",
        "Warning only",
    ]
    kept = Page(cards[1]).said("article")
    for said in (
        "20 of 1,000 rows (2%)",
        "20 rows are not unique",
        "Column.id.Uniqueness",
        "tracks.csv:9: c",
    ):
        assert said in kept
    assert "tracks.csv:10" not in kept
    assert "Failing rows" not in Page(cards[2]).said("article")


def test_every_text_of_a_record_is_escaped() -> None:
    one = failed(HOSTILE, source=HOSTILE, reason=HOSTILE, examples=[HOSTILE], metrics={HOSTILE: 1.0})
    record = run(
        run_id=HOSTILE,
        started=HOSTILE,
        status="failed",
        error=HOSTILE,
        sources={HOSTILE: SourceCounts(1, 1, 1)},
        files=[FileCounts(HOSTILE, HOSTILE, HOSTILE, 1, 1, 0, 0)],
        rules=[one, rule(HOSTILE * 9, source=HOSTILE, reason=HOSTILE)],
        rejected=[RejectedFile(HOSTILE, HOSTILE)],
        notes=[HOSTILE],
    )
    page = Page(render(record, [course(one, (True, 1.0), (False, 0.5))]))
    assert {name for name, _ in page.elements} <= _ELEMENTS
    assert not any(
        key.startswith("on") or key in ("src", "style") for _, found in page.elements for key in found
    )
    # Once each: run, error, tile, two cells of the file, rejected file and reason, note; and the rules.
    assert page.said().count(HOSTILE) >= 15


def test_what_cannot_be_seen_is_written_out() -> None:
    page = render(run(notes=["a\u202eb\x00c\ud800d\u2067e\nf\tg", "عربى 👩\u200d🎤"]), [])
    assert "a\\u202eb\\x00c\\ud800d\\u2067e\nf\tg" in page
    assert "عربى 👩\u200d🎤" in page
    assert page.encode("utf-8")


def test_nothing_is_fetched_or_run() -> None:
    html = render(FULL, [course(FULL.rules[2], (True, 1.0), (False, 0.5))])
    page = Page(html)
    (policy,) = (meta["content"] for meta in page.of("meta") if "http-equiv" in meta)
    assert str(policy).startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:;")
    assert not re.search(r"https?:|url\(|@import|<script|src=", html.replace("img-src data:", ""))
    assert all(str(link["href"]).startswith("#") for link in page.of("a"))


def test_a_reader_without_eyes_is_told_everything() -> None:
    page = Page(render(FULL, [course(one, (True, 1.0), (False, 0.5)) for one in FULL.rules]))
    assert page.of("html") == [{"lang": "en"}]
    assert all(head["scope"] in ("col", "row") for head in page.of("th"))
    assert len(page.of("caption")) == len(page.of("table")) > 0
    for picture in page.of("svg"):
        assert picture.get("aria-hidden") == "true" or (picture["role"] == "img" and picture["aria-label"])
    levels = [int(name[1]) for name, _ in page.elements if re.fullmatch(r"h\d", name)]
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


def test_the_course_is_told_and_drawn() -> None:
    one = failed(metric=0.25)
    earlier = course(one, (True, 1.0), (True, None), (False, 0.5))
    html = render(run(rules=[one]), [earlier])
    label = (
        "Course over 4 runs, the newest last: held in 2, failed in 2; "
        "measured from 0.25 to 1, the newest 0.25; it has failed in the last 2 runs."
    )
    assert html.count(f'aria-label="{label}"') == 2
    (card,) = re.findall(r"<figure>.*?</figure>", html)
    drawn = dict(re.findall(r'<path class="(\w+)" d="([^"]*)"', card))
    assert drawn["held"].count("M") == 2
    assert drawn["fell"].count("M") == 2
    # The run without a metric breaks the line.
    assert re.sub(r"[\d. ]", "", drawn["line"]) == "MML"
    assert "Held in 2 of 4 runs" in card
    assert "2026-10-01 to 2026-11-22 UTC" in card


def test_the_course_ends_with_this_run_and_shows_thirty() -> None:
    one = failed()
    history = course(one, *[(True, 1.0)] * 29)
    history.runs += [Measurement("later", "2027-01-01T00:00:00Z", False, 0.0, None)]
    history.runs += [Measurement(run().run_id, run().started, False, 0.98, None)]
    html = render(run(rules=[one]), [history])
    assert "Held in 29 of 30 runs" in html
    history.runs[:0] = course(one, *[(False, 0.1)] * 5, day=20).runs
    history.runs[:5] = [
        replace(early, run_id=f"e{n}", started="2020-01-01") for n, early in enumerate(history.runs[:5])
    ]
    assert "Held in 29 of 30 runs" in render(run(rules=[one]), [history])


@pytest.mark.parametrize("metric", [float("nan"), float("inf"), -1.7e308, 1.7e308, 0.0, -0.0, 5e-324, None])
def test_any_metric_can_be_drawn(metric: float | None) -> None:
    one = failed(metric=metric, metrics={} if metric is None else {"m": metric})
    html = render(run(rules=[one]), [course(one, (True, 1.7e308), (False, -1.7e308), (False, metric))])
    drawn = "".join(re.findall(r' d="([^"]*)"', html))
    assert re.fullmatch(r"[MLlhm\d. -]+", drawn), drawn
    assert all(-1 <= float(place) <= 273 for place in re.findall(r"M([\d.-]+)", drawn))


def test_a_long_rule_is_folded_and_whole() -> None:
    long = f'ColumnValues "x" in [{", ".join(map(str, range(500)))}]'
    page = Page(render(run(rules=[failed(long)]), []))
    assert page.said("details").count(long) == 2  # the card and the table
    assert "All 2,410 characters" in page.said("summary")
    assert page.said("h3").startswith('tracksColumnValues "x" in [0, 1, 2')


def test_rows_that_do_not_add_up_are_pointed_out() -> None:
    files = [FileCounts("t", "a.csv", "b", 10, 8, 1, 0), FileCounts("t", "b.csv", "b", 5, 5, 1, 0)]
    said = Page(render(run(files=files), [])).said()
    assert "Does not add up: 1 row missing" in said
    assert "Does not add up: 1 row too many" in said


def test_a_record_that_knows_no_files_is_accounted_by_source() -> None:
    page = Page(render(run(sources={"tracks": SourceCounts(2, 10, 7, 2, 1)}), []))
    assert "SourceRows readFit to loadKept asideSupersededShare" in page.said("thead")
    assert "tracks10721" in page.said("tbody")


def test_the_filter_needs_no_script() -> None:
    html = render(FULL, [])
    assert ":has(#only:checked)" in html
    assert [box["id"] for box in Page(html).of("input")] == ["only"]
    assert [line["class"] for line in Page(html).of("tr") if line.get("class") in ("holds", "fails")] == [
        *("holds", "fails", "fails"),
        "fails",
    ]


def test_five_hundred_rules_are_written_at_once() -> None:
    rules = [(rule if n % 10 else failed)(f'IsComplete "c{n}"', source=f"s{n % 7}") for n in range(500)]
    history = [course(one, *[(True, n / 30) for n in range(30)]) for one in rules]
    took = []
    for _ in range(3):
        # Of this process: what else the machine does is not its fault.
        start = time.process_time()
        html = render(run(rules=rules), history)
        took.append(time.process_time() - start)
    assert len(Page(html).of("article")) == 50
    assert min(took) < 0.3


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        *((1, 1, "100%"), (0, 7, "0%"), (1, 2, "50%"), (1, 3, "33.3%"), (8512, 8515, "99.96%")),
        *((1, 10**6, "<0.01%"), (10**6 - 1, 10**6, ">99.99%"), (3, 8515, "0.04%"), (0, 0, "–")),
    ],
)
def test_a_share_never_says_all_or_none_unless_it_is(part: int, whole: int, said: str) -> None:
    assert share(part, whole) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        *((1.0, "1"), (438938.0, "438,938"), (0.9964689, "0.996469"), (355318.1617, "355,318.16")),
        *((None, "–"), (float("nan"), "nan"), (float("-inf"), "-inf"), (1e300, "1e+300"), (-1234, "-1,234")),
    ],
)
def test_numbers(value: float | None, said: str) -> None:
    assert number(value) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.412, "0.41 s"),
        (0.0, "0 s"),
        (59.94, "59.9 s"),
        (59.97, "1 min 0 s"),
        (754.2, "12 min 34 s"),
        (3661, "1 h 1 min"),
    ],
)
def test_durations(seconds: float, said: str) -> None:
    assert duration(seconds) == said


@pytest.mark.parametrize(
    "written", ["2026-11-22T20:33:35+01:00", "2026-11-22T19:33:35Z", "2026-11-22T19:33:35"]
)
def test_times_are_utc(written: str) -> None:
    assert shown_time(written) == '<time datetime="2026-11-22T19:33:35Z">2026-11-22 19:33:35 UTC</time>'


def test_a_tag_escapes_what_is_no_html_yet() -> None:
    assert (
        tag("p", "<b>", tag("b", "&"), class_='"', title=None)
        == '<p class="&quot;">&lt;b&gt;<b>&amp;</b></p>'
    )
    assert text(text("&")) == "&amp;"


@pytest.mark.parametrize("parts", [(1, 10**6, 0), (0, 0, 1), (1, 1, 10**6), (5, 0, 5)])
def test_a_bar_shows_every_part_and_is_full(parts: tuple[int, int, int]) -> None:
    drawn = bar([("a", parts[0]), ("b", parts[1]), ("c", parts[2])], sum(parts))
    widths = [float(width) for width in re.findall(r' width="([\d.]+)"', drawn)[1:]]
    assert len(widths) == sum(map(bool, parts))
    assert min(widths) >= 1.2
    assert sum(widths) == pytest.approx(100, abs=0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1])
def test_colours_can_be_told_apart(theme: int) -> None:
    """WCAG 2.2: 4.5 for text (1.4.3), 3 for what a picture is made of (1.4.11)."""
    block = re.findall(r":root\{([^}]*)\}", render(run(), []))[theme]
    colours: dict[str, str] = dict(re.findall(r"--(\w+):(#[0-9A-F]{6})", block))
    for ground in ("ground", "surface"):
        for ink in ("text", "muted", "accent", "good", "warn", "bad"):
            assert _contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
    for mark in ("accent", "amber", "grey", "good", "bad"):
        assert _contrast(colours[mark], colours["surface"]) >= 3, mark
