"""Tables that stay as they are, though no table was found in their place."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from wavehouse.catalog.changes import Difference
from wavehouse.catalog.known_tables import KnownTable, KnownTables
from wavehouse.catalog.naming import Identity
from wavehouse.catalog.read_file import Problem

if TYPE_CHECKING:
    from wavehouse.catalog.crawler import Found
    from wavehouse.catalog.proposal import Proposal

# What is there, and may be readable again.
_UNREADABLE = {"damaged", "unreadable"}
_NAMED = 3


@dataclass
class Kept:
    """The tables that stay, what is said of each, and the proposals that would have taken their files."""

    tables: set[Identity] = field(default_factory=set)
    differences: list[Difference] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    held_back: set[Identity] = field(default_factory=set)


def kept_tables(found: Found, known: KnownTables, there: Collection[Identity]) -> Kept:
    """Those that lie where something cannot be read now, and with `on_change: log` those that fell apart.

    A table falls apart when files of it are there still, and go together no longer; `there` are the
    identities of the tables that were found.
    """
    kept = Kept()
    files_of: dict[str, set[str]] = {}
    for path, name in found.before.tables.items():
        files_of.setdefault(name, set()).add(path)
    for identity, one in known.tables.items():
        if identity in there:
            continue
        if (problem := _unreadable(found, one)) is not None:
            kept.tables.add(identity)
            what = f"{one.table.name} is kept as it is, since this lies there"
            kept.problems.append(Problem(problem.path, "kept", what))
        elif found.crawler.on_change == "log" and files_of.get(str(one.table.name), set()) & {*found.files}:
            kept.tables.add(identity)
            parts = list(_parts(found, one, known.tables))
            kept.held_back |= {part.identity for part in parts}
            kept.problems.append(_fallen_apart(one, parts))
            kept.differences += _left_out(found, one, files_of[str(one.table.name)])
    return kept


def _unreadable(found: Found, table: KnownTable) -> Problem | None:
    folder = f"{table.folder}/"
    for problem in found.problems:
        at = f"{found.tree.location('' if problem.path == '.' else problem.path)}/"
        if problem.kind in _UNREADABLE and (at.startswith(folder) or folder.startswith(at)):
            return problem
    return None


def _parts(found: Found, table: KnownTable, known: Mapping[Identity, KnownTable]) -> Iterator[Proposal]:
    for one in found.proposals:
        inside = f"{one.location}/".startswith(f"{table.folder}/")
        if inside and one.identity not in known:
            yield one


def _fallen_apart(table: KnownTable, parts: list[Proposal]) -> Problem:
    named = ", ".join(one.files[0].path for one in parts[:_NAMED])
    more = ", …" if len(parts) > _NAMED else ""
    tables = "one table" if len(parts) == 1 else f"{len(parts):,} tables"
    return Problem(
        parts[0].files[0].path if parts else ".",
        "kept",
        f"{table.table.name} is kept as it is (--on-change log): its files would be {tables} now, "
        f"beginning with {named}{more}",
    )


def _left_out(found: Found, table: KnownTable, members: set[str]) -> Iterator[Difference]:
    """An external table reads all that lies in its folder but what it names: what came is named."""
    if table.adopted:
        return
    folder = f"{table.folder}/"
    came = {
        location.removeprefix(folder)
        for file in found.tree.files
        if file.path not in members and (location := found.tree.location(file.path)).startswith(folder)
    }
    left_out = tuple(sorted({*table.table.left_out, *came}))
    if left_out != table.table.left_out:
        said = f"{len(left_out)} files are left out, and were {len(table.table.left_out)}"
        after = replace(table.table, left_out=left_out)
        yield Difference("changed", table.table.name, table, after, None, adopted=False, otherwise=(said,))
