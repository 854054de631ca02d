"""Files that are alike, found whatever their order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
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
    found: list[Cluster[T]] = []
    for one in sorted(by_look, key=lambda one: (-len(by_look[one]), str(one))):
        at = next((at for at, cluster in enumerate(found) if same(cluster.look, one)), None)
        if at is None:
            found.append(Cluster(one, tuple(by_look[one])))
        else:
            found[at] = replace(found[at], members=(*found[at].members, *by_look[one]))
    return sorted(found, key=lambda cluster: (-len(cluster.members), str(cluster.look)))


def most(found: Sequence[Cluster[T]], of: int) -> Cluster[T] | None:
    """The cluster that has more than 70 % of `of` members, if one has."""
    return found[0] if found and len(found[0].members) > ALIKE * of else None
