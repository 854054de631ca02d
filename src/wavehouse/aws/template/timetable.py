"""When a schedule fires, as AWS writes it: six fields in `cron(…)`.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
"""

from __future__ import annotations

_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


def cron_expressions(schedule: str) -> list[str]:
    """The expressions that fire together when `schedule` does, which `Cron` has read.

    One of five fields that names both kinds of days fires on either; AWS wants one of them to be `?`, so that
    there are two.
    """
    text = " ".join(schedule.split())
    if text.startswith("cron("):
        return [text]
    minute, hour, day, month, weekday = text.upper().split(" ")
    days = f"cron({minute} {hour} {{}} {month} {{}} *)"
    if weekday in {"*", "?"}:
        return [days.format("*" if day in {"*", "?"} else day, "?")]
    names = ",".join(_DAYS[one] for one in sorted(_weekdays(weekday)))
    found = [days.format("?", names)]
    return found if day in {"*", "?"} else [days.format(day, "?"), *found]


def _weekdays(field: str) -> set[int]:
    """The days of the week that a field names, Sunday being 0."""
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        begin = 0 if first == "*" else _weekday(first)
        end = _weekday(last) if last else (6 if first == "*" or step else begin)
        # (Sunday is 7 at the end of a span.)
        end += 7 if end < begin else 0
        found |= {day % 7 for day in range(begin, end + 1, int(step or 1))}
    return found


def _weekday(word: str) -> int:
    return int(word) if word.isdigit() else _DAYS.index(word)
