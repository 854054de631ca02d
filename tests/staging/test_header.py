"""The first record of a file, and what speaks against reading it at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from wavehouse.core.errors import RejectedError
from wavehouse.project.contracts import CsvContract
from wavehouse.staging.header import read_header


def _header(folder: Path, content: bytes, delimiter: str = ",", quote: str = '"') -> list[str]:
    path = folder / "a.csv"
    path.write_bytes(content)
    return read_header(path, "", CsvContract(delimiter=delimiter, quote=quote))


@pytest.mark.parametrize(
    ("content", "names"),
    [
        pytest.param(b"id,name\n1,a\n", ["id", "name"], id="plain"),
        pytest.param(b"id,name\r\n1,a\r\n", ["id", "name"], id="CRLF"),
        pytest.param(b"id,name\r1,a\r", ["id", "name"], id="CR"),
        pytest.param(b"\xef\xbb\xbfid,name\n1,a\n", ["id", "name"], id="BOM"),
        pytest.param(b'\xef\xbb\xbf"id","name"\n1,a\n', ["id", "name"], id="BOM and quotes"),
        pytest.param(b'"the ""id""","a,\nb"\n1,a\n', ['the "id"', "a,\nb"], id="quotes"),
        pytest.param("id,naïve 🎵\n1,a\n".encode(), ["id", "naïve 🎵"], id="letters of all kinds"),
        pytest.param(b"id , Name\n1,a\n", ["id ", " Name"], id="as it stands"),
        pytest.param(b"id,name\n" + b"x" * 400_000, ["id", "name"], id="a long first row"),
    ],
)
def test_names(tmp_path: Path, content: bytes, names: list[str]) -> None:
    assert _header(tmp_path, content) == names


def test_other_signs(tmp_path: Path) -> None:
    assert _header(tmp_path, b"'a|b'|c,d\n1|2\n", "|", "'") == ["a|b", "c,d"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"", "the file is empty", id="empty"),
        pytest.param(b" \r\n\n\t ", "the file is empty", id="blank"),
        pytest.param(b"\xef\xbb\xbf", "the file", id="BOM alone"),
        pytest.param(b"id,name", "a header and no rows", id="header alone"),
        pytest.param(b"id,name\n", "a header and no rows", id="header and a line end"),
        pytest.param(b"id,name\r\n\r\n \n", "a header and no rows", id="header and blank lines"),
        pytest.param("id,name\n1,a\n".encode("utf-16"), "UTF-16", id="UTF-16"),
        pytest.param("id,name\n1,a\n".encode("utf-16-le"), "UTF-16", id="UTF-16 without a mark"),
        pytest.param("id,name\n1,a\n".encode("utf-16-be"), "UTF-16", id="UTF-16 big-endian, no mark"),
        pytest.param(b"id,na\0me\n1,a\n", "NUL", id="NUL"),
        pytest.param(b"id,name,id\n1,a,2\n", "the column 'id' twice", id="duplicate"),
        pytest.param(b"id,name, ID \n1,a,2\n", "the column ' ID ' twice", id="duplicate but for case"),
        pytest.param(b"id,,name\n1,a,2\n", "column 2 of the header has no name", id="no name"),
        pytest.param(b"id,name, \n1,a,2\n", "column 3 of the header has no name", id="blank name"),
    ],
)
def test_rejected(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(RejectedError, match=said) as caught:
        _header(tmp_path, content)
    assert caught.value.remedy


def test_a_header_is_read_in_the_encoding_of_the_contract(tmp_path: Path) -> None:
    path = tmp_path / "latin.csv"
    path.write_bytes("größe,n\n1,2\n".encode("latin-1"))
    assert read_header(path, "", CsvContract(encoding="latin-1")) == ["größe", "n"]
    # Bytes that would be one letter of UTF-8 are two of Latin-1.
    path.write_bytes(b"n\xc2\x85,k\n1,2\n")
    assert read_header(path, "", CsvContract(encoding="latin-1")) == ["n\xc2\x85", "k"]
