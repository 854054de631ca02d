"""The project on AWS: which account and which plan are meant, and what a command does with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from wavehouse.core.errors import CallError
from wavehouse.settings import AwsSettings, Settings
from wavehouse.wiring.aws_client import aws_client
from wavehouse.wiring.parts import Document

if TYPE_CHECKING:
    from wavehouse.aws.deploy.clients import Clients
    from wavehouse.aws.plan import Plan

Confirm = Callable[[Document], None]


def deploy(
    settings: Settings, aws: AwsSettings, stage: str, parameters: list[str], confirm: Confirm
) -> Document:
    """Bring a stage to what the project says, once `confirm` has been told the changes and has not raised."""
    clients = clients_of(aws)
    from wavehouse.aws.deploy.deploy import deploy as deploy_plan
    from wavehouse.terminal.progress import progress_on_stderr

    plan, given = _plan(settings, stage), _parameters(parameters)
    with progress_on_stderr() as progress:
        done = deploy_plan(
            clients, plan, lambda changes: confirm(changes.as_json()), progress, parameters=given
        )
    return {**done.as_json(), "notes": plan.notes}


def diff(settings: Settings, aws: AwsSettings, stage: str) -> Document:
    """What the project says, against what is deployed."""
    clients = clients_of(aws)
    from wavehouse.aws.deploy.diff import diff as differences

    return differences(clients, _plan(settings, stage))


def status(settings: Settings, aws: AwsSettings, stage: str) -> Document:
    """How a stage is."""
    clients = clients_of(aws)
    from wavehouse.aws.deploy.status import status as status_of

    return status_of(clients, _plan(settings, stage).stage)


def destroy(
    settings: Settings, aws: AwsSettings, stage: str, confirm: Confirm, *, delete_data: bool
) -> Document:
    """Take a stage away, once `confirm` has been told what would be lost and has not raised."""
    clients = clients_of(aws)
    from wavehouse.aws.deploy.destroy import destroy as destroy_stage
    from wavehouse.terminal.progress import progress_on_stderr

    meant = _plan(settings, stage).stage
    with progress_on_stderr() as progress:
        done = destroy_stage(
            clients, meant, lambda lost: confirm(lost.as_json()), progress, delete_data=delete_data
        )
    return done.as_json()


def clients_of(aws: AwsSettings) -> Clients:
    """Clients of AWS for these settings; raises `OutsideError` where its package is not installed."""
    with aws_client():
        from wavehouse.aws.deploy.clients import Clients
    return Clients(aws.region, aws.endpoint, aws.profile)


def _plan(settings: Settings, stage: str) -> Plan:
    from wavehouse.wiring.aws_plan import plan_of

    return plan_of(settings, stage)


def _parameters(given: list[str]) -> dict[str, str]:
    found = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals or not name:
            raise CallError(f"'{one}' says no value", where="--parameter", remedy="Write it as NAME=VALUE")
        found[name] = value
    return found
