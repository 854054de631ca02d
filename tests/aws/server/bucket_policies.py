"""Policies of buckets are kept, and bind nobody: moto reads no conditions, and would refuse everything."""

from __future__ import annotations

from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket


def add() -> None:
    """Have moto allow what it cannot judge."""
    setattr(FakeBucket, "get_permission", lambda _self, _action, _resource: PermissionResult.NEUTRAL)  # noqa: B010
