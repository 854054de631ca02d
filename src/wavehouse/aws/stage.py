"""A stage of a project on AWS, `dev` or `prod`, and what everything of it is called."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from wavehouse.core.errors import CallError
from wavehouse.core.suggestions import did_you_mean

STAGES = ("dev", "prod")
# What CloudFormation puts the account's number for (Fn::Sub); buckets are named for all of AWS.
ACCOUNT = "${AWS::AccountId}"
# An account that there is not, where AWS's patterns want twelve digits.
NOBODY = "0" * 12

# What the buckets of a stage are for; and that by which a large template travels, which is beside the stack.
ROLES = ("staging", "warehouse", "results", "logs")
ARTIFACTS = "artifacts"

# By this tag of everything in a stack AWS adds up what the stack costs.
STACK_TAG = "wavehouse:stack"

_OTHER = re.compile(r"[^a-z0-9]+")
# A bucket's name has 63 characters: with the stage, the longest part and the account's 12 digits.
_MOST = 24


@dataclass(frozen=True)
class Stage:
    """`project` is the project's name, `name` one of `STAGES`; names are the same each time."""

    project: str
    name: str = "dev"

    def __post_init__(self) -> None:
        if self.name not in STAGES:
            raise CallError(
                f"there is no stage '{self.name}'",
                where="--stage",
                remedy=did_you_mean(self.name, STAGES) or f"Name one of {', '.join(STAGES)}",
            )

    @property
    def stack(self) -> str:
        """The name of the stack, with which all others begin: `spotify-dev`."""
        word = _OTHER.sub("-", self.project.lower())[:_MOST].strip("-")
        # (A stack's name begins with a letter.)
        return f"{word if word[:1].isalpha() else f'wh-{word}'.strip('-')}-{self.name}"

    @property
    def tags(self) -> dict[str, str]:
        """The tags of everything in the stack."""
        return {STACK_TAG: self.stack, "wavehouse:stage": self.name}

    def called(self, part: str) -> str:
        """The name of a part: `spotify-dev-tracks`."""
        return f"{self.stack}-{part}"

    def bucket(self, role: str, account: str = ACCOUNT) -> str:
        """A bucket's name; `role` is one of `ROLES` or `ARTIFACTS`, `account` has twelve digits."""
        return f"{self.called(role)}-{account}"


def in_account(value: dict[str, Any], account: str) -> dict[str, Any]:
    """What a plan says, with an account's twelve digits wherever `ACCOUNT` stands in it."""
    found: dict[str, Any] = json.loads(json.dumps(value).replace(ACCOUNT, account))
    return found
