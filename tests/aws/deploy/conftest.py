"""A plan, and what listens while it is deployed."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.aws.deploy.plans import plan as small_plan
from tests.aws.server.process import FalseAws

from wavehouse.aws.deploy.clients import Clients
from wavehouse.aws.deploy.deploy import Changes, Deployed, deploy
from wavehouse.aws.deploy.diff import diff
from wavehouse.aws.deploy.waiting import Waiting
from wavehouse.aws.plan import Plan
from wavehouse.core.errors import CallError

AT_ONCE = Waiting(seconds=0, most=60)


@dataclass
class Heard:
    """A `Progress` that remembers."""

    steps: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def started(self, step: str) -> None:
        self.steps.append(f"{step}…")

    def advanced(self, step: str, fraction: float) -> None:
        """Nothing here advances by parts."""

    def finished(self, step: str, summary: str) -> None:
        self.steps.append(f"{step}: {summary}")

    def note(self, text: str) -> None:
        self.notes.append(text)


@dataclass
class Stage:
    """A stage that is deployed again and again, without waiting."""

    aws: FalseAws
    clients: Clients
    plan: Plan
    heard: Heard = field(default_factory=Heard)
    asked: list[Changes] = field(default_factory=list)

    def deploy(self, *, refuse: bool = False, **parameters: str) -> Deployed:
        def confirm(changes: Changes) -> None:
            self.asked.append(changes)
            if refuse:
                raise CallError("nothing was deployed")

        return deploy(self.clients, self.plan, confirm, self.heard, parameters=parameters, waiting=AT_ONCE)

    def diff(self) -> dict[str, Any]:
        return diff(self.clients, self.plan, AT_ONCE)

    @property
    def name(self) -> str:
        return self.plan.stage.stack

    def resource(self, name: str) -> dict[str, Any]:
        """The properties of a resource in the plan, to be edited."""
        properties: dict[str, Any] = self.plan.template["Resources"][name]["Properties"]
        return properties


@pytest.fixture
def stage(aws: FalseAws, tmp_path: Path) -> Stage:
    """Nothing of it is deployed yet."""
    return Stage(aws, aws.clients, small_plan(tmp_path))
