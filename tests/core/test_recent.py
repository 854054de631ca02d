"""A map that does not grow for ever."""

from __future__ import annotations

from wavehouse.core.recent import Recent


def test_what_was_not_asked_for_goes_first() -> None:
    kept: Recent[int, str] = Recent(3)
    for number in range(3):
        kept.put(number, str(number))
    assert kept.get(0) == "0"
    kept.put(3, "3")
    assert [kept.get(number) for number in range(4)] == ["0", None, "2", "3"]
    kept.put(2, "two")
    kept.pop(0)
    kept.pop(0)
    assert ([kept.get(number) for number in range(4)], len(kept)) == ([None, None, "two", "3"], 2)
