"""The proxy in front of the S3 server: what it passes on, and that each fault really happens."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from pyarrow.fs import FileSelector, FileType, S3FileSystem
from tests.object_store.fault_proxy import FaultProxy
from tests.object_store.faults import Fault, Rule
from tests.object_store.seaweedfs import S3Server

_CONTENT = b"some bytes, more than an error has " * 50


@pytest.fixture
def client(s3_server: S3Server, proxy: FaultProxy) -> S3FileSystem:
    """A client behind the proxy that tries again, as clients do."""
    return s3_server.client(proxy.endpoint)


@pytest.fixture
def stubborn(s3_server: S3Server, proxy: FaultProxy) -> S3FileSystem:
    """A client behind the proxy that tries once, as far as it can be told to."""
    return s3_server.client(proxy.endpoint, attempts=1)


@pytest.fixture
def stored(s3_server: S3Server, bucket: str) -> str:
    """The path of an object that is there already."""
    path = f"{bucket}/stored"
    _put(s3_server.client(), path, _CONTENT)
    return path


def _put(client: S3FileSystem, path: str, content: bytes = _CONTENT) -> None:
    with client.open_output_stream(path) as stream:
        stream.write(content)


def _get(client: S3FileSystem, path: str) -> bytes:
    content: bytes = client.open_input_file(path).read()
    return content


def _is_there(server: S3Server, path: str) -> bool:
    """What the server itself says."""
    there: bool = server.client().get_file_info(path).type == FileType.File
    return there


def _happened(proxy: FaultProxy) -> list[tuple[str, Fault, int | None]]:
    return [(p.request.method, p.fault, p.status) for p in proxy.log if p.fault]


def test_without_rules_everything_passes(client: S3FileSystem, proxy: FaultProxy, bucket: str) -> None:
    path = f"{bucket}/data/run=1/ü + %.txt"
    large = bytes(range(256)) * 50_000  # so large that it is put in parts
    _put(client, path)
    _put(client, f"{bucket}/large", large)
    assert _get(client, path) == _CONTENT
    assert _get(client, f"{bucket}/large") == large
    files = [info for info in client.get_file_info(FileSelector(bucket, recursive=True)) if info.is_file]
    assert {info.path: info.size for info in files} == {path: len(_CONTENT), f"{bucket}/large": len(large)}
    client.delete_file(path)
    client.delete_dir_contents(bucket)
    assert client.get_file_info(FileSelector(bucket, recursive=True)) == []
    assert proxy.faults() == []
    assert {passed.request.method for passed in proxy.log} == {"GET", "HEAD", "PUT", "POST", "DELETE"}
    assert all(passed.status for passed in proxy.log)


def test_the_log_tells_what_was_asked(client: S3FileSystem, proxy: FaultProxy, bucket: str) -> None:
    _put(client, f"{bucket}/run=1/a b")
    (put,) = proxy.log
    assert (put.request.method, put.request.bucket, put.request.key) == ("PUT", bucket, "run=1/a b")
    assert (put.fault, put.status) == (None, 200)


def test_a_wrong_secret_is_refused_through_it(s3_server: S3Server, proxy: FaultProxy, stored: str) -> None:
    stranger = S3Server(s3_server.endpoint, secret_key="guessed")  # noqa: S106  # that is the point
    with pytest.raises(OSError, match=r"ACCESS_DENIED|403"):
        _get(stranger.client(proxy.endpoint), stored)


@pytest.mark.parametrize("fault", [Fault.SLOW_DOWN, Fault.RESET_BEFORE, Fault.RESET_AFTER])
def test_a_fault_that_lasts_reaches_the_client(
    stubborn: S3FileSystem, proxy: FaultProxy, s3_server: S3Server, bucket: str, fault: Fault
) -> None:
    proxy.add(Rule(fault, method="PUT", times=None))
    with pytest.raises(OSError, match="SLOW_DOWN" if fault is Fault.SLOW_DOWN else "NETWORK_CONNECTION"):
        _put(stubborn, f"{bucket}/object")
    applied = fault is Fault.RESET_AFTER
    assert set(_happened(proxy)) == {("PUT", fault, 200 if applied else None)}
    assert _is_there(s3_server, f"{bucket}/object") == applied


@pytest.mark.parametrize("fault", [Fault.SLOW_DOWN, Fault.RESET_BEFORE, Fault.RESET_AFTER])
def test_a_client_that_tries_again_puts_its_object(
    client: S3FileSystem, proxy: FaultProxy, s3_server: S3Server, bucket: str, fault: Fault
) -> None:
    proxy.add(Rule(fault, method="PUT"))
    _put(client, f"{bucket}/object")
    assert len(proxy.faults(fault)) == 1
    assert [passed.request.method for passed in proxy.log] == ["PUT", "PUT"]
    assert _get(s3_server.client(), f"{bucket}/object") == _CONTENT


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault.SLOW_DOWN, "SLOW_DOWN|SERVICE_UNAVAILABLE"),
        (Fault.RESET_BEFORE, "NETWORK_CONNECTION"),
        (Fault.RESET_AFTER, "NETWORK_CONNECTION"),
        (Fault.TRUNCATED, f"end of response with {len(_CONTENT) // 2} bytes missing"),
    ],
)
def test_a_reply_that_fails_is_no_content(
    stubborn: S3FileSystem, proxy: FaultProxy, stored: str, fault: Fault, said: str
) -> None:
    proxy.add(Rule(fault, method="GET", times=None))
    with pytest.raises(OSError, match=said):
        _get(stubborn, stored)
    assert {what for _, what, _ in _happened(proxy)} == {fault}
    proxy.clear()
    assert _get(stubborn, stored) == _CONTENT


def test_only_a_get_is_truncated(client: S3FileSystem, proxy: FaultProxy, bucket: str) -> None:
    proxy.add(Rule(Fault.TRUNCATED, times=None))
    _put(client, f"{bucket}/object")
    client.delete_file(f"{bucket}/object")
    assert proxy.faults() == []


def test_a_delay_is_waited_for(client: S3FileSystem, proxy: FaultProxy, stored: str) -> None:
    proxy.add(Rule(Fault.DELAY, method="GET", seconds=0.3))
    begun = time.monotonic()
    assert _get(client, stored) == _CONTENT
    assert time.monotonic() - begun >= 0.3
    assert _happened(proxy) == [("GET", Fault.DELAY, None)]


def test_a_delay_ends_with_the_proxy(s3_server: S3Server, stored: str) -> None:
    with ThreadPoolExecutor(1) as pool:
        with FaultProxy(s3_server.endpoint) as proxy:
            proxy.add(Rule(Fault.DELAY, times=None, seconds=600))
            waiting = pool.submit(_get, s3_server.client(proxy.endpoint, attempts=1), stored)
            while not proxy.faults(Fault.DELAY):
                time.sleep(0.01)
        assert wait([waiting], timeout=30).done


def test_a_rule_meets_the_key_and_the_turn_that_it_names(
    client: S3FileSystem, proxy: FaultProxy, bucket: str
) -> None:
    proxy.add(Rule(Fault.SLOW_DOWN, method="PUT", key="*.json", first=2))
    for name in ("a.json", "a.parquet", "b.json"):
        _put(client, f"{bucket}/{name}")
    (slow,) = proxy.faults()
    assert slow.request.key == "b.json"


def test_a_step_of_an_upload_in_parts_can_be_named(
    client: S3FileSystem, proxy: FaultProxy, s3_server: S3Server, bucket: str
) -> None:
    proxy.add(Rule(Fault.RESET_AFTER, method="POST", query="uploadId=*"))
    _put(client, f"{bucket}/large", b"x" * 12_000_000)
    (dropped,) = proxy.faults()
    assert (dropped.request.key, dropped.status) == ("large", 200)
    assert s3_server.client().get_file_info(f"{bucket}/large").size == 12_000_000


def test_many_requests_at_once_are_all_written_down(
    client: S3FileSystem, proxy: FaultProxy, bucket: str
) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: _put(client, f"{bucket}/{number}", b"x"), range(40)))
    assert sorted(int(passed.request.key) for passed in proxy.log) == list(range(40))


def test_a_server_that_is_gone_is_not_hidden(s3_server: S3Server) -> None:
    with FaultProxy("127.0.0.1:1") as proxy:
        with pytest.raises(OSError, match="NETWORK_CONNECTION"):
            _get(s3_server.client(proxy.endpoint, attempts=1), "bucket/object")
        assert {(passed.fault, passed.status) for passed in proxy.log} == {(None, None)}
