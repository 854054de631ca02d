"""The rules of the proxy: which requests they meet."""

from __future__ import annotations

import pytest
from tests.object_store.faults import Fault, Rule, Rules, S3Request

_PUT = S3Request("PUT", "lake", "t/metadata/00001-x.metadata.json", "")


def _met(*rules: Rule, requests: int, seed: int = 0) -> list[int]:
    """The numbers of the requests that met a fault."""
    held = Rules(seed)
    held.add(rules)
    return [number for number in range(1, requests + 1) if held.rule_for(_PUT)]


def test_a_request_is_read_from_the_line_of_http() -> None:
    assert S3Request.of("GET", "/lake/run%3D1/a%20b?versionId=2") == S3Request(
        "GET", "lake", "run=1/a b", "versionId=2"
    )
    assert S3Request.of("GET", "/lake?list-type=2&prefix=t") == S3Request(
        "GET", "lake", "", "list-type=2&prefix=t"
    )


@pytest.mark.parametrize(
    ("rule", "met"),
    [
        (Rule(Fault.SLOW_DOWN), True),
        (Rule(Fault.SLOW_DOWN, method="PUT", key="*.metadata.json"), True),
        (Rule(Fault.SLOW_DOWN, method="P*", key="t/*"), True),
        (Rule(Fault.SLOW_DOWN, method="GET"), False),
        (Rule(Fault.SLOW_DOWN, key="*.parquet"), False),
        (Rule(Fault.SLOW_DOWN, query="uploadId=*"), False),
        (Rule(Fault.TRUNCATED), False),
    ],
)
def test_a_rule_is_about_a_method_a_key_and_a_query(rule: Rule, met: bool) -> None:
    assert bool(_met(rule, requests=1)) == met


def test_a_rule_counts_its_requests() -> None:
    assert _met(Rule(Fault.DELAY), requests=4) == [1]
    assert _met(Rule(Fault.DELAY, first=2, times=2), requests=4) == [2, 3]
    assert _met(Rule(Fault.DELAY, first=3, times=None), requests=5) == [3, 4, 5]


def test_the_first_rule_wins_and_the_others_count_on() -> None:
    rules = Rules()
    rules.add([Rule(Fault.SLOW_DOWN), Rule(Fault.RESET_AFTER, times=2)])
    met = [rules.rule_for(_PUT) for _ in range(3)]
    assert [rule.fault if rule else None for rule in met] == [Fault.SLOW_DOWN, Fault.RESET_AFTER, None]
    rules.clear()
    assert rules.rule_for(_PUT) is None


def test_a_rule_that_spreads_meets_everything_from_then_on() -> None:
    rules = Rules()
    spreading = Rule(Fault.RESET_AFTER, method="PUT", first=2, spreads=True)
    rules.add([spreading, Rule(Fault.SLOW_DOWN, first=4)])
    get = S3Request("GET", "lake", "t/data/p.parquet", "")
    met = [rules.rule_for(request) for request in (_PUT, get, _PUT, get, _PUT, _PUT)]
    assert met == [None, None, *[spreading] * 4]
    rules.clear()
    assert rules.rule_for(_PUT) is None


def test_chance_is_repeated_by_its_seed() -> None:
    rule = Rule(Fault.SLOW_DOWN, times=None, probability=0.2)
    met = _met(rule, requests=1000, seed=1)
    assert 150 < len(met) < 250
    assert met == _met(rule, requests=1000, seed=1)
    assert met != _met(rule, requests=1000, seed=2)
