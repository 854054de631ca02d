"""The tree is bound to no machine: no absolute home, no registry's address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
# What a clone has; a working folder may hold lakes and environments besides.
_FOLDERS = (".ci", "benchmarks", "docs", "requirements", "spotify", "src", "tests")
_FILES = (".gitignore", "Makefile", "README.md", "pyproject.toml")

_PLACES = {
    "an absolute home": re.compile(r"(?<![\w.)}-])/(?:root|home|work|Users)/"),
    "a registry's address": re.compile(
        r"pypi\.(?:org|python)|pythonhosted\.|://[^\s/]*(?:artifactory|nexus|devpi)"
    ),
    "a setting for a registry": re.compile(
        r"(?:index-url|find-links|trusted-host)[= ]+\S*[/.]", re.IGNORECASE
    ),
}


def _texts() -> Iterator[tuple[Path, str]]:
    found = [_ROOT / name for name in _FILES]
    for folder in _FOLDERS:
        found += [path for path in (_ROOT / folder).rglob("*") if path.is_file()]
    for path in found:
        if "__pycache__" not in path.parts:
            yield path.relative_to(_ROOT), path.read_bytes().decode("utf-8", errors="replace")


@pytest.mark.parametrize("what", list(_PLACES))
def test_the_tree_names_no_place(what: str) -> None:
    found = [
        f"{path}:{number}: {line.strip()}"
        for path, text in _texts()
        for number, line in enumerate(text.splitlines(), 1)
        if _PLACES[what].search(line)
    ]
    assert found == []


def test_such_places_are_seen() -> None:
    examples = (
        "see " + "/".join(["", "home", "ann", "lake"]),
        "https://" + "pypi" + ".org/simple",
        "--index-" + "url=x.y",
    )
    for pattern, example in zip(_PLACES.values(), examples, strict=True):
        assert pattern.search(example), example
