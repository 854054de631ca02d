"""A bucket that is broken and brought back: nothing of what was done to it stays."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyarrow import fs
from pyiceberg.io.pyarrow import PyArrowFileIO
from tests.crash.bucket import Bucket
from tests.crash.interposer import interposed
from tests.crash.points import Striker
from tests.object_store.seaweedfs import S3Server


class Objects:
    """The objects of a lake's bucket, by name below its prefix."""

    def __init__(self, place: Bucket, server: S3Server) -> None:
        self.place = place
        self._prefix = place.layout.warehouse.removeprefix("s3://")
        self._client = server.client()

    @property
    def all(self) -> dict[str, bytes]:
        """Their contents."""
        selector = fs.FileSelector(self._prefix, recursive=True, allow_not_found=True)
        found = [info.path for info in self._client.get_file_info(selector) if info.is_file]
        return {
            path.removeprefix(f"{self._prefix}/"): self._client.open_input_file(path).read() for path in found
        }

    def put(self, name: str, content: bytes) -> None:
        """Make one."""
        with self._client.open_output_stream(f"{self._prefix}/{name}") as stream:
            stream.write(content)

    def remove(self, name: str) -> None:
        """Remove one."""
        self._client.delete_file(f"{self._prefix}/{name}")

    def upload(self, name: str) -> None:
        """Make one as PyIceberg does."""
        endpoint = self.place.layout.s3
        assert endpoint
        io = PyArrowFileIO({"s3.endpoint": endpoint.url, "s3.region": endpoint.region})
        with io.new_output(f"s3://{self._prefix}/{name}").create() as stream:
            stream.write(b"12345678")


@pytest.fixture
def objects(s3_server: S3Server, tmp_path: Path) -> Iterator[Objects]:
    """A bucket of this test alone."""
    with contextlib.closing(Bucket(tmp_path, s3_server)) as bucket:
        yield Objects(bucket, s3_server)


def test_what_was_kept_comes_back_by_the_same_names(objects: Objects) -> None:
    objects.put("a", b"1")
    objects.put("b/c", b"2")
    objects.place.keep("then")
    then = objects.all
    objects.remove("a")
    objects.put("b/c", b"22")
    objects.put("d", b"3")
    objects.place.bring_back("then")
    assert objects.all == then == {"a": b"1", "b/c": b"2"}
    objects.place.bring_back("")
    assert objects.all == {}
    objects.place.bring_back("then")
    assert objects.all == then


@pytest.mark.parametrize(("point", "there"), [("create", False), ("close", False), ("closed", True)])
def test_an_upload_that_is_not_answered_is_there_or_not(objects: Objects, point: str, there: bool) -> None:
    watch = Striker(f"warehouse/a: {point}", "eio")
    with interposed(objects.place.root, watch), pytest.raises(OSError, match="AWS Error"):
        objects.upload("a")
    assert objects.all == ({"a": b"12345678"} if there else {})


def test_a_full_disk_does_not_keep_the_bucket_from_taking_more(objects: Objects) -> None:
    root = objects.place.root
    with interposed(root, Striker("a.txt: create", "enospc")):
        for name in ("a.txt", "b.txt"):
            with pytest.raises(OSError, match="No space left"):
                (root / name).open("w")
        objects.upload("a")
    assert set(objects.all) == {"a"}
    assert not objects.place.can_have("enospc", "warehouse/a: close")
