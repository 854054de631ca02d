"""The HTTP API as an application: Athena at POST /, a bucket of results below /."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route

from wavehouse.query.http import athena, s3
from wavehouse.query.http.api import Api

_CHANGES = ["PUT", "DELETE", "POST", "PATCH"]


def application(api: Api) -> Starlette:
    """All of it; the guard stands before it."""

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
    return Starlette(routes=routes)
