"""The locks: complete, consistent with each other and with pyproject.toml, and bound to no place."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_ROOT = Path(__file__).parents[2]
_REQUIREMENTS = _ROOT / "requirements"
_LOCKS = ("run.txt", "build.txt", "dev.txt")

_PINNED = re.compile(
    r"(?P<name>[a-z0-9-]+)==(?P<version>[^ ;]+)(?P<marker> ; [^\\]+?)?(?: --hash=sha256:[0-9a-f]{64})+"
)


def _lock(name: str) -> dict[str, str]:
    """The requirement with its version, marker and hashes, by the package's name."""
    text = (_REQUIREMENTS / name).read_text("utf-8")
    lines = re.sub(r"\s*\\\n\s*", " ", text).splitlines()
    pinned = [line for line in lines if not line.lstrip().startswith("#")]
    return {line.split("==")[0]: line for line in pinned}


def _requirements(*names: str) -> list[Requirement]:
    lines = [line for name in names for line in (_REQUIREMENTS / name).read_text("utf-8").splitlines()]
    return [Requirement(text) for line in lines if (text := line.partition("#")[0].strip())]


@pytest.mark.parametrize("name", _LOCKS)
def test_a_lock_pins_every_package_by_hash_and_names_no_place(name: str) -> None:
    assert [line for line in _lock(name).values() if not _PINNED.fullmatch(line)] == []
    assert not re.search(
        r"://|^\s*-(?!-hash=)|@ |file:", (_REQUIREMENTS / name).read_text("utf-8"), re.MULTILINE
    )


def test_the_lock_of_the_tests_contains_the_others() -> None:
    everything = _lock("dev.txt").items()
    assert _lock("run.txt").items() <= everything
    assert _lock("build.txt").items() <= everything


@pytest.mark.parametrize("lock", ["run.txt", "dev.txt"])
def test_the_locks_are_those_of_pyproject(lock: str) -> None:
    """Whoever changes a dependency runs `make lock`."""
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [Requirement(text) for text in project["dependencies"]]
    if lock == "dev.txt":
        wanted += _requirements("build.in", "dev.in")
    versions = {}
    for name, line in _lock(lock).items():
        pinned = _PINNED.fullmatch(line)
        assert pinned, line
        versions[name] = pinned["version"]
    unmet = [
        str(requirement)
        for requirement in wanted
        if not requirement.specifier.contains(versions.get(canonicalize_name(requirement.name), "0"))
    ]
    assert unmet == []
