"""Files that lie in a bucket are loaded from there: `--from s3://…`, through a real server."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from pyarrow.fs import S3FileSystem
from tests.conftest import Answer, Wavehouse
from tests.object_store.fault_proxy import FaultProxy
from tests.object_store.faults import Fault, Rule
from tests.object_store.seaweedfs import S3Server

from wavehouse.core.object_copy import ARRIVING, called, place_for

Run = Callable[..., Answer]


@pytest.fixture
def client(s3_server: S3Server) -> S3FileSystem:
    return s3_server.client()


@pytest.fixture
def wavehouse_there(wavehouse: Wavehouse, s3_server: S3Server, proxy: FaultProxy) -> Run:
    """`wavehouse` as one calls it who has the keys of the bucket, through the proxy."""
    environment = {**s3_server.environment, "AWS_ENDPOINT_URL": proxy.url}

    def call(*words: str | Path, **others: str) -> Answer:
        return wavehouse(*words, env={**environment, **others})

    return call


@pytest.fixture
def place(wavehouse: Wavehouse, client: S3FileSystem, bucket: str, tmp_path: Path) -> str:
    """A folder of a bucket with a small catalogue, and the same in `files`."""
    assert wavehouse("generate", "files", "--scale", "0.001").code == 0
    for path in sorted((tmp_path / "files").glob("*.csv")):
        _put(client, f"{bucket}/in box/{path.name}", path.read_bytes())
    _put(client, f"{bucket}/in box/notes.txt", b"not data")
    _put(client, f"{bucket}/in box/below/album.csv", b"not meant")
    return f"s3://{bucket}/in box"


def _put(client: S3FileSystem, key: str, content: bytes) -> None:
    with client.open_output_stream(key, compression=None) as stream:
        stream.write(content)


def _tables(run: Run, lake: str) -> object:
    asked = "SELECT count(*), count(DISTINCT track_id), sum(track_popularity) FROM spotify.tracks"
    return run("sql", asked, "--lake", lake, "--json").json["rows"]


def _read(proxy: FaultProxy) -> list[str]:
    """The objects whose contents went over the wire."""
    return sorted({one.request.key for one in proxy.log if one.request.method == "GET" and one.request.key})


def test_a_folder_of_a_bucket_is_loaded_as_a_directory_is(
    wavehouse_there: Run, place: str, tmp_path: Path, proxy: FaultProxy
) -> None:
    done = wavehouse_there("run", "--from", place, "--json")
    assert done.code == 0, done.stderr
    local = wavehouse_there("run", "--from", "files", "--lake", "local", "--json")
    assert {file["file"] for file in done.json["files"]} == {file["file"] for file in local.json["files"]}
    assert _tables(wavehouse_there, "lake") == _tables(wavehouse_there, "local")
    assert not (tmp_path / "lake" / ARRIVING).exists()
    assert len(_read(proxy)) == 5
    again = wavehouse_there("run", "--from", f"{place}/", "--json")
    assert (again.code, again.json["changed"]) == (0, False)
    assert wavehouse_there("check", "--from", place, "--json").json["files"] != []


def test_an_object_that_has_changed_is_fetched_and_others_are_not(
    wavehouse_there: Run, place: str, client: S3FileSystem, bucket: str, tmp_path: Path, proxy: FaultProxy
) -> None:
    seen = tmp_path / "lake" / "staging" / "_seen.json"
    assert wavehouse_there("run", "--from", place, "--json").code == 0
    # As if the look had been an hour later: the rule of two seconds is not what this is about.
    text = seen.read_text("utf-8")
    entries = json.loads(text)
    for name, entry in entries.items():
        if name.startswith("s3://"):
            entry[4] += 3600 * 10**9
    seen.write_text(json.dumps(entries), "utf-8")
    before = len(proxy.log)
    assert wavehouse_there("run", "--from", place, "--json").json["changed"] is False
    assert [one for one in proxy.log[before:] if one.request.key and one.request.method == "GET"] == []
    artists = next((tmp_path / "files").glob("*artist*"))
    content = artists.read_bytes()
    header, _, rest = content.partition(b"\n")
    _put(client, f"{bucket}/in box/{artists.name}", b"\n".join([header, *reversed(rest.split(b"\n"))]))
    before = len(proxy.log)
    done = wavehouse_there("run", "--from", place, "--json")
    assert done.code == 0, done.stderr
    read = {one.request.key for one in proxy.log[before:] if one.request.method == "GET" and one.request.key}
    assert read == {f"in box/{artists.name}"}
    assert len(done.json["files"]) == 1


def test_one_object_may_be_named_and_what_is_wrong_is_told_by_its_place(
    wavehouse_there: Run, client: S3FileSystem, bucket: str, tmp_path: Path
) -> None:
    _put(client, f"{bucket}/odd/x#1.csv", b"what,ever\n1,2\n")
    done = wavehouse_there("run", "--from", f"s3://{bucket}/odd/x#1.csv")
    assert done.code == 1
    assert f"s3://{bucket}/odd/x#1.csv:1" in done.stderr
    assert ARRIVING not in done.stderr
    assert not (tmp_path / "lake").exists() or not any((tmp_path / "lake").glob("*.db"))
    for name, said in (
        (f"s3://{bucket}/nothing", "there is no CSV file in this place of a bucket"),
        ("s3://no-such-bucket-at-all/x", "there is no CSV file in this place of a bucket"),
        ("gs://x/y", "files of gs:// are not covered"),
    ):
        done = wavehouse_there("run", "--from", name, "--lake", "other")
        assert (done.code, said in done.stderr) == (2, True), done.stderr
        assert not (tmp_path / "other").exists()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("AccessDenied", "Give the credentials s3:ListBucket"),
        ("InvalidAccessKeyId", "check AWS_ACCESS_KEY_ID"),
        ("SignatureDoesNotMatch", "check AWS_SECRET_ACCESS_KEY"),
        ("ExpiredToken", "get new credentials"),
        ("NoSuchBucket", "there is no CSV file in this place"),
    ],
)
def test_a_bucket_that_refuses_is_one_paragraph_with_what_to_do(
    wavehouse_there: Run, proxy: FaultProxy, bucket: str, code: str, said: str
) -> None:
    proxy.add(Rule(Fault.REFUSED, query="*list-type*", code=code, times=None))
    done = wavehouse_there("run", "--from", f"s3://{bucket}/x/")
    assert done.code == (2 if code == "NoSuchBucket" else 3)
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "no-secret-at-all" not in done.stderr


def test_an_endpoint_where_nobody_answers_is_said(wavehouse_there: Run, bucket: str) -> None:
    done = wavehouse_there("run", "--from", f"s3://{bucket}/x/", AWS_ENDPOINT_URL="http://127.0.0.1:1")
    assert done.code == 3
    assert "Check the network, and the endpoint" in done.stderr


def test_an_object_that_is_cut_off_on_its_way_is_not_loaded(
    wavehouse_there: Run, place: str, proxy: FaultProxy, tmp_path: Path
) -> None:
    proxy.add(Rule(Fault.TRUNCATED, key="*/album.csv", times=None))
    done = wavehouse_there("run", "--from", place)
    assert done.code == 3
    assert "album.csv" in done.stderr
    assert not (tmp_path / "lake" / "catalog.db").exists()
    proxy.clear()
    assert wavehouse_there("run", "--from", place).code == 0


@pytest.mark.parametrize(
    "location", ["s3://b/x.csv", "s3://b/../../etc/x.csv", "s3://b//a//x.csv", "s3://b/ü %2E/x y.csv"]
)
def test_a_copy_lies_in_its_folder_whatever_the_key_and_is_called_by_it(
    location: str, tmp_path: Path
) -> None:
    folder = tmp_path / ARRIVING / "id"
    path = place_for(location, folder)
    assert path.resolve().is_relative_to(folder.resolve())
    assert len(path.resolve().relative_to(folder.resolve()).parts) == len(
        location.removeprefix("s3://").split("/")
    )
    assert called(path) == location
