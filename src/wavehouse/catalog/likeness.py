"""Files that are alike, found whatever their order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Generic, TypeVar

from wavehouse.catalog.merging import ALIKE, can_merge, likeness
from wavehouse.catalog.read_file import Form, ReadFile
from wavehouse.core.columns import Column

T = TypeVar("T")


@dataclass(frozen=True)
class Look:
    """What is compared: the form, the columns, and the keys of folders (() where these do not count)."""

    form: Form
    columns: tuple[Column, ...]
    keys: tuple[str | None, ...] = ()

    def __str__(self) -> str:
        return f"{self.form} {self.keys} {self.columns}"


@dataclass(frozen=True)
class Cluster(Generic[T]):
    """Members that are alike; `look` is that of most of them."""

    look: Look
    members: tuple[T, ...]


def look_of(file: ReadFile) -> Look:
    """What a file looks like."""
    return Look(file.form, file.columns)


def alike(one: Look, other: Look) -> bool:
    """Whether more than 70 % of the columns of both are common to both, in files of one form."""
    return _same_form(one, other) and likeness(one.columns, other.columns, text=one.form.is_text) > ALIKE


def mergeable(one: Look, other: Look) -> bool:
    """Whether the columns that both have can be merged, in files of one form (`--single-schema`)."""
    return _same_form(one, other) and can_merge(one.columns, other.columns, text=one.form.is_text)


def _same_form(one: Look, other: Look) -> bool:
    return one.form == other.form and one.keys == other.keys


def clusters(
    members: Iterable[T], look: Callable[[T], Look], same: Callable[[Look, Look], bool] = alike
) -> list[Cluster[T]]:
    """The members in clusters, the largest first.

    Each distinct look is compared with those that more members have, so that the order does not matter.
    """
    by_look: dict[Look, list[T]] = {}
    for member in members:
        by_look.setdefault(look(member), []).append(member)
    found: dict[Look, list[T]] = {}
    known = _Known()
    for one in sorted(by_look, key=lambda one: (-len(by_look[one]), str(one))):
        others = known.similar(one) if same is alike else found
        first = next((other for other in others if same(other, one)), None)
        if first is None:
            found[one] = by_look[one]
            known.add(one)
        else:
            found[first] += by_look[one]
    all_ = [Cluster(look, tuple(members)) for look, members in found.items()]
    return sorted(all_, key=lambda cluster: (-len(cluster.members), str(cluster.look)))


class _Known:
    """Looks by the names of their columns: thousands that have nothing in common are not all compared."""

    def __init__(self) -> None:
        self._looks: list[Look] = []
        self._by_name: dict[str, list[int]] = {}

    def add(self, look: Look) -> None:
        """Know another one."""
        for name in _names(look):
            self._by_name.setdefault(name, []).append(len(self._looks))
        self._looks.append(look)

    def similar(self, look: Look) -> list[Look]:
        """All that can be alike, and perhaps others, in the order in which they were added.

        Who has more than 70 % of the names lacks less than 30 %: of any 30 %, such as the rarest, it has one.
        """
        names = sorted(_names(look), key=lambda name: len(self._by_name.get(name, ())))
        rarest = names[: ceil(len(names) * (1 - ALIKE)) + 1]
        places = {place for name in rarest for place in self._by_name.get(name, ())}
        return [self._looks[place] for place in sorted(places)]


def _names(look: Look) -> set[str]:
    # (All looks without columns are alike.)
    return {column.name.casefold() for column in look.columns} or {""}


def most(found: Sequence[Cluster[T]], of: int) -> Cluster[T] | None:
    """The cluster that has more than 70 % of `of` members, if one has."""
    return found[0] if found and len(found[0].members) > ALIKE * of else None
