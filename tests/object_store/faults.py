"""What can go wrong between a client and an S3 server: rules that say when, and a record of what was done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from fnmatch import fnmatchcase
from random import Random
from threading import Lock
from urllib.parse import unquote


class Fault(Enum):
    """What happens to a request.

    Of the two resets, `RESET_AFTER` is the treacherous one: the server has done what it was asked to, and
    the client cannot know.
    """

    SLOW_DOWN = "503"
    RESET_BEFORE = "reset before"
    RESET_AFTER = "reset after"
    DELAY = "delay"
    TRUNCATED = "truncated reply"
    REFUSED = "refused"


@dataclass(frozen=True)
class S3Request:
    """One request by path style: `key` is "" where it is about the bucket, as in a listing.

    `query` is as it was sent: "uploads" begins an upload in parts, "uploadId=…" ends it, and
    "partNumber=…&uploadId=…" brings a part.
    """

    method: str
    bucket: str
    key: str
    query: str

    @classmethod
    def of(cls, method: str, target: str) -> S3Request:
        """The request that a line of HTTP names."""
        path, _, query = target.partition("?")
        bucket, _, key = path.removeprefix("/").partition("/")
        return cls(method, bucket, unquote(key), query)


@dataclass(frozen=True)
class Rule:
    """A fault, and the requests it meets: `method`, `key` and `query` are patterns as of a shell.

    Of the requests that match, it meets the one numbered `first` (from 1) and those after it, `times` in
    all (None: every one), each with `probability`. With `spreads`, it meets from the first of these on all
    requests, whatever they are. `seconds` is how long a delay lasts, `code` what S3 calls a refusal. A reply
    to anything but a GET is never truncated.
    """

    fault: Fault
    method: str = "*"
    key: str = "*"
    query: str = "*"
    first: int = 1
    times: int | None = 1
    probability: float = 1.0
    seconds: float = 0.0
    code: str = "AccessDenied"
    spreads: bool = False

    def matches(self, request: S3Request) -> bool:
        """Whether the rule is about such requests."""
        return (
            fnmatchcase(request.method, self.method)
            and fnmatchcase(request.key, self.key)
            and fnmatchcase(request.query, self.query)
            and self.can_meet(request)
        )

    def can_meet(self, request: S3Request) -> bool:
        """Whether its fault can happen to a request."""
        return self.fault is not Fault.TRUNCATED or request.method == "GET"

    def meets(self, number: int) -> bool:
        """Whether it is the turn of the matching request with this number."""
        return self.first <= number and (self.times is None or number < self.first + self.times)


@dataclass(frozen=True)
class Passed:
    """What became of a request: the fault, if one happened, and the server's status.

    `status` is None where the server was not asked, had not yet been asked (a delay), or gave no answer.
    """

    request: S3Request
    fault: Fault | None
    status: int | None


@dataclass
class Rules:
    """The rules of one proxy; its requests come in many threads."""

    seed: int = 0
    _rules: list[Rule] = field(default_factory=list)
    _seen: list[int] = field(default_factory=list)
    _spread: Rule | None = None
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        """The same seed and the same order of requests draw the same faults."""
        self._dice = Random(self.seed)  # noqa: S311  # nothing is to be kept secret

    def add(self, rules: Sequence[Rule]) -> None:
        """Begin to count for these rules, after the ones that are there."""
        with self._lock:
            self._rules += rules
            self._seen += [0] * len(rules)

    def clear(self) -> None:
        """Forget all rules."""
        with self._lock:
            self._rules.clear()
            self._seen.clear()
            self._spread = None

    def rule_for(self, request: S3Request) -> Rule | None:
        """The first rule whose turn it is; every rule counts the request."""
        chosen = None
        with self._lock:
            if self._spread:
                return self._spread if self._spread.can_meet(request) else None
            for at, rule in enumerate(self._rules):
                if not rule.matches(request):
                    continue
                self._seen[at] += 1
                # Drawn even where another rule was first, so that the later draws stay what they are.
                if rule.meets(self._seen[at]) and self._dice.random() < rule.probability and not chosen:
                    chosen = rule
            self._spread = chosen if chosen and chosen.spreads else None
        return chosen
