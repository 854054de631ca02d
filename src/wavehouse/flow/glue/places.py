"""Where a flow's `${staging}` and `${warehouse}` are on AWS."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wavehouse.core.errors import CallError

# Source: the naming rules of S3 (docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html).
_PREFIX = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:/[^/\s]+)*/?")
_NO_BUCKET = re.compile(r"[^a-z0-9]+")
# So that a bucket's name stays within 63 characters.
_MOST = 50

_FIELDS = {"Path", "Paths", "SamplePath", "ResultsS3Prefix"}
_VARIABLE = re.compile(r"\$\{(staging|warehouse)\}(?=/|$)")
_ONE_FOLDER = re.compile(r"/[^/]+/?")


@dataclass(frozen=True)
class Places:
    """Two prefixes, `s3://bucket` or `s3://bucket/folder`, without a slash at the end."""

    staging: str
    warehouse: str

    @classmethod
    def of(cls, project: str, staging: str | None = None, warehouse: str | None = None) -> Places:
        """The named prefixes, else `s3://<project>-staging` and `s3://<project>-warehouse`.

        Raises `CallError` for what is no prefix in S3, and for one prefix twice.
        """
        bucket = _NO_BUCKET.sub("-", project.lower())[:_MOST].strip("-") or "wavehouse"
        places = cls(
            _prefix("--staging", staging or f"s3://{bucket}-staging"),
            _prefix("--warehouse", warehouse or f"s3://{bucket}-warehouse"),
        )
        if places.staging == places.warehouse:
            raise CallError(
                f"--staging and --warehouse are both {places.staging}",
                remedy="Name two folders, so that what a job writes is not read as new files",
            )
        return places

    def on_aws(self, fields: Any) -> Any:
        """The fields of a node with prefixes in the place of variables."""
        return _in_places(fields, lambda _field, text: _VARIABLE.sub(self._value, text, count=1))

    def in_flow(self, fields: Any) -> Any:
        """The fields of a node with variables in the place of prefixes."""
        return _in_places(fields, self._with_variable)

    def _value(self, variable: re.Match[str]) -> str:
        return self.staging if variable[1] == "staging" else self.warehouse

    def _with_variable(self, field: str, text: str) -> str:
        known = [(self.staging, "staging"), (self.warehouse, "warehouse")]
        # The longer first: one may lie in the other.
        for prefix, name in sorted(known, key=lambda one: -len(one[0])):
            rest = text.removeprefix(prefix)
            if rest == text or (rest and not rest.startswith("/")):
                continue
            # A source reads all files of a contract, or files by themselves (flow/nodes/sources.py).
            if name == "staging" and field == "Paths" and not _ONE_FOLDER.fullmatch(rest):
                return text
            return f"${{{name}}}{rest}"
        return text


def _prefix(option: str, text: str) -> str:
    if not _PREFIX.fullmatch(text):
        raise CallError(
            f"{option} is '{text}', which is no prefix in S3", remedy="Write it as s3://bucket/folder"
        )
    return text.rstrip("/")


def _in_places(fields: Any, change: Any) -> Any:
    """`fields` with every path changed; columns, which some nodes have in `Paths` too, are lists in lists."""
    if not isinstance(fields, Mapping):
        return fields
    found = {}
    for name, value in fields.items():
        if name in _FIELDS and isinstance(value, str):
            found[name] = change(name, value)
        elif name in _FIELDS and isinstance(value, list):
            found[name] = [change(name, one) if isinstance(one, str) else one for one in value]
        else:
            found[name] = _in_places(value, change)
    return found
