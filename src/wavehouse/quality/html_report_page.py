"""The sheet of a report: a page that is safe, numbers as people read them, the look."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime

from wavehouse.core.markup import NOTHING, Markup, tag, text

# Nothing is fetched, run or sent, whatever a text in the report says.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def page(title: str, body: Markup) -> str:
    """A whole document that needs nothing but itself."""
    head = (
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", title),
        tag("style", Markup(_STYLE)),
    )
    return f"<!doctype html>\n{tag('html', tag('head', *head), tag('body', body), lang='en')}\n"


def number(value: float | None) -> str:
    """A count or a metric: whole numbers whole, others with six digits."""
    if value is None:
        return "–"
    if not math.isfinite(value):
        return str(value)
    if abs(value) < 1e15 and value == int(value):
        return f"{value:,.0f}"
    return f"{value:,.2f}" if 1e5 <= abs(value) < 1e15 else f"{value:.6g}"


def share(part: float, whole: float) -> str:
    """A share as percent: one digit, and more where all but a few would read as all, or a few as none."""
    if not whole:
        return "–"
    percent = 100 * part / whole
    for digits in (1, 2):
        shown = f"{percent:.{digits}f}"
        if percent in (0, 100) or float(shown) not in (0, 100):
            return f"{shown.removesuffix('.0')}%"
    return "<0.01%" if percent < 50 else ">99.99%"


def rows(count: int) -> str:
    """A number of rows."""
    return counted(count, "row")


def counted(count: int, noun: str) -> str:
    """A number of things, by a noun whose plural takes an s."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def moment(written: str) -> datetime | None:
    """An ISO time in UTC; None for a text that is none. A time without a zone is UTC."""
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def time(written: str) -> Markup:
    """A moment, to the second."""
    found = moment(written)
    if found is None:
        return text(written)
    return tag("time", f"{found:%Y-%m-%d %H:%M:%S} UTC", datetime=f"{found:%Y-%m-%dT%H:%M:%SZ}")


def duration(seconds: float) -> str:
    """A stretch of time in its two largest units."""
    if seconds < 59.95:
        return f"{seconds:.2g} s" if seconds < 1 else f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def bar(parts: Sequence[tuple[str, int]], whole: int) -> Markup:
    """A stacked bar of (class, count); numbers that say the same must stand beside it."""
    if whole <= 0:
        return NOTHING
    # A part that is there can be seen; the largest one makes room for it.
    widths = [max(1.2, 100 * count / whole) if count > 0 else 0.0 for _, count in parts]
    largest = widths.index(max(widths))
    widths[largest] -= max(0.0, sum(widths) - 100)
    pieces, left = [tag("rect", class_="rest", width="100", height="8")], 0.0
    for (kind, _), width in zip(parts, widths, strict=True):
        if width:
            pieces.append(tag("rect", class_=kind, x=f"{left:.2f}", width=f"{width:.2f}", height="8"))
        left += width
    return tag(
        "svg", *pieces, class_="bar", viewBox="0 0 100 8", preserveAspectRatio="none", aria_hidden="true"
    )


def table(caption: str, columns: Sequence[tuple[str, str]], lines: Sequence[Sequence[Markup]]) -> Markup:
    """A table of (heading, class) columns; the first cell of a line is its name.

    A narrow screen shows every line as a block, numbers (class `n`) with their heading; the roles keep it a
    table for a screen reader all the same.
    """
    heads = [tag("th", name, scope="col", role="columnheader", class_=kind or None) for name, kind in columns]
    written = []
    for line in lines:
        first, *others = line
        cells = [tag("th", first, scope="row", role="rowheader", class_=columns[0][1] or None)]
        for (name, kind), value in zip(columns[1:], others, strict=True):
            cells.append(tag("td", value, role="cell", class_=kind or None, data_label=name))
        written.append(tag("tr", *cells, role="row", class_=getattr(line, "kind", None)))
    return tag(
        "table",
        tag("caption", caption, class_="unseen"),
        tag("thead", tag("tr", *heads, role="row"), role="rowgroup"),
        tag("tbody", *written, role="rowgroup"),
        role="table",
    )


class Line(list[Markup]):
    """The cells of a line of a table, and a class for it."""

    def __init__(self, cells: Sequence[Markup], kind: str) -> None:
        super().__init__(cells)
        self.kind = kind


_STYLE = """
:root{--ground:#F5F6F8;--surface:#FFFFFF;--border:#E2E5EA;--text:#161C26;--muted:#5D6675;--accent:#3B5BDB;
--good:#1A7344;--warn:#8A5700;--bad:#B42318;--amber:#BF7A00;--grey:#848D9C;--rest:#EBEDF1;--code:#F5F6F8;
color-scheme:light dark}
@media screen and (prefers-color-scheme:dark){:root{--ground:#0E1217;--surface:#161B22;--border:#272E38;
--text:#E6EAF0;--muted:#94A0B2;--accent:#7C93FF;--good:#5CC98A;--warn:#E5B454;--bad:#FF8F85;--amber:#DFA22E;
--grey:#6B7789;--rest:#272E38;--code:#0E1217}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-behavior:smooth;scroll-padding-top:12px}
body{margin:0;background:var(--ground);color:var(--text);font:14px/1.5 system-ui,-apple-system,"Segoe UI",
Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
main{max-width:1120px;margin:0 auto;padding:28px 20px 56px}
h1,h2,h3,p,ul,dl,dd,figure{margin:0;padding:0}
h1{font-size:13px;font-weight:600;color:var(--muted)}
h2{font-size:17px;font-weight:650;margin:36px 0 12px;letter-spacing:-.005em}
h2 span,h3 span{font-weight:400;color:var(--muted);font-size:13px;margin-left:8px;letter-spacing:0}
h3{font-size:14px;font-weight:600}
a{color:var(--accent);text-underline-offset:2px}
a:focus-visible,input:focus-visible,summary:focus-visible{outline:2px solid var(--accent);outline-offset:2px;
border-radius:3px}
code,.mono{font-family:ui-monospace,SFMono-Regular,"SF Mono",Menlo,Consolas,"Liberation Mono",monospace;
font-size:.92em}
code,bdi,.reason,.said{overflow-wrap:anywhere;white-space:pre-wrap;unicode-bidi:isolate}
.verdict{font-size:21px;line-height:1.4;max-width:46em;margin:4px 0 8px;text-wrap:pretty;
letter-spacing:-.01em}
.verdict b{font-weight:650}
.about,.muted{color:var(--muted)}.about{font-size:13px}
nav ul{display:flex;flex-wrap:wrap;gap:4px 18px;list-style:none;font-size:13px;margin-top:14px}
.good{color:var(--good)}.warn{color:var(--warn)}.bad{color:var(--bad)}
.mark{font-weight:600;white-space:nowrap}
.card{background:var(--surface);border:1px solid var(--border);border-radius:8px}
.alert{border-left:4px solid var(--bad);padding:12px 16px;margin-top:16px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(200px,1fr));gap:12px}
.tile{padding:14px;display:flex;flex-direction:column}.tile .bar{margin-top:auto}
.tile dl{display:grid;grid-template-columns:4fr 6fr;gap:12px;margin:8px 0 12px}
.tile dl div{display:flex;flex-direction:column}
.tile dt{font-size:12px;color:var(--muted);order:1}
.tile dd{font-size:12px;color:var(--muted);order:2}
.tile dd.figure{font-size:20px;line-height:1.25;font-weight:650;color:var(--text);order:0;
letter-spacing:-.01em}
.tile dd.none{font-size:13px;font-weight:400;line-height:25px;color:var(--muted);letter-spacing:0}
.bar{display:block;width:100%;height:8px;border-radius:2px}
.rest{fill:var(--rest)}.loaded{fill:var(--accent)}.aside{fill:var(--amber)}.failing{fill:var(--bad)}
.superseded{fill:var(--grey)}.missing{fill:var(--bad)}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;list-style:none;font-size:12px;color:var(--muted);
margin:0 0 10px}
.legend svg{width:12px;height:12px;vertical-align:-2px;margin-right:6px;border-radius:2px}
.failed{display:grid;grid-template-columns:minmax(0,1fr) 272px;column-gap:28px;padding:16px 18px;
margin-bottom:12px;border-left:4px solid var(--warn)}
.failed.stops{border-left-color:var(--bad)}
.failed h3{font-weight:400;font-size:14px;line-height:1.5}
.failed h3 code{font-size:13.5px;font-weight:600}
.kind .mark{white-space:normal}
.kind{display:flex;flex-wrap:wrap;gap:2px 14px;font-size:13px;margin-bottom:6px}
.facts{display:grid;grid-template-columns:88px minmax(0,1fr);gap:5px 16px;margin-top:12px;font-size:13px}
.facts dt{color:var(--muted)}
.facts .bar{max-width:280px;margin:4px 0 3px}
.facts ul{list-style:none}
.facts .names{color:var(--muted);font-size:12px}
figure{font-size:12px;color:var(--muted)}
.course{display:block;overflow:visible}
figure .course{width:100%;height:auto;margin:6px 0}
td .course{width:120px;height:24px}
.course path{fill:none;stroke-linejoin:round}
.course .line{stroke:var(--accent);stroke-width:1.5;opacity:.7}
.course .held{stroke:var(--good);stroke-width:5;stroke-linecap:round}
.course .fell{stroke:var(--bad);stroke-width:2;stroke-linecap:round}
td .course .held{stroke-width:3}td .course .fell{stroke-width:1.5}
.sheet{margin-bottom:12px;padding:12px 16px 6px}
.sheet h3{margin-bottom:4px}
table{border-collapse:collapse;width:100%;font-size:13px}
th,td{text-align:left;vertical-align:top;padding:6px 16px 6px 0;border-top:1px solid var(--border);
font-weight:400}
th:last-child,td:last-child{padding-right:0}
thead th{color:var(--muted);font-size:12px;border-top:0;white-space:nowrap}
@media print,(min-width:761px){.n{text-align:right;white-space:nowrap}.wide{width:26%}
.rules table{table-layout:fixed}.rules .held-or-not{width:84px}.rules .action{width:134px}
.rules .n{width:104px}.rules .w{width:136px}}
td .bar{margin-top:6px}
.sum>*{font-weight:600;border-top-color:var(--muted)}
summary{cursor:pointer}
.only{display:none;font-size:13px;margin:-4px 0 12px;align-items:center;gap:8px;cursor:pointer;
width:fit-content}
.only input{accent-color:var(--accent);width:16px;height:16px;margin:0}
@supports selector(:has(a)){.only{display:flex}}
main:has(#only:checked) :is(tr.holds,.sheet.holds){display:none}
.texts{list-style:none;padding:4px 16px}.texts li{padding:8px 0;border-top:1px solid var(--border)}
.texts li:first-child{border-top:0}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
footer{margin-top:36px;font-size:12px;color:var(--muted)}
@media screen and (max-width:760px){
main{padding:18px 12px 40px}.verdict{font-size:18px}.failed{grid-template-columns:minmax(0,1fr)}
.failed figure{margin-top:14px;max-width:420px}.facts{grid-template-columns:minmax(0,1fr);gap:0}
.facts dd{margin-bottom:6px}.tile{padding:10px 14px 12px}nav ul{gap:8px 16px}
table,tbody{display:block}thead{position:absolute;clip-path:inset(50%);height:1px;overflow:hidden}
tr{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:2px 16px;padding:10px 0;
border-top:1px solid var(--border)}tbody tr:first-child{border-top:0}.sum{border-top-color:var(--muted)}
th,td{display:block;border:0;padding:0}th,.w,.wide,.reasons{grid-column:1/-1}
.n::before{content:attr(data-label) " ";color:var(--muted);font-size:12px;font-weight:400}
td:empty{display:none}}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
@media print{:root{--ground:#FFFFFF;--code:#FFFFFF}main{max-width:none;padding:0}body{font-size:10pt}
.failed{grid-template-columns:minmax(0,1fr) 200px}
.tile dd.figure:not(.none){font-size:18px}table,.facts{font-size:11px}.rules th,.rules td{padding-right:8px}
.rules .held-or-not{width:64px}.rules .action{width:108px}.rules .n{width:80px}.rules .w{width:90px}
td .course{width:84px}
code{font-size:10px!important}
nav,.only{display:none!important}.card,tr{break-inside:avoid}.sheet{break-inside:auto}
h2,h3{break-after:avoid}thead{display:table-header-group}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
details::details-content{content-visibility:visible;height:auto}summary{list-style:none}a{color:inherit;text-decoration:none}}
"""
