"""A lake to break, and processes to break it with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.crash.place import Directory, Place
from tests.crash.processes import Nursery
from tests.crash.scenes import Theatre, Workshop


@pytest.fixture(scope="session", params=["directory"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Where the lake lies: each kind of place is a parameter, and every test runs on each."""
    assert request.param == "directory"
    return Directory(tmp_path_factory.mktemp("place"))


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Where processes come from."""
    nursery = Nursery()
    yield nursery
    nursery.close()


@pytest.fixture(scope="session")
def theatre(place: Place, nursery: Nursery, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theatre]:
    """Scenes over that lake."""
    shop = Workshop(place, nursery, tmp_path_factory.mktemp("workshop"))
    yield Theatre(shop)
    shop.close()
