"""Valid CSV files of a contract, and everything that may happen to one on its way.

All chance comes from one `random.Random`: a seed makes a file again, and hypothesis, which has a `Random` of
its own (`mutated_files`), can shrink one.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import zstandard
from hypothesis import strategies as st

from wavehouse.project.contracts import SourceContract, read_contracts
from wavehouse.project.project import Project

_BOM = b"\xef\xbb\xbf"
_SPOTIFY = Path(__file__).parents[2] / "spotify"

# What the shipped contracts have none of: another delimiter, quote and encoding, and the other types.
STATIONS = SourceContract.model_validate(
    {
        "source": "stations",
        "files": ["stations.csv"],
        "key": ["station"],
        "csv": {"delimiter": ";", "quote": "'", "encoding": "latin-1"},
        "columns": {
            "station": {"type": "string", "required": True},
            "city": {"type": "string"},
            "founded": {"type": "date"},
            "listeners": {"type": "bigint"},
            "frequency": {"type": "decimal(5,2)"},
            "on_air": {"type": "boolean"},
        },
    }
)
CONTRACTS = {
    **{name: c for name, c in read_contracts(Project.at(_SPOTIFY)).items() if c.role == "table"},
    "stations": STATIONS,
}

_TEXTS = ["Ann", "", " x ", "a, b; c", 'say "hi"', "it's", '"', "two\nlines", "two\r\nlines", "é", "-", "007"]
_VALUES = {
    "string": _TEXTS,
    "int": ["0", "7", "100", "-3", "5.0", " 8 ", "", "2147483647"],
    "bigint": ["0", "7", "+100", "", "9223372036854775807"],
    "double": ["0.5", "-4.25", "1e-3", "120", "", ".5"],
    "boolean": ["true", "False", "1", "0", ""],
    "date": ["1999-05-01", "2020-02-29", ""],
    "partial_date": ["1999", "1999-05", "2015-06-09", "2015-06-09 00:00:00 UTC", ""],
    "decimal(5,2)": ["98.50", "101.1", "7", ""],
}


@dataclass(frozen=True)
class MutatedFile:
    """A file as it arrives; `mutations` names what happened to it, in order (nothing: it is valid)."""

    contract: SourceContract
    name: str
    content: bytes
    mutations: tuple[str, ...]

    def __str__(self) -> str:
        """What somebody needs to look at the file: of a very long one, both ends."""
        shown = repr(self.content)
        if len(shown) > 6000:
            shown = f"{shown[:4000]} … {shown[-1000:]}"
        return f"{self.name} ({self.contract.source}), {', '.join(self.mutations) or 'valid'}:\n{shown}"


def valid_file(chance: Random, contract: SourceContract, *, rows: int | None = None) -> bytes:
    """A file that fits the contract in every row; `rows` as given, else a few."""
    form = contract.csv
    end = chance.choice(["\n", "\n", "\r\n", "\r"])
    names = [name for name, column in contract.columns.items() if column.required or chance.random() < 0.7]
    chance.shuffle(names)
    more = ["", "é", "ÿ"] if form.encoding == "latin-1" else ["", "é", "🎵", "שלום", "\u2028"]
    quote_all = chance.random() < 0.2

    def written(value: str) -> str:
        if quote_all or any(sign in value for sign in (form.delimiter, form.quote, "\n", "\r")):
            return form.quote + value.replace(form.quote, form.quote * 2) + form.quote
        return value

    lines = [names]
    for at in range(chance.randrange(1, 9) if rows is None else rows):
        values = {name: chance.choice(_VALUES[contract.columns[name].type]) + "" for name in names}
        for name in names:
            if contract.columns[name].type == "string":
                values[name] += chance.choice(more)
        for name in contract.key:
            values[name] = f"k{at}{chance.choice(['', ' ', 'é', ','])}"
        lines.append([values[name] for name in names])
    text = end.join(form.delimiter.join(map(written, line)) for line in lines)
    last = chance.choice([end, end, end, "", end * 3])
    return chance.choice([b"", b"", b"", _BOM if form.encoding == "utf-8" else b""]) + (text + last).encode(
        form.encoding
    )


# What happens to a file: it is given the file, the contract's signs and another file of the contract.
Mutation = Callable[[Random, bytes, SourceContract, bytes], bytes]
_SPLINTERS = [
    *(
        b'"',
        b"'",
        b",",
        b";",
        b"\n",
        b"\r",
        b"\r\n",
        b"\n\n",
        b"\r\r\n",
        b'""',
        b'","',
        b'"\n"',
        b'\\"',
        b"\\",
    ),
    *(
        b" ",
        b"  \n",
        b"\t",
        b"\0",
        b"\x0b",
        b"\x0c",
        b"\x1a",
        b"\x1c",
        b"\x85",
        _BOM,
        b"\xff\xfe",
        b"x",
        b"#",
    ),
    *("\u2028".encode(), "\x85".encode(), "🎵".encode(), b"NULL", b"NaN", b"1e999", b"0x1F", b"--", b"'; --"),
]
_NOT_UTF8 = [
    b"\xff",
    b"\x80",
    b"\xe9",
    b"\xc3",
    b"\xc0\x80",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\xf0\x9f\x8e",
]


def _place(chance: Random, content: bytes) -> int:
    """Somewhere in the file, mostly behind the header: a broken header soon ends the story."""
    start = 0
    if chance.random() < 0.9:
        header_end = re.search(rb"\r\n|\n|\r", content)
        start = header_end.end() if header_end else 0
    return chance.randrange(start, len(content) + 1)


def _signs(contract: SourceContract) -> tuple[bytes, bytes]:
    return contract.csv.delimiter.encode(), contract.csv.quote.encode()


def _one_of(chance: Random, content: bytes, sign: bytes, new: bytes) -> bytes:
    """One `sign` of the file replaced."""
    found = [match.start() for match in re.finditer(re.escape(sign), content)]
    if not found:
        return content
    at = chance.choice(found)
    return content[:at] + new + content[at + len(sign) :]


def _delete(chance: Random, content: bytes, _c: SourceContract, _o: bytes) -> bytes:
    at = _place(chance, content)
    return content[:at] + content[at + chance.choice([1, 1, 1, 2, 5, 20]) :]


def _insert(chance: Random, content: bytes, _c: SourceContract, _o: bytes) -> bytes:
    at = _place(chance, content)
    return content[:at] + chance.choice(_SPLINTERS) + content[at:]


def _replace(chance: Random, content: bytes, _c: SourceContract, _o: bytes) -> bytes:
    at = _place(chance, content)
    return content[:at] + bytes([chance.randrange(256)]) + content[at + 1 :]


def _flip_a_bit(chance: Random, content: bytes, _c: SourceContract, _o: bytes) -> bytes:
    at = _place(chance, content)
    return (
        content[:at]
        + bytes(byte ^ 1 << chance.randrange(8) for byte in content[at : at + 1])
        + content[at + 1 :]
    )


def _duplicate(chance: Random, content: bytes, _c: SourceContract, _o: bytes) -> bytes:
    at = _place(chance, content)
    piece = content[at : at + chance.randrange(1, 60)]
    return content[:at] + piece * chance.randrange(2, 4) + content[at + len(piece) :]


def _cut(chance: Random, content: bytes, _c: SourceContract, _o: bytes) -> bytes:
    at = _place(chance, content)
    return content[:at] if chance.random() < 0.9 else content[at:]


def _splice(chance: Random, content: bytes, _c: SourceContract, other: bytes) -> bytes:
    return content[: _place(chance, content)] + other[_place(chance, other) :]


def _append(chance: Random, content: bytes, _c: SourceContract, other: bytes) -> bytes:
    return content + chance.choice([b"", b"\n", b"\n\n"]) + other


def _lines(content: bytes) -> list[bytes]:
    return re.findall(rb"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$", content)


def _swap_lines(chance: Random, content: bytes, _c: SourceContract, _o: bytes) -> bytes:
    lines = _lines(content)
    a, b = chance.randrange(len(lines) or 1), chance.randrange(len(lines) or 1)
    if lines:
        lines[a], lines[b] = lines[b], lines[a]
    return b"".join(lines)


def _repeat_or_drop_a_line(chance: Random, content: bytes, _c: SourceContract, _o: bytes) -> bytes:
    lines = _lines(content)
    if not lines:
        return content
    at = chance.randrange(len(lines))
    return b"".join([*lines[:at], *[lines[at]] * chance.choice([0, 2, 3]), *lines[at + 1 :]])


def _repeat_the_header(chance: Random, content: bytes, _c: SourceContract, _o: bytes) -> bytes:
    lines = _lines(content)
    at = chance.randrange(len(lines) + 1)
    return b"".join([*lines[:at], *lines[:1], *lines[at:]])


def _blank_lines(chance: Random, content: bytes, _c: SourceContract, _o: bytes) -> bytes:
    lines = _lines(content)
    at = chance.randrange(len(lines) + 1)
    return b"".join([*lines[:at], chance.choice([b"\n", b"\r\n", b"\r", b" \n", b"\n\n\n"]), *lines[at:]])


def _quotes(chance: Random, content: bytes, contract: SourceContract, _o: bytes) -> bytes:
    """One quote lost, doubled, escaped or exchanged, or one too many."""
    _, quote = _signs(contract)
    if chance.random() < 0.4:
        at = _place(chance, content)
        return content[:at] + quote + content[at:]
    return _one_of(
        chance, content, quote, chance.choice([b"", quote * 2, b"\\" + quote, b"'", b'"', quote + b" "])
    )


def _all_quotes(chance: Random, content: bytes, contract: SourceContract, _o: bytes) -> bytes:
    _, quote = _signs(contract)
    return content.replace(quote, chance.choice([b"", b"'", b'"', b"\\" + quote]))


def _delimiters(chance: Random, content: bytes, contract: SourceContract, _o: bytes) -> bytes:
    """One delimiter lost, doubled or exchanged."""
    sign, _ = _signs(contract)
    return _one_of(
        chance, content, sign, chance.choice([b"", sign * 2, b"\t", b";", b",", sign + b" ", b" " + sign])
    )


def _all_delimiters(chance: Random, content: bytes, contract: SourceContract, _o: bytes) -> bytes:
    sign, _ = _signs(contract)
    return content.replace(sign, chance.choice([b"", b"\t", b";", b",", b"|", sign * 2, sign + b" "]))


def _line_ends(chance: Random, content: bytes, _c: SourceContract, _o: bytes) -> bytes:
    """All line ends exchanged, or each by chance."""
    ends = [b"\n", b"\r\n", b"\r"]
    one = chance.choice([*ends, b"\n\r", b"\r\r\n", b""])
    mixed = chance.random() < 0.5
    return re.sub(rb"\r\n|\n|\r", lambda _: chance.choice(ends) if mixed else one, content)


def _one_line_end(chance: Random, content: bytes, _c: SourceContract, _o: bytes) -> bytes:
    return _one_of(
        chance,
        content,
        chance.choice([b"\r\n", b"\n", b"\r"]),
        chance.choice([b"\n", b"\r\n", b"\r", b"", b" "]),
    )


def _nuls(chance: Random, content: bytes, _c: SourceContract, _o: bytes) -> bytes:
    at = _place(chance, content)
    return content[:at] + b"\0" * chance.choice([1, 1, 1, 3, 40]) + content[at:]


def _byte_order_mark(chance: Random, content: bytes, _c: SourceContract, _o: bytes) -> bytes:
    at = chance.choice([0, 0, _place(chance, content)])
    return content[:at] + chance.choice([_BOM, _BOM, b"\xff\xfe", b"\xfe\xff"]) + content[at:]


def _not_utf8(chance: Random, content: bytes, _c: SourceContract, _o: bytes) -> bytes:
    at = _place(chance, content)
    return content[:at] + chance.choice(_NOT_UTF8) + content[at:]


def _re_encode(chance: Random, content: bytes, contract: SourceContract, _o: bytes) -> bytes:
    text = content.decode(contract.csv.encoding, errors="replace")
    encodings = [
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "latin-1",
        "cp1252",
        "utf-8",
        "utf-8-sig",
        "utf-32",
        "utf-7",
    ]
    return text.encode(chance.choice(encodings), errors="replace")


def _digits(chance: Random, content: bytes, _c: SourceContract, _o: bytes) -> bytes:
    """One digit, or one number, exchanged."""
    found = list(re.finditer(rb"[0-9]+" if chance.random() < 0.5 else rb"[0-9]", content))
    if not found:
        return content
    match = chance.choice(found)
    new = chance.choice(
        [b"", b"9", b"x", b"-", b".", b"1.5", b"1_0", b"1,5", b"99999999999999999999", "٣".encode()]
    )
    return content[: match.start()] + new + content[match.end() :]


def _long_field(chance: Random, content: bytes, contract: SourceContract, _o: bytes) -> bytes:
    """A value of many bytes; now and then longer than a record may be."""
    at = _place(chance, content)
    size = chance.choice([1_000] * 12 + [20_000] * 8 + [140_000] * 3 + [300_000, 2_200_000])
    delimiter, quote = _signs(contract)
    unit = chance.choice([b"x", b"x", b"x", b" ", b"1", quote * 2, delimiter, b"x\n", "é".encode(), b"\0"])
    return content[:at] + unit * (size // len(unit)) + content[at:]


MUTATIONS: dict[str, Mutation] = {
    "delete": _delete,
    "insert": _insert,
    "replace": _replace,
    "flip a bit": _flip_a_bit,
    "duplicate": _duplicate,
    "cut": _cut,
    "splice": _splice,
    "append": _append,
    "swap lines": _swap_lines,
    "repeat or drop a line": _repeat_or_drop_a_line,
    "repeat the header": _repeat_the_header,
    "blank lines": _blank_lines,
    "quotes": _quotes,
    "all quotes": _all_quotes,
    "delimiters": _delimiters,
    "all delimiters": _all_delimiters,
    "line ends": _line_ends,
    "one line end": _one_line_end,
    "NULs": _nuls,
    "byte order mark": _byte_order_mark,
    "not UTF-8": _not_utf8,
    "re-encode": _re_encode,
    "digits": _digits,
    "long field": _long_field,
}
# What ends the story for most files comes less often than what spoils a row.
_OFTEN = [
    name for name in MUTATIONS if name not in ("all delimiters", "all quotes", "re-encode", "long field")
]
_CHOICE = [*MUTATIONS, *_OFTEN, *_OFTEN]


def _compressed(chance: Random, content: bytes) -> tuple[bytes, str]:
    """The file compressed, whole or in two pieces, and then often damaged; and what was done."""
    how = chance.choice(["gzip", "zstd"])
    middle = chance.choice([0, len(content) // 2])
    pieces = [content[:middle], content[middle:]] if middle else [content]
    if how == "gzip":
        whole = b"".join(gzip.compress(piece, mtime=0) for piece in pieces)
    else:
        checked = zstandard.ZstdCompressor(write_checksum=chance.random() < 0.5)
        whole = b"".join(checked.compress(piece) for piece in pieces)
    damage = chance.choice(["", "", "cut", "flip a bit", "delete", "garbage behind", "zeros behind", "twice"])
    at = chance.randrange(len(whole))
    if damage == "cut":
        whole = whole[:at]
    elif damage == "flip a bit":
        whole = whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :]
    elif damage == "delete":
        whole = whole[:at] + whole[at + chance.randrange(1, 9) :]
    elif damage == "garbage behind":
        whole += chance.choice([b"x", b"\n", b"garbage", content])
    elif damage == "zeros behind":
        whole += bytes(chance.choice([1, 8, 512]))
    elif damage == "twice":
        whole = gzip.compress(whole, mtime=0)
    return whole, f"{how} {damage}".strip()


def mutated_file(
    chance: Random, contracts: Sequence[SourceContract] = tuple(CONTRACTS.values())
) -> MutatedFile:
    """A file of one of the contracts to which up to three things happened; one in twenty stays valid."""
    contract = chance.choice(contracts)
    content = valid_file(chance, contract)
    names = [chance.choice(_CHOICE) for _ in range(chance.choice([0] + [1] * 10 + [2] * 6 + [3] * 3))]
    for name in names:
        content = MUTATIONS[name](chance, content, contract, valid_file(chance, contract))
    if chance.random() < 0.12:
        content, how = _compressed(chance, content)
        names.append(how)
    # A name that says whose file it is, and now and then one that leaves it to the header.
    name = contract.files[0] if chance.random() < 0.9 else "upload.csv"
    return MutatedFile(contract, name, content, tuple(names))


def mutated_files(
    contracts: Sequence[SourceContract] = tuple(CONTRACTS.values()),
) -> st.SearchStrategy[MutatedFile]:
    """The same as a strategy, of which hypothesis finds the smallest file that fails."""
    return st.randoms(use_true_random=False).map(lambda chance: mutated_file(chance, contracts))
