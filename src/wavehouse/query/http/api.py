"""What the operations work on, how they read their requests, and how they refuse them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from wavehouse.core.data_catalog import DataCatalog
from wavehouse.query.prepared import PreparedStatements
from wavehouse.query.saved import SavedQuery
from wavehouse.query.service.execution import MANAGED, WORKGROUP
from wavehouse.query.service.service import QueryService

Request = Mapping[str, Any]
Document = dict[str, Any]

BUCKET = "wavehouse-results"
OUTPUT = f"s3://{BUCKET}/"
CATALOG = "AwsDataCatalog"


class ApiError(Exception):
    """A refusal in Athena's words."""

    def __init__(self, message: str, type_: str = "InvalidRequestException", status: int = 400) -> None:
        super().__init__(message)
        self.message, self.type, self.status = message, type_, status


@dataclass(frozen=True)
class Api:
    """The service, the catalog, and the queries that are kept: `saved` reads those of the project."""

    service: QueryService
    catalog: DataCatalog
    saved: Callable[[], Mapping[str, SavedQuery]]
    prepared: PreparedStatements


Operation = Callable[[Api, Request], Document]


def text(request: Request, name: str, default: str | None = None) -> str:
    """A text of a request; one without a default must be there."""
    value = request.get(name)
    if value is None and default is not None:
        return default
    if not isinstance(value, str) or (default is None and not value):
        raise ApiError(f"{name} is missing, or is no text")
    return value


def texts(request: Request, name: str, most: int = 50) -> list[str]:
    """A list of texts, which must be there."""
    values = request.get(name)
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise ApiError(f"{name} is missing, or is no list of texts")
    if len(values) > most:
        raise ApiError(f"{name} has more than {most} entries")
    return values


def part(request: Request, name: str) -> Request:
    """A structure of a request, empty where there is none."""
    value = request.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ApiError(f"{name} is no structure")
    return value


def number(request: Request, name: str, default: int, least: int, most: int) -> int:
    """A whole number of a request."""
    value = request.get(name)
    if value is None:
        return default
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ApiError(f"{name} must be from {least} to {most}")
    return value


def page(
    request: Request, everything: Iterable[Any], default: int = 50, most: int = 50
) -> tuple[list[Any], Document]:
    """A page of a list by NextToken and MaxResults, and where the next one begins; it is read no further."""
    token = text(request, "NextToken", "0")
    start = int(token) if token.isdecimal() and len(token) < 12 else -1
    if start < 0:
        raise ApiError("NextToken is none of ours")
    end = start + number(request, "MaxResults", default, 1, most)
    found = list(islice(everything, end + 1))
    return found[start:end], {"NextToken": str(end)} if end < len(found) else {}


def workgroup(request: Request, name: str = "WorkGroup") -> str:
    """The workgroup that is meant; raises `ApiError` for one that there is not."""
    given = text(request, name, WORKGROUP)
    if given not in (WORKGROUP, MANAGED):
        raise ApiError(f"WorkGroup {given} is not found: there are '{WORKGROUP}' and '{MANAGED}'")
    return given


def check_catalog(name: str) -> None:
    """Raise `ApiError` for another data catalog than the one that there is."""
    if name.lower() != CATALOG.lower():
        raise ApiError(f"the data catalog '{name}' is not found: there is one, '{CATALOG}'")
