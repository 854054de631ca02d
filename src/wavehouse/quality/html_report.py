"""A report of data quality: one HTML file that needs nothing else, for a screen, a phone and paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from wavehouse.core.errors import CallError
from wavehouse.core.markup import NOTHING, Markup, join, tag
from wavehouse.core.run_record import FileCounts, RuleRecord, RunRecord, SourceCounts
from wavehouse.quality.html_report_page import (
    Line,
    bar,
    counted,
    duration,
    page,
    rows,
    share,
    table,
    time,
)
from wavehouse.quality.html_report_rules import Courses, courses, failed_rules, rules_of_source
from wavehouse.quality.measured import MeasuredRule

_Counts = FileCounts | SourceCounts
_Section = tuple[str, str, str, Markup]  # id, title, how much, contents


_TITLE = "Data quality"  # with what the title of every report begins


def check_target(path: Path) -> None:
    """Raise `CallError` where a report must not be written: over anything but an earlier report."""
    if path.is_dir():
        raise CallError("this is a directory", where=str(path), remedy="Name a file for the report")
    if not path.parent.is_dir():
        raise CallError("there is no such directory", where=str(path.parent), remedy="Make it first")
    if path.exists() and f"<title>{_TITLE}".encode() not in path.read_bytes()[:4096]:
        raise CallError(
            "this file exists and is no report", where=str(path), remedy="Name another, or remove it"
        )


def render(record: RunRecord, history: Sequence[MeasuredRule]) -> str:
    """The report on a run as an HTML document.

    It loads nothing and runs no script; every text of the record is escaped. `history` is what earlier runs
    measured: later runs in it are left out, and this one is added where it is missing.
    """
    held = _held(record)
    sections = list(_sections(record, history))
    places = [
        tag("li", tag("a", f"{title} ({much})" if much else title, href=f"#{name}"))
        for name, title, much, _ in sections
    ]
    body = [
        tag(
            "header",
            tag("h1", "Data quality report"),
            _verdict(record, held),
            tag("p", "Run ", tag("code", record.run_id), class_="about"),
            _alert(record),
            tag("nav", tag("ul", *places), aria_label="On this page") if places else NOTHING,
        )
    ]
    for name, title, much, contents in sections:
        head = tag("h2", title, tag("span", much) if much else NOTHING, id=f"{name}-title")
        body.append(tag("section", head, contents, id=name, aria_labelledby=f"{name}-title"))
    body.append(
        tag("footer", "Written by Wavehouse. This file loads nothing from elsewhere and runs no script.")
    )
    return page(f"{_TITLE}: {held} (run {record.run_id})", tag("main", *body))


def _sections(record: RunRecord, history: Sequence[MeasuredRule]) -> Iterator[_Section]:
    by_source: dict[str, list[RuleRecord]] = {source: [] for source in record.sources}
    for rule in record.rules:
        by_source.setdefault(rule.source, []).append(rule)
    if by_source:
        tiles = [_tile(record, place, *one) for place, one in enumerate(by_source.items())]
        yield "sources", "By source", "", tag("div", *tiles, class_="tiles")
    course_of = courses(record, history)
    failed = sum(not rule.passed for rule in record.rules)
    if failed:
        yield "failed", "Failed rules", f"{failed:,}", failed_rules(record.rules, course_of)
    if record.rules:
        sheets = [_only()] if 0 < failed < len(record.rules) else []
        for place, (source, rules) in enumerate(by_source.items()):
            if rules:
                sheets.append(_sheet(place, source, rules, course_of))
        yield "rules", "All rules", f"{len(record.rules):,}", join(sheets)
    if record.files or record.sources:
        yield "rows", "What became of the rows", "", _accounting(record)
    if record.rejected:
        lines = [
            Line([tag("code", file.file), tag("span", file.reason, class_="reason")], "")
            for file in record.rejected
        ]
        files = table("Files that were not loaded", [("File", ""), ("Reason", "reasons")], lines)
        yield "rejected", "Rejected files", f"{len(lines):,}", tag("div", files, class_="card sheet")
    if record.notes:
        notes = [tag("li", note, class_="said") for note in record.notes]
        yield "notes", "Notes", "", tag("ul", *notes, class_="card texts")


def _held(record: RunRecord) -> str:
    if not record.rules:
        return "no rule was judged"
    held = sum(rule.passed for rule in record.rules)
    if held == len(record.rules):
        return f"all {held:,} rules hold" if held > 1 else "the one rule holds"
    return f"{held:,} of {counted(len(record.rules), 'rule')} hold{'s' if len(record.rules) == 1 else ''}"


def _verdict(record: RunRecord, held: str) -> Markup:
    failed = [rule for rule in record.rules if not rule.passed]
    kind = "bad" if record.status != "done" or any(rule.stops for rule in failed) else "warn"
    if not failed and record.status == "done":
        kind = "good" if record.rules else "muted"
    sign = {"good": "✓ ", "warn": "▲ ", "bad": "✕ ", "muted": ""}[kind]
    # Files that are only there to be compared with are nobody's rows.
    loaded = {file.source for file in record.files}
    every = [counts for source, counts in record.sources.items() if source in loaded or not loaded]
    parts: list[str] = [
        tag("span", tag("span", sign, aria_hidden="true"), tag("b", held[0].upper() + held[1:]), class_=kind)
    ]
    if every:
        read, out, aside, old = (sum(column) for column in zip(*map(_numbers, every), strict=True))
        took = "loaded" if record.changed else "fit to load"
        parts.append(
            f": of {rows(read)} read, {out:,} {_were(out)} {took}, "
            f"{_or_none(aside)} kept aside and {_or_none(old)} superseded"
        )
    parts += [", on ", time(record.started), f", in {duration(record.seconds)}."]
    return tag("p", *parts, class_="verdict")


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


def _or_none(count: int) -> str:
    return f"{count:,}" if count else "none"


def _alert(record: RunRecord) -> Markup:
    if record.status == "done":
        return NOTHING
    said = {"failed": "The run failed.", "interrupted": "The run was interrupted."}[record.status]
    error = tag("p", record.error, class_="reason") if record.error else NOTHING
    return tag("div", tag("b", said, class_="bad"), error, class_="card alert")


def _sheet(place: int, source: str, rules: Sequence[RuleRecord], course_of: Courses) -> Markup:
    """The rules of one source, under their own heading."""
    held = sum(rule.passed for rule in rules)
    title = tag("h3", tag("bdi", source), tag("span", f"{held:,} of {len(rules):,} hold"))
    kind = "holds" if held == len(rules) else "fails"
    contents = rules_of_source(rules, course_of)
    return tag("div", title, contents, id=f"rules-{place}", class_=f"card sheet rules {kind}")


def _tile(record: RunRecord, place: int, source: str, rules: Sequence[RuleRecord]) -> Markup:
    held = sum(rule.passed for rule in rules)
    figures, line = [], NOTHING
    figures.append(_figure("rules hold", held, len(rules)) if rules else _no_figure("rules", "no rules"))
    if counts := record.sources.get(source):
        took = "rows loaded" if record.changed else "rows fit"
        figures.append(
            _figure(took, counts.rows_out, counts.rows_in)
            if counts.rows_in
            else _no_figure("rows", "no rows")
        )
        line = _stacked(counts)
    name = tag("bdi", source)
    title = tag("h3", tag("a", name, href=f"#rules-{place}") if rules else name)
    return tag("div", title, tag("dl", *figures), line, class_="card tile")


def _figure(name: str, part: int, whole: int) -> Markup:
    return tag(
        "div",
        tag("dt", name),
        tag("dd", share(part, whole), class_="figure"),
        tag("dd", f"{part:,} of {whole:,}"),
    )


def _no_figure(name: str, said: str) -> Markup:
    return tag("div", tag("dt", name, class_="unseen"), tag("dd", said, class_="figure none"))


def _only() -> Markup:
    """A filter without a script: the style sheet looks at the box."""
    return tag("label", tag("input", type="checkbox", id="only"), "Failed rules only", class_="only")


def _numbers(counts: _Counts) -> tuple[int, int, int, int]:
    return counts.rows_in, counts.rows_out, counts.rows_quarantined, counts.rows_superseded


def _stacked(counts: _Counts) -> Markup:
    read, out, aside, old = _numbers(counts)
    parts = [("loaded", out), ("aside", aside), ("superseded", old), ("missing", read - out - aside - old)]
    return bar(parts, max(read, out + aside + old))


def _accounting(record: RunRecord) -> Markup:
    """Every file (or every source, where the record knows no files), and the sum."""
    took = "Loaded" if record.changed else "Fit to load"
    named: list[tuple[Markup, _Counts]] = [
        (join([tag("bdi", file.source, class_="muted"), " ", tag("code", file.file)]), file)
        for file in record.files
    ]
    named = named or [(tag("bdi", source), counts) for source, counts in record.sources.items()]
    total = SourceCounts(
        len(named), *(sum(all_of) for all_of in zip(*(_numbers(c) for _, c in named), strict=True))
    )
    kinds = [
        ("loaded", took),
        ("aside", "Kept aside"),
        ("superseded", "Superseded by a newer row of the same key"),
    ]
    marks = [
        tag("li", tag("svg", tag("rect", class_=kind, width="12", height="12"), aria_hidden="true"), name)
        for kind, name in kinds
    ]
    columns = [
        ("File" if record.files else "Source", ""),
        ("Rows read", "n"),
        (took, "n"),
        ("Kept aside", "n"),
    ]
    columns += [("Superseded", "n"), ("Share", "wide")]
    lines = [_account(name, counts, "") for name, counts in named]
    if len(lines) > 1:
        lines.append(_account(Markup("All"), total, "sum"))
    sheet = tag("div", table("Rows by file", columns, lines), class_="card sheet")
    return join([tag("ul", *marks, class_="legend"), sheet])


def _account(name: Markup, counts: _Counts, kind: str) -> Line:
    read, *parts = _numbers(counts)
    if lost := read - sum(parts):
        said = f"✕ Does not add up: {rows(abs(lost))} {'missing' if lost > 0 else 'too many'}"
        name = join([name, tag("div", said, class_="mark bad")])
    return Line([name, *(join([f"{count:,}"]) for count in (read, *parts)), _stacked(counts)], kind)
