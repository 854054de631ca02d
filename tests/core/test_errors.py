"""An error is one short paragraph: where, what, and what to do; and it ends the process with its own code."""

from __future__ import annotations

import pytest

from wavehouse.core.errors import (
    CallError,
    DefinitionError,
    OutsideError,
    QueryError,
    RejectedError,
    UnansweredError,
    WavehouseError,
    in_words,
)


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (WavehouseError("it broke"), "it broke."),
        (WavehouseError("it broke."), "it broke."),
        (WavehouseError("it broke", where="a.csv:3"), "a.csv:3: it broke."),
        (WavehouseError("it broke", remedy="Mend it"), "it broke. Mend it."),
        (
            WavehouseError("no such name", where="flow.yaml:7", remedy="Did you mean 'x'?"),
            "flow.yaml:7: no such name. Did you mean 'x'?",
        ),
        (WavehouseError("the list ends in …", remedy="Known: a, …"), "the list ends in …. Known: a, …."),
    ],
)
def test_text(error: WavehouseError, text: str) -> None:
    assert str(error) == text


@pytest.mark.parametrize(
    ("kind", "code"),
    [(RejectedError, 1), (CallError, 2), (DefinitionError, 2), (QueryError, 2), (OutsideError, 3)],
)
def test_exit_codes(kind: type[WavehouseError], code: int) -> None:
    assert kind("x").exit_code == code
    assert isinstance(kind("x"), WavehouseError)


def test_the_parts_can_be_put_elsewhere() -> None:
    error = RejectedError("a line is short", where="a.csv:3", remedy="Mend it")
    assert (error.what, error.where, error.remedy) == ("a line is short", "a.csv:3", "Mend it")


def test_an_error_of_the_disk_says_where_it_was() -> None:
    told = in_words(OSError(28, "No space left on device", "lake/a"), "lake", "; the lake is as it was")
    assert str(told) == (
        "lake/a: reading or writing failed: No space left on device. "
        "Check permissions and free space there, then run again; the lake is as it was."
    )
    assert not isinstance(told, UnansweredError)


def test_an_error_of_a_bucket_does_not_send_anybody_to_the_disk() -> None:
    told = in_words(OSError("AWS Error ACCESS_DENIED during HeadObject operation"), "s3://bucket/a")
    assert isinstance(told, UnansweredError)
    assert str(told) == (
        "s3://bucket/a: reading or writing failed: AWS Error ACCESS_DENIED during HeadObject operation. "
        "Give the credentials s3:ListBucket and s3:GetObject, to write s3:PutObject and s3:DeleteObject "
        "too (keys that are wrong or no longer valid may be told so as well), then run again."
    )
