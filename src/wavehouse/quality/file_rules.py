"""Rules about files: how large, how old, how alike they are."""

from __future__ import annotations

import hashlib
import operator
from abc import abstractmethod
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from wavehouse.core.errors import DefinitionError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.quality.comparisons import holds
from wavehouse.quality.dataset import DataFile
from wavehouse.quality.frame import Frame
from wavehouse.quality.leaf import KnownRule
from wavehouse.quality.operands import check_numbers, is_dynamic
from wavehouse.quality.outcome import Outcome
from wavehouse.quality.row_rules import judged
from wavehouse.quality.rules import (
    DateCondition,
    DateNull,
    Number,
    NumberCondition,
    Rule,
    Size,
    SizeCondition,
    Text,
    TextCondition,
)
from wavehouse.quality.scope import Scope
from wavehouse.quality.times import check_dates, compare_moment

_UNITS = {"B": 1, "KB": 1024, "MB": 1024**2, "GB": 1024**3, "TB": 1024**4}
_HASHES = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256"}
_ORDER: dict[str, Callable[[int, int], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class FileRule(KnownRule):
    """What rules about files have in common: which files, and that it needs no SQL."""

    def __init__(self, rule: Rule, scope: Scope) -> None:
        super().__init__(rule)
        self._base = scope.base
        for path in rule.values:
            if "://" in path:
                raise DefinitionError(
                    f"'{path}' is not reachable from here", remedy="Name a file or a folder of this machine"
                )

    def outcome(self, frame: Frame, found: Sequence[Any]) -> Outcome:  # noqa: ARG002
        """By the files; one that cannot be read fails the rule."""
        try:
            sides = [self._files(path) for path in self.rule.values] or [list(frame.dataset.files)]
            for path, files in zip(self.rule.values or ("the dataset",), sides, strict=True):
                if not files:
                    return Outcome(False, reason=f"there is no file in {path}")
            return self._judge(frame, sides)
        except OSError as error:
            return Outcome(False, reason=f"{error.filename} cannot be read: {error.strerror}")

    @abstractmethod
    def _judge(self, frame: Frame, sides: list[list[DataFile]]) -> Outcome:
        """The verdict on files."""

    def _share(self, frame: Frame, name: str, files: Sequence[DataFile], good: int) -> Outcome:
        metrics = {name: good / len(files), "Dataset.*.FileCount": float(len(files))}
        if self.rule.threshold is not None:
            return judged(self, self.rule.threshold, metrics, frame)
        wrong = len(files) - good
        return Outcome(not wrong, metrics, reason=f"{wrong} of {len(files)} files fail" if wrong else "")

    def _files(self, named: str) -> list[DataFile]:
        path = self._base / named
        paths = sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]
        found = []
        for one in paths:
            if one.exists():
                stat = one.stat()
                found.append(DataFile(one, stat.st_size, datetime.fromtimestamp(stat.st_mtime, UTC)))
        return found


class FileSizeRule(FileRule):
    """`FileSize [path] CONDITION`; a number without a unit counts bytes."""

    def __init__(self, rule: Rule, scope: Scope) -> None:
        super().__init__(rule, scope)
        condition = rule.condition
        if isinstance(condition, SizeCondition):
            operands = tuple(Number(str(_bytes(size))) for size in condition.operands)
            condition = NumberCondition(condition.operator, operands)
        if not isinstance(condition, NumberCondition):
            raise DefinitionError(
                "FileSize needs a condition on sizes", remedy="As in: between 1 KB and 2 GB"
            )
        check_numbers(condition)
        if any(is_dynamic(operand) for operand in condition.operands):
            raise DefinitionError("the size of each file is not kept from run to run")
        self._condition = condition

    def _judge(self, frame: Frame, sides: list[list[DataFile]]) -> Outcome:
        (files,) = sides
        good = sum(holds(self._condition, file.size, lambda _: ()) for file in files)
        return self._share(frame, "Dataset.*.FileSize.Compliance", files, good)


class FileFreshnessRule(FileRule):
    """`FileFreshness [path] CONDITION` on the time of the last change."""

    def __init__(self, rule: Rule, scope: Scope) -> None:
        super().__init__(rule, scope)
        if not isinstance(rule.condition, DateCondition):
            raise DefinitionError(
                "FileFreshness needs a condition on dates", remedy="As in: > (now() - 1 days)"
            )
        self._zone = rule.tags.get("timeZone", "")
        check_dates(rule.condition, self._zone)
        self._condition = rule.condition

    def _judge(self, frame: Frame, sides: list[list[DataFile]]) -> Outcome:
        (files,) = sides
        good = sum(self._fits(file.modified, frame.dataset.moment) for file in files)
        return self._share(frame, "Dataset.*.FileFreshness.Compliance", files, good)

    def _fits(self, modified: datetime, now: datetime) -> bool:
        # A file always has a time: NULL among the operands is equal to none.
        stands = [
            compare_moment(modified, operand, self._zone, now)
            for operand in self._condition.operands
            if not isinstance(operand, DateNull)
        ]
        met = {
            "in": 0 in stands,
            "=": 0 in stands,
            "not in": 0 not in stands,
            "!=": 0 not in stands,
            "between": stands[:1] == [1] and stands[-1:] == [-1],
            "not between": not (stands[:1] == [1] and stands[-1:] == [-1]),
        }
        chosen = self._condition.operator
        return met[chosen] if chosen in met else _ORDER[chosen](stands[0], 0)


class FileUniquenessRule(FileRule):
    """`FileUniqueness [path] CONDITION`: files whose contents no other has."""

    def __init__(self, rule: Rule, scope: Scope) -> None:
        super().__init__(rule, scope)
        if not isinstance(rule.condition, NumberCondition):
            raise DefinitionError("FileUniqueness needs a condition on numbers")
        check_numbers(rule.condition)
        self._condition = rule.condition

    def _judge(self, frame: Frame, sides: list[list[DataFile]]) -> Outcome:
        (files,) = sides
        counted = Counter(_checksum(file.path, "sha256") for file in files)
        unique = sum(count == 1 for count in counted.values())
        metrics = {
            "Dataset.*.FileUniquenessRatio": unique / len(files),
            "Dataset.*.FileCount": float(len(files)),
        }
        return judged(self, self._condition, metrics, frame)


class FileMatchRule(FileRule):
    """`FileMatch [path] in [checksums]`, or `FileMatch "here" "there"`: the same contents on both sides."""

    def __init__(self, rule: Rule, scope: Scope) -> None:
        super().__init__(rule, scope)
        named = rule.tags.get("hashAlgorithm", "SHA-256")
        if named.upper() not in _HASHES:
            raise DefinitionError(f"there is no checksum '{named}'", remedy=did_you_mean(named, _HASHES))
        self._hash = _HASHES[named.upper()]
        self._wanted: set[str] = set()
        self._negative = False
        if isinstance(rule.condition, TextCondition) and rule.condition.operator in (
            "=",
            "!=",
            "in",
            "not in",
        ):
            self._wanted = {one.value.lower() for one in rule.condition.operands if isinstance(one, Text)}
            self._negative = rule.condition.operator in ("!=", "not in")
        elif rule.condition is not None or len(rule.values) != 2:
            raise DefinitionError("FileMatch needs checksums, or two paths", remedy='As in: in ["0a1b…"]')

    def _judge(self, frame: Frame, sides: list[list[DataFile]]) -> Outcome:  # noqa: ARG002
        metrics = {"Dataset.*.FileCount": float(len(sides[0]))}
        sums = [{file.path: _checksum(file.path, self._hash) for file in side} for side in sides]
        if self.rule.condition is None:
            here, there = (set(side.values()) for side in sums)
            odd = [path for side in sums for path, one in side.items() if one not in here & there]
        else:
            odd = [path for path, one in sums[0].items() if (one in self._wanted) == self._negative]
        names = ", ".join(path.name for path in odd[:5]) + (", …" if len(odd) > 5 else "")
        return Outcome(not odd, metrics, reason=f"files that do not match: {names}" if odd else "")


def _bytes(size: Size) -> int:
    return size.amount * _UNITS[size.unit]


def _checksum(path: Path, name: str) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.new(name, usedforsecurity=False)).hexdigest()
