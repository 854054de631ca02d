"""The count of records, held against Python's csv module; and what is odd about the bytes."""

from __future__ import annotations

import csv
import io
import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavehouse.staging.inspection import Inspection, inspect


def _looked_at(content: bytes, *cuts: int, delimiter: str = ",", quote: str = '"') -> Inspection:
    """The inspection of content that comes in pieces cut at these places."""
    edges = [0, *sorted(cuts), len(content)]
    pieces = [content[start:end] for start, end in pairwise(edges)]
    return inspect([piece for piece in pieces if piece], delimiter, quote)


def _records(text: str) -> int:
    """By Python: records without the header (the first that is not blank) and blank lines."""
    return max(0, sum(1 for record in csv.reader(io.StringIO(text, newline="")) if record) - 1)


@pytest.mark.parametrize(
    ("content", "records"),
    [
        (b"", 0),
        (b"a,b", 0),
        (b"a,b\n", 0),
        (b"a,b\n1,2", 1),
        (b"a,b\n1,2\n", 1),
        (b"a,b\r\n1,2\r\n3,4", 2),
        (b"a,b\n\n\n1,2\n\n", 1),
        (b"\n\na,b\n1,2\n", 1),
        (b"a,b\r\n\r\n1,2\r\n\r\n\r\n3,4\r\n", 2),
        (b'a,b\n1,"two\nlines"\n', 1),
        (b'a,b\n1,"\n\n\n"\n', 1),
        (b'a,b\n1,"\r\n\r\n"\r\n', 1),
        (b'a,b\n"say ""hi""\n",2\n', 1),
        (b'a,b\n"",""\n""\n', 2),
        (b"a,b\n \n1,2\n", 2),
        (b"a\n1\n\n2\n", 2),
        (b"a\n" * 10_000, 9_999),
    ],
)
def test_records(content: bytes, records: int) -> None:
    assert _looked_at(content).records == records
    assert _records(content.decode()) == records


# (No carriage return alone: not every version of Python's writer quotes it.)
_VALUE = st.lists(st.sampled_from([*'ab ,é🎵"\n', "\r\n"]), max_size=6).map("".join)
_ROWS = st.lists(st.lists(_VALUE, min_size=1, max_size=3) | st.just([]), min_size=1, max_size=6)


@st.composite
def _csv_texts(draw: st.DrawFn) -> str:
    """What a writer of CSV may write, blank lines and a missing last end included."""
    end = draw(st.sampled_from(["\n", "\r\n"]))
    written = io.StringIO(newline="")
    dialect = draw(st.sampled_from([csv.excel, csv.unix_dialect]))  # as few quotes as can be, or all
    csv.writer(written, dialect, lineterminator=end).writerows(draw(_ROWS))
    text = written.getvalue()
    return text.removesuffix(end) if draw(st.booleans()) else text


@given(_csv_texts(), st.lists(st.integers(0, 60), max_size=6))
def test_records_are_those_of_python(text: str, cuts: list[int]) -> None:
    """However the bytes come in."""
    content = text.encode()
    found = _looked_at(content, *(cut for cut in cuts if cut < len(content)))
    assert found.records == _records(text)
    assert not found.mixed_line_ends
    assert found.ascii is text.isascii()


@given(_csv_texts())
def test_every_byte_a_piece(text: str) -> None:
    content = text.encode()
    assert _looked_at(content, *range(1, len(content))) == _looked_at(content)


@given(st.binary(max_size=60), st.lists(st.integers(0, 60), max_size=6))
def test_pieces_do_not_matter_whatever_the_bytes(content: bytes, cuts: list[int]) -> None:
    assert _looked_at(content, *(cut for cut in cuts if cut < len(content))) == _looked_at(content)


def test_other_signs() -> None:
    content = b"a|b\n'1\n\n'|\"\n'it''s\n'|2\n"
    assert _looked_at(content, delimiter="|", quote="'").records == 2


@pytest.mark.parametrize(
    ("content", "mixed"),
    [
        (b"a,b\n1,2\n", False),
        (b"a,b\r\n1,2\r\n", False),
        (b"a,b\r1,2\r", False),
        (b"a,b\r\n1,2", False),
        (b'a,b\r\n1,"\n"\r\n', False),
        (b'a,b\n1,"\r\n"\n', False),
        (b'a,b\n1,"\r"\n', False),
        (b"a,b\r\n1,2\n", True),
        (b"a,b\n1,2\r\n", True),
        (b"a,b\n1,2\r3,4\n", True),
        (b"a,b\r\n1,2\r3,4\r\n", True),
        (b"a,b\r\n\n1,2\r\n", True),
        (b"a,b\r\r\n1,2\r\n", True),
    ],
)
def test_mixed_line_ends(content: bytes, mixed: bool) -> None:
    assert _looked_at(content).mixed_line_ends is mixed
    assert _looked_at(content, *range(1, len(content))).mixed_line_ends is mixed


@given(st.lists(st.sampled_from(["\n", "\r\n", "\r"]), min_size=1, max_size=6))
def test_line_ends_are_told_apart(ends: list[str]) -> None:
    content = "".join(f'a,"x\n"{end}' for end in ends).encode()
    assert _looked_at(content).mixed_line_ends is (len(set(ends)) > 1)


@pytest.mark.parametrize(
    ("content", "plain"), [(b"plain\0\r\n", True), ("é".encode(), False), (b"\xff", False), (b"a\x80", False)]
)
def test_bytes_beyond_ascii(content: bytes, plain: bool) -> None:
    """A file without any needs no look at every column for bytes that are not UTF-8."""
    assert _looked_at(content).ascii is plain
    assert _looked_at(content, *range(1, len(content))).ascii is plain


def test_nul_bytes_are_counted() -> None:
    assert _looked_at(b'a\0,b\n"\0",\0\n', 1, 2, 5).nul_bytes == 3


def test_a_large_file_in_pieces_of_any_size() -> None:
    chance = random.Random(3)  # noqa: S311
    values = ["plain", 'two\r\nlines, with "quotes"', "", "é🎵\n\n", "\n"]
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerows([chance.choice(values) for _ in range(4)] for _ in range(5_000))
    content = written.getvalue().encode()
    cuts = sorted(chance.sample(range(1, len(content)), 200))
    found = _looked_at(content, *cuts)
    assert (found.records, found.mixed_line_ends) == (4_999, False)
