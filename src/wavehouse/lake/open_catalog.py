"""PyIceberg's catalog of a lake, whichever it is, and what it says when it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from pyiceberg.catalog import Catalog
from sqlalchemy.exc import SQLAlchemyError

from wavehouse.core.catalog_setting import GlueSetting, PostgresSetting, SqliteSetting
from wavehouse.core.errors import OutsideError
from wavehouse.lake.file_access import file_access
from wavehouse.lake.head import location_of
from wavehouse.lake.layout import LakeLayout

_NAME = "lake"
# libpq's own names for the scheme; SQLAlchemy wants to know the client, too.
_POSTGRES = ("postgresql://", "postgres://")


@dataclass(frozen=True)
class OpenCatalog:
    """A catalog, to be closed; `told` puts its errors in words, `prefix` stands before databases there."""

    catalog: Catalog
    told: Callable[[], AbstractContextManager[None]]
    prefix: str = ""


def open_catalog(layout: LakeLayout) -> OpenCatalog:
    """Open the catalog of a lake for writing, and make it if it is not there yet."""
    setting = layout.catalog_setting
    layout.remember_catalog()
    match setting:
        case SqliteSetting():
            return _sql(layout, f"sqlite:///{layout.catalog}", str(layout.catalog))
        case PostgresSetting():
            # (Says in words what is missing, where the client is.)
            from wavehouse.lake import postgres  # noqa: F401

            scheme = next(one for one in _POSTGRES if setting.uri.startswith(one))
            return _sql(layout, f"postgresql+psycopg://{setting.uri.removeprefix(scheme)}", setting.uri)
        case GlueSetting():
            return _glue(layout, setting)


def _sql(layout: LakeLayout, uri: str, where: str) -> OpenCatalog:
    from pyiceberg.catalog.sql import SqlCatalog

    @contextmanager
    def told() -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise OutsideError(
                f"the catalog could not be written ({error.__cause__ or error})",
                where=where,
                remedy="Check free space and permissions there, and who holds it open; then run again",
            ) from error

    with told():
        warehouse = location_of(layout.warehouse)
        return OpenCatalog(SqlCatalog(_NAME, uri=uri, warehouse=warehouse, **file_access(layout)), told)


def _glue(layout: LakeLayout, setting: GlueSetting) -> OpenCatalog:
    from wavehouse.lake.glue_client import glue_client, glue_told

    client = glue_client(setting)

    from pyiceberg.catalog.glue import GlueCatalog

    warehouse = location_of(layout.warehouse)
    catalog = GlueCatalog(_NAME, client, warehouse=warehouse, **file_access(layout))
    return OpenCatalog(catalog, lambda: glue_told(setting), setting.database_prefix)
