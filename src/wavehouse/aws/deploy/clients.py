"""AWS's own clients, all of one account, one region and one endpoint."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import boto3
from botocore.config import Config

from wavehouse.aws.deploy.troubles import told
from wavehouse.core.errors import CallError
from wavehouse.core.suggestions import did_you_mean

# An answer that does not come within this time is asked for again, up to `_ATTEMPTS` times in all.
_SECONDS = 30
_ATTEMPTS = 4


@dataclass(frozen=True)
class Clients:
    """Where to go: a region, an endpoint (else AWS's own), a profile; credentials as AWS's tools find them.

    Raises `CallError` for a region or a profile that there is not.
    """

    region: str = ""
    endpoint: str = ""
    profile: str = ""

    def __post_init__(self) -> None:
        known = self.session.get_available_regions("cloudformation", self.partition)
        if self.where not in known:
            raise CallError(
                f"there is no region '{self.where}'",
                where="--region",
                remedy=did_you_mean(self.where, known)
                or "Name one as eu-central-1; if it is a new one, update boto3",
            )

    @cached_property
    def session(self) -> Any:
        """One session: it finds the credentials once."""
        with told("the settings of AWS's tools are read"):
            return boto3.Session(profile_name=self.profile or None, region_name=self.region or None)

    @property
    def where(self) -> str:
        """The region, that of the profile if none was named."""
        region: str | None = self.session.region_name
        if not region:
            raise CallError(
                "no region is named",
                where="--region",
                remedy="Name one: --region eu-central-1, or AWS_REGION",
            )
        return region

    @property
    def partition(self) -> str:
        """`aws`, `aws-cn`, `aws-us-gov`: what ARNs of the region begin with."""
        with told("the region is looked up"):
            return str(self.session.get_partition_for_region(self.where))

    @cached_property
    def account(self) -> str:
        """The number of the account that the credentials belong to."""
        with told("AWS is asked whose credentials these are"):
            return str(self.of("sts").get_caller_identity()["Account"])

    @cached_property
    def _made(self) -> dict[str, Any]:
        return {}

    def of(self, service: str) -> Any:
        """The client of a service, as in `of("glue")`; making one takes a tenth of a second."""
        if service not in self._made:
            retries = {"mode": "standard", "total_max_attempts": _ATTEMPTS}
            with told(f"a client of {service} is made"):
                self._made[service] = self.session.client(
                    service,
                    endpoint_url=self.endpoint or None,
                    config=Config(connect_timeout=_SECONDS, read_timeout=_SECONDS, retries=retries),
                )
        return self._made[service]
