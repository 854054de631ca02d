"""The HTTP API as an application: Athena at POST /, a bucket of results below /."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route

from wavehouse.query.http import athena, s3
from wavehouse.query.http.api import Api
from wavehouse.web.guard import Guard

_CHANGES = ["PUT", "DELETE", "POST", "PATCH"]


def application(api: Api, hosts: Iterable[str]) -> Guard:
    """All of it behind the guard; `hosts` are the names by which the server may be called."""

    def given(
        endpoint: Callable[[Api, HttpRequest], Awaitable[Response]],
    ) -> Callable[..., Awaitable[Response]]:
        async def answer(request: HttpRequest) -> Response:
            return await endpoint(api, request)

        return answer

    routes = [
        Route("/", given(athena.answered), methods=["POST"]),
        Route("/", given(s3.buckets), methods=["GET", "HEAD"]),
        Route("/{bucket}", given(s3.bucket), methods=["GET", "HEAD"]),
        Route("/{bucket}/", given(s3.bucket), methods=["GET", "HEAD"]),
        Route("/{bucket}/{key:path}", given(s3.object_), methods=["GET", "HEAD"]),
        Route("/{path:path}", given(s3.refused), methods=_CHANGES),
    ]
    return Guard(Starlette(routes=routes), hosts)
