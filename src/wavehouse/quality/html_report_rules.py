"""The rules in a report: a card for each that fails, a table of all, and the course of each over the runs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice

from wavehouse.core.markup import NOTHING, Markup, join, tag
from wavehouse.core.run_record import RuleRecord, RunRecord
from wavehouse.quality.html_report_page import (
    Line,
    bar,
    counted,
    moment,
    number,
    rows,
    share,
    table,
)
from wavehouse.quality.measured import MeasuredRule, Measurement

Courses = Mapping[tuple[str, str], Sequence[Measurement]]

_RUNS = 30
_LONG = 320  # characters; a longer text is folded
_EXAMPLES = 3

# (sort key, class, what it says of a rule that fails, what it says of a rule that might)
_ACTIONS = {
    "stop": (0, "bad", "✕ Stops the run", "stops the run"),
    "quarantine": (1, "warn", "▲ Failing rows are kept aside", "keeps rows aside"),
    "warn": (2, "warn", "▲ Warning only", "warns"),
}


def courses(record: RunRecord, history: Sequence[MeasuredRule]) -> Courses:
    """What each rule of the record came to in earlier runs and in this one, the newest last, at most 30."""
    now = moment(record.started)
    known = {(rule.source, rule.rule): rule for rule in history}
    found = {}
    for rule in record.rules:
        key = rule.source, rule.rule
        # By run: a rule that is written twice is measured twice.
        runs = {run.run_id: run for run in known[key].runs} if key in known else {}
        runs.pop(record.run_id, None)
        earlier = (run for run in reversed(runs.values()) if not _later(run, now))
        this = Measurement(record.run_id, record.started, rule.passed, rule.metric, rule.failed_rows)
        found[key] = [this, *islice(earlier, _RUNS - 1)][::-1]
    return found


def _later(run: Measurement, now: datetime | None) -> bool:
    started = moment(run.started)
    return started is not None and now is not None and started > now


def failed_rules(rules: Sequence[RuleRecord], course_of: Courses) -> Markup:
    """A card for every rule that fails, those that stop a run first."""
    failed = sorted((rule for rule in rules if not rule.passed), key=_severity)
    return join([_card(rule, course_of[rule.source, rule.rule]) for rule in failed])


def _severity(rule: RuleRecord) -> tuple[int, int]:
    return _ACTIONS[_action(rule)][0], -(rule.failed_rows or 0)


def _action(rule: RuleRecord) -> str:
    """What happens: a rule that cannot say which rows fail stops a run as well."""
    return "stop" if rule.stops else rule.action


def _card(rule: RuleRecord, course: Sequence[Measurement]) -> Markup:
    _, kind, said, _ = _ACTIONS[_action(rule)]
    facts = [_fact("Measured", _measured(rule))]
    if rule.failed_rows is not None:
        facts.append(_fact("Failing rows", _failing(rule.failed_rows, rule.rows)))
    if rule.reason:
        facts.append(_fact("Reason", tag("span", rule.reason, class_="reason")))
    if rule.examples:
        lines = [tag("li", tag("code", example)) for example in rule.examples[:_EXAMPLES]]
        facts.append(_fact("Examples", tag("ul", *lines)))
    about = (_mark(said, kind), tag("bdi", rule.source))
    left = (tag("p", *about, class_="kind"), _folded(rule.rule, "h3"), tag("dl", *facts, class_="facts"))
    return tag(
        "article",
        tag("div", *left),
        _figure(course),
        class_=f"card failed {'stops' if kind == 'bad' else ''}",
    )


def _fact(name: str, value: str) -> Markup:
    return join([tag("dt", name), tag("dd", value)])


def _measured(rule: RuleRecord) -> Markup:
    if not rule.metrics:
        return tag("span", number(rule.metric))
    lines = [
        tag("li", number(value), " ", tag("bdi", name, class_="names mono"))
        for name, value in rule.metrics.items()
    ]
    return tag("ul", *lines)


def _failing(failed: int, whole: int | None) -> Markup:
    if not whole:
        return join([number(failed)])
    return join([f"{failed:,} of {rows(whole)} ({share(failed, whole)})", bar([("failing", failed)], whole)])


def _mark(said: str, kind: str) -> Markup:
    """A verdict; its sign says the same as its words, and is not read out."""
    sign, _, words = said.partition(" ")
    return tag("span", tag("span", sign, aria_hidden="true"), f" {words}", class_=f"mark {kind}")


def _folded(written: str, name: str = "div") -> Markup:
    """The text of a rule in an element of that name; where it is long, its start, and all of it after."""
    if len(written) <= _LONG:
        return tag(name, tag("code", written))
    whole = (tag("summary", f"All {len(written):,} characters", class_="muted"), tag("code", written))
    return join([tag(name, tag("code", f"{written[: _LONG // 2]} …")), tag("details", *whole)])


def rules_of_source(rules: Sequence[RuleRecord], course_of: Courses) -> Markup:
    """The table of all rules of one source, in the order in which they are written."""
    columns = [("Rule", ""), ("Verdict", "held-or-not"), ("If it fails", "action"), ("Measured", "n")]
    columns.append(("Failing rows", "n"))
    if drawn := any(len(course_of[rule.source, rule.rule]) > 1 for rule in rules):
        columns.append(("Course", "w"))
    lines = []
    for rule in rules:
        remark = tag("div", rule.reason, class_="reason muted") if rule.passed and rule.reason else NOTHING
        lines.append(
            Line(
                [
                    join([_folded(rule.rule), remark]),
                    _mark("✓ holds", "good") if rule.passed else _mark("✕ fails", _ACTIONS[rule.action][1]),
                    join([_ACTIONS[rule.action][3]]),
                    join([number(rule.metric)]),
                    join([number(rule.failed_rows)]),
                    *(
                        [_course(course_of[rule.source, rule.rule], width=120, height=24, dotted=False)]
                        if drawn
                        else []
                    ),
                ],
                "holds" if rule.passed else "fails",
            )
        )
    return table(f"Rules of {rules[0].source}", columns, lines)


def _figure(course: Sequence[Measurement]) -> Markup:
    if len(course) < 2:
        return tag("figure", tag("figcaption", "No earlier run has judged this rule."))
    first, last = (moment(run.started) for run in (course[0], course[-1]))
    span = ""
    if first and last:
        day = "%Y-%m-%d" if first.date() != last.date() else "%Y-%m-%d %H:%M"
        span = f"{first:{day}} to {last:{day}} UTC"
    held = sum(run.passed for run in course)
    known = [number(value) for value in (min(_known(course)), max(_known(course)))] if _known(course) else []
    measured = f"Measured {' to '.join(dict.fromkeys(known))}" if known else ""
    return tag(
        "figure",
        tag("figcaption", f"Held in {held} of {counted(len(course), 'run')}"),
        _course(course, width=272, height=64, dotted=True),
        tag("p", measured),
        tag("p", span),
    )


def _known(course: Sequence[Measurement]) -> list[float]:
    return [run.metric for run in course if run.metric is not None and math.isfinite(run.metric)]


def _course(course: Sequence[Measurement], *, width: int, height: int, dotted: bool) -> Markup:
    """What was measured as a line; a dot for a run in which the rule held, a cross where it failed.

    A run without a metric breaks the line, and stands where the one before it stands. Without `dotted`, there
    is room for the line, and it alone says that the rule held.
    """
    if len(course) < 2:
        return NOTHING
    known = _known(course)
    low, high = (min(known), max(known)) if known else (0.0, 0.0)
    # Halves: between the largest floats there is more than a float can hold.
    span = high / 2 - low / 2
    edge, cross = (4, "m-3 -3l6 6m-6 0l6 -6") if dotted else (3, "m-2 -2l4 4m-4 0l4 -4")
    step = (width - 2 * edge) / (len(course) - 1)
    scale = (height - 2 * edge) / span if span > 1e-300 else 0.0
    line, held, fell, move, up = [], [], [], "M", 0.0
    for place, run in enumerate(course):
        there = run.metric is not None and math.isfinite(run.metric)
        if run.metric is not None and there:
            up = (run.metric / 2 - low / 2) * scale
        at = f"{edge + place * step:.1f} {height - edge - up if scale else height / 2:.1f}"
        if there:
            line.append(move + at)
        move = "L" if there else "M"
        if not run.passed:
            fell.append(f"M{at}{cross}")
        elif dotted or not there:
            held.append(f"M{at}h.01")
    paths = [("line", line), ("held", held), ("fell", fell)]
    drawn = [tag("path", class_=kind, d="".join(moves)) for kind, moves in paths if moves]
    return tag(
        "svg",
        *drawn,
        class_="course",
        viewBox=f"0 0 {width} {height}",
        width=str(width),
        height=str(height),
        role="img",
        aria_label=_told(course, known),
    )


def _told(course: Sequence[Measurement], known: Sequence[float]) -> str:
    """The course in words."""
    held = sum(run.passed for run in course)
    runs = counted(len(course), "run")
    told = f"Course over {runs}, the newest last: held in {held}, failed in {len(course) - held}"
    if known:
        told += f"; measured from {number(min(known))} to {number(max(known))}"
        told += f", the newest {number(course[-1].metric)}"
    if not course[-2].passed and not course[-1].passed:
        since = next((n for n, run in enumerate(reversed(course)) if run.passed), len(course))
        told += f"; it has failed in the last {since} runs"
    return f"{told}."
