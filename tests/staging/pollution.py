"""The kinds of two corpora of odd CSV files, made from a small valid file, with what must become of each.

Pollock (Vitagliano et al., "Pollock: A Data Loading Benchmark") spoils one file in about a hundred ways, some
of them at every row and cell; csv-spectrum is a dozen files that every reader of CSV should take. Here are
the kinds, not the files: each is a function that yields cases, the parameters swept over a table of six rows.

Covered of Pollock: file names, size, encodings, numbers of columns and rows, multirow and missing headers,
preambles, footnotes, several tables, record and field delimiters, quotes and escapes, of the file and of each
row; fields, delimiters and quotes too many or too few at each place, line ends inside rows, empty rows; names
of columns and formats of cells. Covered of csv-spectrum: all twelve.

What no reader can tell from data, so that it loads: a footnote with as many fields as the table ("FOOTNOTE"
in the key, nothing else), the rows of a second table with the same columns, a number cut off at the end of
the file, an extra delimiter behind the last value, the last quote of a value that lost its first, blanks in
quotes. Left out: Pollock's file of 1.5 GB (the time), its 17,000 columns and 70,000 rows (1,024 and 7,000
stand for them), and the files that it found on the web (not ours to copy; mixtures of the kinds here).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

Table = list[list[str]]

HEADER = ["id", "name", "artist_popularity", "artist_genres", "followers"]
ROWS = [
    ["p1", "Ann", "50", "['pop']", "1000"],
    ["p2", 'Beck, "b"', "7", "['folk', 'pop']", "20"],
    ["p3", "Cy", "0", "[]", "3"],
    ["p4", "Dé 🎵", "99", "['chanson']", "4000"],
    ["p5", "Eve\nEve", "5", "[]", "55"],
    ["p6", "Fay", "61", "['rock']", "6"],
]


@dataclass(frozen=True)
class Case:
    """A file, and what must become of it: the texts of the rows that load and of those kept aside, in order.

    `refused` is a part of the reason for a file that must be refused whole; `unclear`: a quote too many or
    too few leaves open what belongs together, so that refusing it whole is as right as keeping the row aside.
    """

    what: str
    content: bytes
    rows: Sequence[Sequence[str]] = ()
    aside: Sequence[str] = ()
    refused: str = ""
    unclear: bool = False
    name: str = "artists.csv"


@dataclass(frozen=True)
class Form:
    """How a table is written."""

    delimiter: str = ","
    quote: str = '"'
    close: str = '"'
    escape: str = '"'
    end: str = "\r\n"
    quote_all: bool = True

    def value(self, text: str) -> str:
        """One value."""
        if self.quote_all or any(sign in text for sign in (self.delimiter, self.quote, "\r", "\n") if sign):
            inner = text.replace(self.quote, self.escape + self.quote) if self.quote else text
            return self.quote + inner + self.close
        return text

    def row(self, values: Sequence[str]) -> str:
        """One row, without its line end."""
        return self.delimiter.join(map(self.value, values))

    def lines(self, table: Sequence[Sequence[str]]) -> list[str]:
        """Each row, without its line end."""
        return [self.row(values) for values in table]


QUOTED = Form()  # as Pollock's own source is written
BARE = Form(quote_all=False, end="\n")
_FORMS = {"quoted": QUOTED, "bare": BARE}
_WHOLE = [HEADER, *ROWS]


def _joined(lines: Sequence[str], end: str) -> bytes:
    return "".join(line + end for line in lines).encode()


def _file(table: Sequence[Sequence[str]], form: Form) -> bytes:
    return _joined(form.lines(table), form.end)


def _but(*without: int) -> Table:
    """The rows without some (1-based, as lines of a table whose header is 0)."""
    return [row for at, row in enumerate(ROWS, start=1) if at not in without]


def file_names() -> Iterator[Case]:
    for name in (
        "source",
        "\u00a0",
        "\u00a0.csv",
        "$.csv",
        ".csv",
        "source.tsv",
        "source.pdf",
        "source.loremipsumdolor",
    ):
        yield Case(f"{name!r}", _file(_WHOLE, QUOTED), ROWS, name=name)


def sizes() -> Iterator[Case]:
    for what, content in {
        "nothing": b"",
        "a byte order mark": b"\xef\xbb\xbf",
        "a line end": b"\r\n",
        "blanks and line ends": b"  \n\n \n",
    }.items():
        yield Case(what, content, refused="empty")
    for ending in ("", "\n", "\r\n", "\n\n\n"):
        content = BARE.row(HEADER).encode() + ending.encode()
        yield Case(f"a header and {ending!r}", content, refused="no rows")
    whole = BARE.lines(_WHOLE)
    for at in range(1, len(whole)):
        start = _joined(whole[:at], "\n")
        yield Case(f"cut before row {at}", start, ROWS[: at - 1], refused="" if at > 1 else "no rows")
        yield Case(f"cut behind row {at}", start + whole[at].encode(), ROWS[:at])
        for commas in range(2):
            # (In no quotes: what is cut inside them is another case.)
            part = ",".join(whole[at].split(",")[: commas + 1])
            if '"' not in part:
                yield Case(
                    f"cut in row {at}, behind {commas} commas",
                    start + part.encode(),
                    ROWS[: at - 1],
                    [part],
                    refused="" if at > 1 else "none of its 1 rows",
                )
        last = QUOTED.row(ROWS[at - 1])
        for length in (1, 7, len(last) - 1):
            if last[:length].count('"') % 2:
                cut = _joined(QUOTED.lines(_WHOLE[:at]), "\r\n") + last[:length].encode()
                yield Case(f"cut in row {at} in quotes, behind {length}", cut, refused="never closed")


def encodings() -> Iterator[Case]:
    text = _file(_WHOLE, QUOTED).decode()
    plain = _file([row for row in _WHOLE if row[0] != "p4"], QUOTED).decode()
    yield Case("ASCII", plain.encode("ascii"), _but(4))
    yield Case("UTF-8", text.encode(), ROWS)
    yield Case("UTF-8 with a byte order mark", text.encode("utf-8-sig"), ROWS)
    latin = text.replace("🎵", "ÿ")
    bad = QUOTED.row(ROWS[3]).replace("🎵", "ÿ")
    for encoding in ("latin-1", "cp1252"):
        content = latin.encode(encoding)
        raw = bad.encode(encoding).decode(errors="surrogateescape")
        yield Case(encoding, content, _but(4), [raw])
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        yield Case(encoding, text.encode(encoding), refused="UTF-16")
    yield Case("utf-16-be with a byte order mark", b"\xfe\xff" + text.encode("utf-16-be"), refused="UTF-16")
    for encoding in ("utf-32", "utf-32-be"):
        yield Case(encoding, text.encode(encoding), refused="UTF-16")
    yield Case("EBCDIC", plain.encode("cp500"), refused="needs the columns")


def numbers_of_columns() -> Iterator[Case]:
    for form_name, form in _FORMS.items():
        for columns in range(1, 3):
            table = [row[:columns] for row in _WHOLE]
            yield Case(f"{columns}, {form_name}", _file(table, form), refused="needs the column")
        for columns in range(3, 5):
            table = [row[:columns] for row in _WHOLE]
            rows = [row[:columns] + [""] * (5 - columns) for row in ROWS]
            yield Case(f"{columns}, {form_name}", _file(table, form), rows)
        for columns in (6, 1024):
            more = [[f"col{at}" for at in range(5, columns)], *[["x"] * (columns - 5)] * len(ROWS)]
            table = [row + extra for row, extra in zip(_WHOLE, more, strict=True)]
            yield Case(f"{columns}, {form_name}", _file(table, form), ROWS)


def numbers_of_rows() -> Iterator[Case]:
    for form_name, form in _FORMS.items():
        for rows in range(1, len(ROWS) + 1):
            yield Case(f"{rows}, {form_name}", _file(_WHOLE[: rows + 1], form), ROWS[:rows])
        yield Case(f"no header, {form_name}", _file(ROWS, form), refused="needs the columns")
    many = [[f"m{at}", *ROWS[at % 6][1:]] for at in range(7_000)]
    yield Case("7,000", _file([HEADER, *many], QUOTED), many)


def multirow_headers() -> Iterator[Case]:
    for form_name, form in _FORMS.items():
        for extra in range(1, 4):
            table = [*[HEADER] * (extra + 1), *ROWS]
            yield Case(f"{extra} more, {form_name}", _file(table, form), ROWS, [form.row(HEADER)] * extra)


def _around(word: str, *, delimited: bool, empty: bool) -> Iterator[tuple[str, Form, list[str]]]:
    """Lines of a note, in both forms."""
    for form_name, form in _FORMS.items():
        for count in (1, 3):
            note = form.row([word, *[""] * 4]) if delimited else form.value(word)
            gap = [form.row([""] * 5) if delimited else ""] if empty else []
            signs = f"{'' if delimited else 'not '}delimited{', an empty row' if empty else ''}"
            yield f"{count} rows, {signs}, {form_name}", form, [note] * count + gap


def preambles() -> Iterator[Case]:
    for delimited in (True, False):
        for empty in (True, False):
            for what, form, note in _around("PREAMBLE", delimited=delimited, empty=empty):
                said = "has no name" if delimited else "needs the columns"
                yield Case(what, _joined([*note, *form.lines(_WHOLE)], form.end), refused=said)


def footnotes() -> Iterator[Case]:
    for delimited in (True, False):
        for empty in (True, False):
            for what, form, note in _around("FOOTNOTE", delimited=delimited, empty=empty):
                lines = [*form.lines(_WHOLE), *reversed(note)]
                rows, aside = ROWS, [line for line in reversed(note) if line]
                if delimited:
                    # (An artist called so, of whom nothing else is known, would look the same.)
                    told = [line for line in aside if "FOOTNOTE" in line]
                    rows = [*ROWS, *[["FOOTNOTE", "", "", "", ""]] * len(told)]
                    aside = [line for line in aside if "FOOTNOTE" not in line]
                yield Case(what, _joined(lines, form.end), rows, aside)


def several_tables() -> Iterator[Case]:
    for form_name, form in _FORMS.items():
        for gap in ([], [""], ["", ""]):
            for columns in range(1, 8):
                second = [
                    [*row, "x", "y"][:columns] for row in [HEADER, ["q1", *ROWS[0][1:]], ["q2", *ROWS[2][1:]]]
                ]
                lines = [*form.lines(_WHOLE), *gap, *form.lines(second)]
                more, aside = (
                    ([], form.lines(second)) if columns != 5 else (second[1:], form.lines(second[:1]))
                )
                what = f"{columns} columns, {len(gap)} empty lines, {form_name}"
                yield Case(what, _joined(lines, form.end), [*ROWS, *more], aside)


def record_delimiters() -> Iterator[Case]:
    for form_name, form in _FORMS.items():
        lines = form.lines(_WHOLE)
        for end in ("\n", "\r", "\r\n", "\n\n", "\r\n\r\n", "\r\r", "\n\r"):
            yield Case(f"{end!r}, {form_name}", _joined(lines, end), ROWS)
            yield Case(
                f"{end!r}, not at the end, {form_name}", _joined(lines, end).removesuffix(end.encode()), ROWS
            )
        for at in range(len(lines)):
            for end in ("\n", "\r", "\r\n"):
                content = b"".join(
                    _joined([line], end if n == at else form.end) for n, line in enumerate(lines)
                )
                yield Case(f"{end!r} behind row {at}, {form_name}", content, ROWS)
        for sign in ("\x0b", "\x0c", "\x1e", "\u2028", "\x85"):
            yield Case(
                f"{sign!r}, {form_name}",
                _joined(lines, sign),
                refused="not a CSV header" if form.quote_all else "no rows",
            )


def field_delimiters() -> Iterator[Case]:
    for sign in (";", "|", " ", "\t", "\t\t", ":", "\\t", "||", "~^~", "\x1f", ",,"):
        for form_name, form in _FORMS.items():
            other = Form(delimiter=sign, quote_all=form.quote_all, end=form.end)
            said = "not a CSV header" if form.quote_all else "needs the columns"
            said = "has no name" if sign == ",," else said
            yield Case(f"{sign!r}, {form_name}", _file(_WHOLE, other), refused=said)
            for at in range(len(_WHOLE)):
                lines = form.lines(_WHOLE)
                lines[at] = other.row(_WHOLE[at])
                content = _joined(lines, form.end)
                if at == 0:
                    yield Case(f"{sign!r} in the header, {form_name}", content, refused=said)
                else:
                    # Behind another sign a quote is a letter, and what it holds together falls apart.
                    aside = [lines[at]] if sign == ",," else lines[at].split("\n")
                    unclear = form.quote_all and at in (2, 5)
                    what = f"{sign!r} in row {at}, {form_name}"
                    yield Case(what, content, _but(at), aside, unclear=unclear)
    # A blank behind each comma: without quotes it belongs to the text, and numbers are read all the same.
    blank = Form(delimiter=", ", quote_all=False, end="\n")
    table = [row for row in _WHOLE if row[0] not in ("p2", "p5")]
    rows = [[row[0], f" {row[1]}", row[2], f" {row[3]}", row[4]] for row in table[1:]]
    yield Case("a comma and a blank, bare", _file(table, blank), rows)
    yield Case(
        "a comma and a blank, quoted", _file(table, Form(delimiter=", ")), refused="a blank stands before"
    )


def quotation_marks() -> Iterator[Case]:
    for sign in ("'", "`", "|", "''"):
        other = Form(quote=sign, close=sign, escape=sign)
        yield Case(f"{sign!r}", _file(_WHOLE, other), refused="needs the columns")
        for at in range(1, len(_WHOLE)):
            if at in (2, 5):
                continue  # (What is in these quotes would be several rows.)
            lines = QUOTED.lines(_WHOLE)
            lines[at] = other.row(_WHOLE[at])
            yield Case(f"{sign!r} in row {at}", _joined(lines, "\r\n"), _but(at), [lines[at]])
    # Pollock's quote of two signs: the blanks belong to the texts, the numbers are read.
    blanks = Form(quote='" ', close=' "')
    table = [row for row in _WHOLE if row[0] != "p2"]
    rows = [[f" {a} ", f" {b} ", c, f" {d} ", e] for a, b, c, d, e in table[1:]]
    yield Case("a quote and a blank", _file(table, blanks), rows)
    none = Form(quote="", close="", escape="", quote_all=False, end="\n")
    eve = none.row(ROWS[4]).split("\n")
    yield Case("none", _file(_WHOLE, none), [ROWS[at] for at in (0, 2, 3, 5)], [none.row(ROWS[1]), *eve])


def escapes() -> Iterator[Case]:
    """A backslash before the quote: to us the quote ends there, and one that opens takes in the next row."""
    slash = Form(escape="\\")
    yield Case("\\ in the file", _file(_WHOLE, slash), _but(2), [slash.row(ROWS[1])])
    for at in range(1, len(_WHOLE)):
        lines = QUOTED.lines(_WHOLE)
        lines[at] = slash.row([f'{value}"' for value in _WHOLE[at]])
        # (Behind a quote out of place, a line end ends the record.)
        *taken, last = lines[at].split("\n")
        taken.append("\r\n".join([last, *lines[at + 1 : at + 2]]))
        yield Case(f"\\ in row {at}", _joined(lines, "\r\n"), _but(at, at + 1), taken, unclear=True)


def numbers_of_fields() -> Iterator[Case]:
    for form_name, form in _FORMS.items():
        for at in range(len(_WHOLE)):
            for count in (0, 1, 2, 3, 4, 6, 7, 15):
                table = [list(row) for row in _WHOLE]
                table[at] = (table[at] + [table[at][-1]] * 10)[:count]
                content, what = _file(table, form), f"{count} in row {at}, {form_name}"
                if at and count:
                    yield Case(what, content, _but(at), [form.row(table[at])])
                elif at:
                    yield Case(what, content, _but(at))
                else:
                    said = "twice" if count > 5 else "none of its 6 rows" if count > 2 else "needs the column"
                    yield Case(what, content, refused=said)


def _fields(line: str, delimiter: str = ",") -> list[int]:
    """Where the delimiters of a line stand, outside quotes."""
    return [at for at, sign in enumerate(line) if sign == delimiter and line[:at].count('"') % 2 == 0]


def extra_delimiters() -> Iterator[Case]:
    for form_name, form in _FORMS.items():
        for at in range(1, len(_WHOLE)):
            lines = form.lines(_WHOLE)
            whole = lines[at]
            for column, place in enumerate([0, *_fields(whole)]):
                lines[at] = f"{whole[:place]},{whole[place:]}"
                content = _joined(lines, form.end)
                yield Case(f"before column {column} of row {at}, {form_name}", content, _but(at), [lines[at]])
            lines[at] = f"{whole},"
            yield Case(f"behind row {at}, {form_name}", _joined(lines, form.end), ROWS)


def missing_delimiters() -> Iterator[Case]:
    for form_name, form in _FORMS.items():
        for at in range(1, len(_WHOLE)):
            lines = form.lines(_WHOLE)
            whole = lines[at]
            for column, place in enumerate(_fields(whole)):
                lines[at] = whole[:place] + whole[place + 1 :]
                content = _joined(lines, form.end)
                # A quote that no longer stands at the start of a value is a letter.
                aside = lines[at].split("\n") if 'p5"' in lines[at] and form is BARE else [lines[at]]
                yield Case(f"behind column {column} of row {at}, {form_name}", content, _but(at), aside)


def record_delimiters_in_rows() -> Iterator[Case]:
    for at in range(1, len(_WHOLE)):
        lines = BARE.lines(_WHOLE)
        whole = lines[at]
        for end in ("\n", "\r\n", "\r"):
            for column, place in enumerate(_fields(whole)):
                lines[at] = whole[:place] + end + whole[place:]
                halves = [whole[:place], whole[place:]]
                what = f"{end!r} behind column {column} of row {at}"
                yield Case(what, _joined(lines, "\n"), _but(at), halves)


def empty_rows() -> Iterator[Case]:
    for form_name, form in _FORMS.items():
        for at in range(1, len(_WHOLE) + 1):
            for count in (1, 3):
                lines = form.lines(_WHOLE)
                lines[at:at] = [""] * count
                yield Case(f"{count} before row {at}, {form_name}", _joined(lines, form.end), ROWS)
            for row in (form.row([""] * 5), "   ", '""'):
                lines = form.lines(_WHOLE)
                lines[at:at] = [row]
                yield Case(f"{row!r} before row {at}, {form_name}", _joined(lines, form.end), ROWS, [row])


def extra_quotes() -> Iterator[Case]:
    """A quote more at the start of a value in quotes: it ends there, and what follows stands behind it."""
    for at in range(1, len(_WHOLE)):
        for column in range(5):
            lines = QUOTED.lines(_WHOLE)
            values = [QUOTED.value(value) for value in _WHOLE[at]]
            values[column] = f'"{values[column]}'
            lines[at] = ",".join(values)
            content = _joined(lines, "\r\n")
            aside = lines[at].split("\n") if column == 1 else [lines[at]]
            unclear = at == 2 and column == 1
            yield Case(f"column {column} of row {at}", content, _but(at), aside, unclear=unclear)


def missing_first_quotes() -> Iterator[Case]:
    """Without the first quote of a value, the last one is a letter of its text and its commas divide."""
    for at in range(1, len(_WHOLE)):
        for column in range(5):
            values = [QUOTED.value(value) for value in _WHOLE[at]]
            values[column] = values[column][1:]
            lines = QUOTED.lines(_WHOLE)
            lines[at] = ",".join(values)
            content, what = _joined(lines, "\r\n"), f"column {column} of row {at}"
            text = ROWS[at - 1][column]
            if column in (2, 4) or "," in text or "\n" in text:
                yield Case(what, content, _but(at), lines[at].split("\n") if "\n" in text else [lines[at]])
            else:
                rows = [list(row) for row in ROWS]
                rows[at - 1][column] += '"'
                yield Case(what, content, rows)


def missing_last_quotes() -> Iterator[Case]:
    """Without the last quote of a value, it goes on to the next quote: also into the next row."""
    for at in range(1, len(_WHOLE)):
        for column in range(5):
            values = [QUOTED.value(value) for value in _WHOLE[at]]
            values[column] = values[column][:-1]
            lines = QUOTED.lines(_WHOLE)
            lines[at] = ",".join(values)
            content, what = _joined(lines, "\r\n"), f"column {column} of row {at}"
            if column < 4:
                aside = lines[at].split("\n") if column == 0 else [lines[at]]
                yield Case(what, content, _but(at), aside, unclear=at == 2 and column == 0)
            elif at < len(ROWS):
                yield Case(what, content, ROWS[: at - 1] + ROWS[at + 1 :], ["\r\n".join(lines[at : at + 2])])
            else:
                yield Case(what, content, refused="never closed")


def names_of_columns() -> Iterator[Case]:
    for at, column in enumerate(HEADER):
        needed = column in ("id", "name", "artist_popularity")
        for name in ("HEADER", "HEAD/%R", "HEADER" * 20_000, f"{column}s"):
            table = [[*HEADER[:at], name, *HEADER[at + 1 :]], *ROWS]
            rows = [[*row[:at], "", *row[at + 1 :]] for row in ROWS]
            content, what = _file(table, QUOTED), f"{column} is {name[:9]}"
            yield Case(what, content, () if needed else rows, refused="needs the column" if needed else "")
        for name in ("", " "):
            content = _file([[*HEADER[:at], name, *HEADER[at + 1 :]], *ROWS], QUOTED)
            yield Case(f"{column} is {name!r}", content, refused="has no name")
        for name in (column.upper(), f" {column} "):
            yield Case(
                f"{column} is {name!r}", _file([[*HEADER[:at], name, *HEADER[at + 1 :]], *ROWS], QUOTED), ROWS
            )
        twice = [*HEADER[:at], HEADER[at - 1], *HEADER[at + 1 :]]
        yield Case(f"{column} is named as another", _file([twice, *ROWS], QUOTED), refused="twice")


def formats_of_cells() -> Iterator[Case]:
    formats = (
        "5,0",
        "1.000,0",
        "5 0",
        "50%",
        "fifty",
        "5e1",
        "0x32",
        "€50",
        "(50)",
        "-",
        "N/A",
        "5.5",
        "5_0",
        "٥",
    )
    for column in (2, 4):
        for text in formats:
            for rows in ([1], [6], [3, 4, 5]):
                table = [list(row) for row in _WHOLE]
                for at in rows:
                    table[at][column] = text
                good = [row for at, row in enumerate(ROWS, start=1) if at not in rows]
                aside = [QUOTED.row(table[at]) for at in rows]
                yield Case(f"{text} in column {column} of rows {rows}", _file(table, QUOTED), good, aside)
        table = [HEADER, *[[*row[:column], "N/A", *row[column + 1 :]] for row in ROWS]]
        yield Case(f"N/A in column {column}", _file(table, QUOTED), refused="none of its 6 rows")


def spectrum() -> Iterator[Case]:
    """csv-spectrum: what each of its files is about, in a table of ours."""
    simple = [["s1", "2", "3", "", ""], ["s2", "5", "6", "", ""]]

    def cases(what: str, *names: str, crlf: bool = False, genres: str = "") -> Iterator[Case]:
        rows = [[f"s{at}", name, str(at), genres, ""] for at, name in enumerate(names)]
        for form_name, quote_all in (("bare", False), ("quoted", True)):
            form = Form(quote_all=quote_all, end="\r\n" if crlf else "\n")
            yield Case(f"{what}, {form_name}", _file([HEADER, *rows], form), rows)

    for crlf in (False, True):
        end = "\r\n" if crlf else "\n"
        form = Form(quote_all=False, end=end)
        yield Case(f"simple{'_crlf' if crlf else ''}", _file([HEADER, *simple], form), simple)
        empty = _joined([",".join(HEADER), 's1,"","","",""', "s2,b,3,,"], end)
        yield Case(
            f"empty{'_crlf' if crlf else ''}", empty, [["s1", "", "", "", ""], ["s2", "b", "3", "", ""]]
        )
        yield from cases(f"newlines{'_crlf' if crlf else ''}", f"Once upon {end}a time", "5", crlf=crlf)
    yield from cases("comma_in_quotes", "Doe, Ann, 120 any st.", ",", ",,,,,")
    yield from cases("escaped_quotes", 'ha "ha" ha', '"', '""', '"a"', 'a""')
    yield from cases(
        "json", json.dumps({"type": "Point", "coordinates": [102.0, 0.5]}), genres='{"a": [1, ","]}'
    )
    yield from cases("location_coordinates", "38°53'23\"N, 77°00'32\"W", "-1.5,2.5")
    yield from cases("quotes_and_newlines", 'ha \n"ha" \nha', '"\n"', '\n"\n', "3")
    yield from cases("utf8", "ʤ", "שלום", "🎵", "e\u0301")


KINDS: dict[str, Callable[[], Iterator[Case]]] = {
    kind.__name__: kind
    for kind in (
        *(
            file_names,
            sizes,
            encodings,
            numbers_of_columns,
            numbers_of_rows,
            multirow_headers,
            preambles,
            footnotes,
        ),
        *(several_tables, record_delimiters, field_delimiters, quotation_marks, escapes, numbers_of_fields),
        *(extra_delimiters, missing_delimiters, record_delimiters_in_rows, empty_rows, extra_quotes),
        *(missing_first_quotes, missing_last_quotes, names_of_columns, formats_of_cells, spectrum),
    )
}
