"""AWS Glue's own client, as a catalog's setting names it; credentials come from AWS's usual places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from wavehouse.core.catalog_setting import GlueSetting
from wavehouse.core.errors import OutsideError
from wavehouse.core.extras import install

try:
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError
except ModuleNotFoundError as missing:
    raise OutsideError(
        "the catalog is in AWS Glue, and AWS's client is not installed",
        remedy=f"Install it: {install('aws')}",
    ) from missing

# An answer that does not come within this time is asked for again, up to `_ATTEMPTS` times in all.
_SECONDS = 20
_ATTEMPTS = 3


@lru_cache
def glue_client(setting: GlueSetting) -> Any:
    """The client; making one takes a third of a second."""
    with glue_told(setting):
        client = boto3.client(
            "glue",
            region_name=setting.region or None,
            endpoint_url=setting.endpoint or None,
            config=Config(
                connect_timeout=_SECONDS,
                read_timeout=_SECONDS,
                retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
            ),
        )
    if setting.catalog_id:

        def in_catalog(params: dict[str, Any], **_: Any) -> None:
            params.setdefault("CatalogId", setting.catalog_id)

        client.meta.events.register("provide-client-params.glue", in_catalog)
    return client


@contextmanager
def glue_told(setting: GlueSetting) -> Iterator[None]:
    """What Glue, or the way to it, says: raised as `OutsideError`."""
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise OutsideError(
            f"the catalog in Glue cannot be read or written ({error})",
            where=setting.endpoint or f"Glue {setting.region}".strip(),
            remedy="Check the network, the region, and that the credentials may use Glue; then try again",
        ) from error


def glue_tables(setting: GlueSetting) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every table of the databases that have the prefix: the database without it, and Glue's description."""
    client = glue_client(setting)
    for database in glue_databases(setting):
        pages = client.get_paginator("get_tables").paginate(DatabaseName=database["Name"])
        name = database["Name"].removeprefix(setting.database_prefix)
        yield from ((name, table) for page in pages for table in page["TableList"])


def glue_databases(setting: GlueSetting) -> Iterator[Mapping[str, Any]]:
    """The databases that have the prefix, as Glue describes them."""
    pages = glue_client(setting).get_paginator("get_databases").paginate()
    for page in pages:
        for database in page["DatabaseList"]:
            if database["Name"].startswith(setting.database_prefix):
                yield database
