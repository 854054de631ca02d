"""Where the tables of a lake are registered: its own SQLite file, a Postgres database, or AWS Glue.

Written as `catalog:` in `wavehouse.yaml`, and remembered in the lake.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from wavehouse.core.suggestions import did_you_mean

_POSTGRES = ("postgresql", "postgres")
# What Glue allows in the name of a database that Athena reads without quoting.
_PREFIX = re.compile(r"[a-z0-9_]*")


@dataclass(frozen=True)
class SqliteSetting:
    """`catalog.db` in the lake: nothing to write down."""

    type: ClassVar[str] = "sqlite"


@dataclass(frozen=True)
class PostgresSetting:
    """A database, by an address without a password (libpq knows where to look for one)."""

    type: ClassVar[str] = "postgres"
    uri: str


@dataclass(frozen=True)
class GlueSetting:
    """The Glue Data Catalog of an account and region; '' for those that AWS's own settings name.

    `endpoint` is '' for AWS itself; `database_prefix` stands before the names of all databases there.
    """

    type: ClassVar[str] = "glue"
    region: str = ""
    catalog_id: str = ""
    endpoint: str = ""
    database_prefix: str = ""


CatalogSetting = SqliteSetting | PostgresSetting | GlueSetting

_KINDS: Mapping[str, type[SqliteSetting | PostgresSetting | GlueSetting]] = {
    kind.type: kind for kind in (SqliteSetting, PostgresSetting, GlueSetting)
}


def read_catalog_setting(written: Any) -> CatalogSetting:
    """The setting that is written as `sqlite` or as a mapping with `type`; None is the default.

    Raises `ValueError` with what is wrong, never with a password.
    """
    if written is None:
        return SqliteSetting()
    told = {"type": written} if isinstance(written, str) else written
    if not isinstance(told, Mapping):
        raise ValueError("catalog is sqlite, or a mapping with type: postgres or type: glue")
    kind = _KINDS.get(str(told.get("type")))
    if kind is None:
        raise ValueError(
            f"there is no catalog '{told.get('type')}'. {did_you_mean(str(told.get('type')), _KINDS)}"
        )
    known = [field.name for field in fields(kind)]
    for name, value in told.items():
        if name != "type" and name not in known:
            raise ValueError(
                f"a catalog of type {kind.type} has no '{name}'. {did_you_mean(name, known)}".rstrip()
            )
        if not isinstance(value, (str, int)):
            raise ValueError(f"'{name}' of the catalog is a text")
    values = {name: str(value) for name, value in told.items() if name != "type"}
    if isinstance(told.get("catalog_id"), int):  # the number of an account, which may begin with zeros
        values["catalog_id"] = values["catalog_id"].zfill(12)
    if kind is PostgresSetting:
        _check_uri(values.get("uri", ""))
    if not _PREFIX.fullmatch(values.get("database_prefix", "")):
        raise ValueError("database_prefix has lower case letters, digits and underscores alone")
    return kind(**values)


def catalog_setting_document(setting: CatalogSetting) -> dict[str, str]:
    """The setting as it is remembered; `read_catalog_setting` reads it."""
    return {"type": setting.type, **{name: value for name, value in asdict(setting).items() if value}}


def _check_uri(uri: str) -> None:
    try:
        parts = urlsplit(uri)
        password = parts.password or "password" in parse_qs(parts.query)
    except ValueError:
        parts, password = urlsplit(""), None
    if password:
        raise ValueError(
            "the address of the catalog has a password in it. "
            "Take it out: PGPASSWORD or ~/.pgpass is where it is looked for"
        )
    if parts.scheme not in _POSTGRES:
        raise ValueError("a catalog of type postgres has a uri: postgresql://user@host:5432/database")
