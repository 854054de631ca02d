"""Whatever happens to a CSV file on its way: no error but a rejection, nothing lost, nothing made up.

Random files, spoilt at random, are read by us and by Python's csv module.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from wavehouse.core.errors import RejectedError
from wavehouse.staging.row_reject import RowReject

if TYPE_CHECKING:
    from tests.staging.conftest import Lab

_COLUMNS = ["id", "name", "artist_popularity", "followers"]
_BY_VALUE = re.compile(r"blank key|NUL byte|not an? ")

_NAMES = st.text(st.sampled_from('ab ,"\n\té🎵'), max_size=5) | st.sampled_from(["a\r\nb", "x\ry", '5"'])
_NUMBERS = st.sampled_from(["1", "5", "5.0", "+7", " 8 ", "", "100", "x", "5.5", "99999999999", "0x1A"])
_ROWS = st.lists(st.tuples(st.just("k"), _NAMES, _NUMBERS, _NUMBERS), min_size=1, max_size=7)
_SPLINTERS = st.sampled_from([b'"', b"\n", b"\r\n", b"\r", b",", b"\0", b"\xff", b"\n\n", b"  \n", b'""'])
_SPOILERS = st.lists(
    st.tuples(st.sampled_from(["put", "cut", "flip", "end", "repeat"]), st.integers(0, 300), _SPLINTERS),
    max_size=3,
)


@st.composite
def _files(draw: st.DrawFn) -> bytes:
    """A CSV file, spoilt in up to three places behind its header."""
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator=end)
    writer.writerow(_COLUMNS)
    for at, (_, *values) in enumerate(draw(_ROWS)):
        writer.writerow([f"k{at}", *values])
        written.write(end * draw(st.sampled_from([0, 0, 0, 1])))
    text = written.getvalue()
    content = bytearray(draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + text.encode())
    start = content.index(b"followers") + len(b"followers" + end.encode())
    # (So many rows that a NUL does not make it a binary file.)
    content[start:start] = b"".join(b"f%d,filling,1,1%s" % (at, end.encode()) for at in range(10))
    for how, place, splinter in draw(_SPOILERS):
        at = start + place % max(1, len(content) - start)
        if how == "put":
            content[at:at] = splinter
        elif how == "cut":
            del content[at : at + len(splinter) * 4]
        elif how == "flip" and at < len(content):
            content[at] ^= 1 << place % 8
        elif how == "end":
            del content[at:]
        elif how == "repeat":
            content[at:at] = content[at : at + 20]
    return bytes(content)


def _records(content: bytes) -> Iterator[list[str]]:
    """By Python: the records behind the header; a byte outside UTF-8 is a surrogate."""
    reader = csv.reader(io.StringIO(content.decode(errors="surrogateescape"), newline=""))
    next(reader)
    return (record for record in reader if record)


def _number(text: str, bits: int) -> int | None:
    """The whole number that a text stands for; raises ValueError where it stands for none."""
    if not text:
        return None
    if not re.fullmatch(r" *[+-]?[0-9]+(\.0*)? *", text):
        raise ValueError(text)
    number = int(text.partition(".")[0])
    if not -(1 << bits) <= number < 1 << bits:
        raise ValueError(text)
    return number


def _row(record: list[str]) -> tuple[Any, ...] | None:
    """The row that a record stands for by the contract, None where it does not fit."""
    text = "".join(record)
    # (Empty fields behind the last column are ignored.)
    if len(record) < 4 or any(record[4:]) or "\0" in text or re.search("[\udc80-\udcff]", text):
        return None
    id_, name, popularity, followers, *_ = record
    if not id_.strip(" "):
        return None
    try:
        return id_, name or None, _number(popularity, 31), _number(followers, 63)
    except ValueError:
        return None


def _stands(reject: RowReject, content: bytes) -> bool:
    """Whether a row kept aside stands in the file where it is said to stand."""
    raw = reject.raw.encode(errors="surrogateescape")
    before = content[: reject.byte_offset]
    line = len(re.findall(rb"\r\n|\n|\r", before)) + 1
    return content[reject.byte_offset :].startswith(raw) and reject.line == line


@given(content=_files())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_nothing_is_lost_and_nothing_made_up(lab: Lab, content: bytes) -> None:
    try:
        reading = lab.read(content, "artists.csv")
    except RejectedError:
        event("rejected")
        return
    records = list(_records(content))
    typed, aside = reading.typed, reading.aside
    assert typed.rows_in == typed.rows_out + len(aside) == len(records)
    assert typed.rows_out == len(reading.rows)
    # Kept aside in the order of the file, each row where it is said to stand.
    assert [reject.line for reject in aside] == sorted({reject.line for reject in aside})
    assert all(_stands(reject, content) for reject in aside)

    good = [row for row in map(_row, records) if row is not None]
    written = [tuple(row[name] for name in _COLUMNS) for row in reading.rows]
    if all(_BY_VALUE.match(reject.faults[0].rule) for reject in aside):
        event("no row refused by the reader" if aside else "all rows good")
        assert written == good
    else:
        # The strict reader refuses more; what it reads is the same, in the same order.
        event("rows refused by the reader")
        remaining = iter(good)
        assert all(row in remaining for row in written)


@given(name=st.sampled_from(["artists.csv.gz", "artists.csv.zst"]), content=_files())
@settings(
    max_examples=settings().max_examples // 3,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_compression_changes_nothing(lab: Lab, name: str, content: bytes) -> None:
    def outcome(name: str) -> Any:
        try:
            reading = lab.read(content, name)
        except RejectedError as error:
            return error.what
        return reading.rows, [
            (
                reject.line,
                reject.byte_offset,
                reject.faults[0].column,
                reject.faults[0].value,
                reject.faults[0].rule,
                reject.raw,
            )
            for reject in reading.aside
        ]

    assert outcome(name) == outcome("artists.csv")
