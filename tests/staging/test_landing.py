"""A file is copied once, as it is, under a name of ours; a file that is refused leaves nothing behind."""

from __future__ import annotations

import gzip
import hashlib
import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import zstandard

from wavehouse.core.errors import RejectedError
from wavehouse.staging import decoding
from wavehouse.staging.landed_file import LandedFile
from wavehouse.staging.landing import land, recognise_file

if TYPE_CHECKING:
    from tests.staging.conftest import Lab

_TIME = datetime(2024, 5, 1, 12, 30, tzinfo=UTC)
_ROWS = 4_000


def _tracks(rows: int = _ROWS) -> bytes:
    chance = random.Random(1)  # noqa: S311
    lines = [f"{chance.getrandbits(64):016x},{chance.randrange(101)},true\n" for _ in range(rows)]
    return ("id,track_popularity,explicit\n" + "".join(lines)).encode()


def _land(lab: Lab, path: Path) -> LandedFile:
    return land(recognise_file(path, lab.contracts), lab.lake / "staging", "batch-1", _TIME)


def _written(lab: Lab, name: str, content: bytes) -> Path:
    path = lab.fresh() / name
    path.parent.mkdir()
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("compression", ["", "gz", "zst"])
def test_landed_as_it_is(lab: Lab, compression: str) -> None:
    # Told by its bytes: the name says nothing of compression.
    plain = _tracks()
    stored = {"": plain, "gz": gzip.compress(plain), "zst": zstandard.compress(plain)}[compression]
    path = _written(lab, "tracks.csv", stored)
    landed = _land(lab, path)
    assert (lab.lake / landed.path).read_bytes() == stored
    assert landed.sha256 == hashlib.sha256(stored).hexdigest()
    assert (landed.size, landed.records, landed.compression) == (len(stored), _ROWS, compression)
    assert (landed.source, landed.name, landed.batch) == ("tracks", "tracks.csv", "batch-1")
    assert landed.batch_time == "2024-05-01T12:30:00+00:00"
    assert path.read_bytes() == stored
    assert LandedFile.from_json(landed.as_json()) == landed


def test_the_place_is_named_by_us(lab: Lab) -> None:
    landed = _land(lab, _written(lab, "tracks ; rm -rf $(x) \u202e.csv", _tracks(3)))
    folder = lab.lake / "staging" / "tracks" / "batch-1"
    assert lab.lake / landed.path == folder / f"{landed.sha256[:16]}.csv"
    assert [path.name for path in folder.iterdir()] == [f"{landed.sha256[:16]}.csv"]
    assert landed.name == "tracks ; rm -rf $(x) \u202e.csv"


def test_a_link_is_landed_as_the_file_it_leads_to(lab: Lab) -> None:
    target = _written(lab, "real.csv", _tracks(3))
    link = target.with_name("tracks.csv")
    link.symlink_to(target)
    landed = lab.lake / _land(lab, link).path
    assert landed.read_bytes() == target.read_bytes()
    assert not landed.is_symlink()


@pytest.mark.parametrize("compress", [gzip.compress, zstandard.compress])
def test_a_file_compressed_in_several_pieces(lab: Lab, compress: Callable[[bytes], bytes]) -> None:
    head, rest = _tracks().split(b"\n", 1)
    content = compress(head + b"\n") + compress(rest)
    reading = lab.type(_land(lab, _written(lab, "tracks.csv", content)))
    assert (reading.landed.records, reading.typed.rows_out) == (_ROWS, _ROWS)


def _damaged(whole: bytes) -> bytes:
    middle = len(whole) // 2
    return whole[:middle] + bytes(byte ^ 0xFF for byte in whole[middle : middle + 8]) + whole[middle + 8 :]


_CHECKED = zstandard.ZstdCompressor(write_checksum=True)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(gzip.compress(_tracks())[:-5], "ends early or is damaged", id="truncated gzip"),
        pytest.param(gzip.compress(_tracks())[:2000], "ends early or is damaged", id="half a gzip"),
        pytest.param(_damaged(gzip.compress(_tracks())), "ends early or is damaged", id="damaged gzip"),
        pytest.param(gzip.compress(_tracks()) + b"garbage", "ends early or is damaged", id="more than gzip"),
        pytest.param(b"\x1f\x8b", "ends early or is damaged", id="two bytes of gzip"),
        pytest.param(zstandard.compress(_tracks())[:-5], "is damaged", id="truncated zstd"),
        pytest.param(zstandard.compress(_tracks())[:2000], "is damaged", id="half a zstd"),
        pytest.param(_damaged(_CHECKED.compress(_tracks())), "is damaged", id="damaged zstd"),
        pytest.param(b"\x28\xb5\x2f\xfd", "is damaged", id="four bytes of zstd"),
        pytest.param(b"PK\x03\x04" + b"x" * 500, "no rows", id="zip"),
        pytest.param(_tracks(50) + b"\0" * 50_000, "NUL bytes: it is not text", id="NULs"),
        pytest.param(
            gzip.compress(_tracks(50) + b"\0" * 50_000), "NUL bytes: it is not text", id="NULs in gzip"
        ),
    ],
)
def test_a_rejected_file_leaves_nothing_behind(lab: Lab, content: bytes, said: str) -> None:
    path = _written(lab, "tracks.csv", content)
    with pytest.raises(RejectedError, match=said) as caught:
        _land(lab, path)
    assert caught.value.where.startswith(str(path))
    assert caught.value.remedy
    assert not [left for left in lab.lake.rglob("*") if left.is_file()]


def test_a_rejected_file_leaves_its_neighbours_alone(lab: Lab) -> None:
    good = _land(lab, _written(lab, "tracks.csv", _tracks(3)))
    with pytest.raises(RejectedError):
        _land(lab, _written(lab, "track.csv", _tracks(3) + b"\0" * 1000))
    assert [path for path in lab.lake.rglob("*") if path.is_file()] == [lab.lake / good.path]


@pytest.mark.parametrize("compress", [gzip.compress, zstandard.compress])
def test_a_decompression_bomb(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, compress: Callable[[bytes], bytes]
) -> None:
    monkeypatch.setattr(decoding, "_BOMB_BYTES", 1_000_000)
    monkeypatch.setattr(decoding, "CHUNK", 100_000)
    bomb = compress(_tracks(3) + b"a,1,true\n" * 1_000_000)
    with pytest.raises(RejectedError, match=r"unpacks to more than 200 times its [\d,]+ bytes"):
        _land(lab, _written(lab, "tracks.csv", bomb))
    assert not [left for left in lab.lake.rglob("*") if left.is_file()]


def test_what_only_shrinks_well_is_no_bomb(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "_BOMB_BYTES", 1_000)
    content = gzip.compress(_tracks())
    assert _land(lab, _written(lab, "tracks.csv", content)).records == _ROWS


@pytest.mark.parametrize(
    ("content", "normalise", "nul"),
    [
        (b"1,2,true\n", False, False),
        (b"1,2,true\r\n", True, False),
        (b"1,2,tr\0ue\n" + b"2,2,true\n" * 20, False, True),
    ],
)
def test_what_is_odd_about_the_bytes(lab: Lab, content: bytes, normalise: bool, nul: bool) -> None:
    header = b"id,track_popularity,explicit\n"
    landed = _land(lab, _written(lab, "tracks.csv", header + content))
    assert (landed.normalise, landed.has_nul) == (normalise, nul)


def test_a_lone_nul_in_a_short_file_spoils_its_row_only(lab: Lab) -> None:
    reading = lab.read(b"id,track_popularity,explicit\na,1,true\nb\0,2,true\n", "tracks.csv")
    assert [row["id"] for row in reading.rows] == ["a"]
    assert [reject.faults[0].rule for reject in reading.aside] == ["NUL byte"]


def test_nuls_are_held_against_the_size_of_the_text_not_of_its_compression(lab: Lab) -> None:
    lines = b"".join(b"row%d,1,true\n" % at for at in range(20_000)).replace(b"row7,", b"row7\0,")
    reading = lab.read(b"id,track_popularity,explicit\n" + lines + b"a\0a,1,true\n" * 700, "tracks.csv.gz")
    assert (reading.typed.rows_out, len(reading.aside)) == (19_999, 701)


def test_zeros_after_a_gzip_file_are_padding(lab: Lab) -> None:
    """So gzip itself has it. At most the file may be refused; the run must go on with the others."""
    path = _written(lab, "tracks.csv.gz", gzip.compress(_tracks(3)) + b"\0" * 512)
    try:
        rows = lab.type(_land(lab, path)).typed.rows_out
    except RejectedError:
        rows = 3
    assert rows == 3


def test_later_and_greater_names_take_precedence(lab: Lab) -> None:
    first = lab.land(_tracks(1), "tracks.csv", time=datetime(2024, 1, 1, tzinfo=UTC))
    moment = lab.land(_tracks(2), "tracks.csv", time=datetime(2024, 1, 1, microsecond=1, tzinfo=UTC))
    later = lab.land(_tracks(3), "a-tracks.csv", time=datetime(2024, 1, 2, tzinfo=UTC))
    named = lab.land(_tracks(4), "track.csv", time=datetime(2024, 1, 1, tzinfo=UTC))
    order = sorted([later, moment, first, named], key=lambda file: file.precedence)
    assert order == [named, first, moment, later]
