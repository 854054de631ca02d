"""What a test can make go wrong: calls that are refused, stacks in a state, drift; and what was called."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

from moto.cloudformation.models import cloudformation_backends
from werkzeug.wrappers import Request, Response

Start = Callable[..., Any]
Application = Callable[[dict[str, Any], Start], Iterable[bytes]]

# What only looks.
_LOOKING = ("Get", "List", "Describe", "Head", "BatchGet", "Validate", "Detect", "Search")


class Troubles:
    """Stands before the services, and knows the name of every call."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._refused: list[dict[str, str]] = []
        self._calls: list[str] = []

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        """Answer a request."""
        request = Request(environ, populate_request=False)
        if request.path == "/troubles":
            answer = self._told(json.loads(request.get_data()))
            return Response(json.dumps(answer), mimetype="application/json")(environ, start)
        service, call = _call_of(request)
        for refused in self._refused:
            if refused["call"] == call and refused["service"] in ("", service):
                return _error(service, refused["code"], refused["said"])(environ, start)
        if call and not call.startswith(_LOOKING):
            self._calls.append(call)
        return self._application(environ, start)

    def _told(self, content: dict[str, Any]) -> Any:
        if content.get("calls"):
            done, self._calls = self._calls, []
            return done
        if content.get("reset"):
            self._refused, self._calls = [], []
        elif "call" in content:
            self._refused.append(content)
        else:
            stack = cloudformation_backends["123456789012"][content["region"]].get_stack(content["stack"])
            for name in ("status", "drifts"):
                if name in content:
                    setattr(stack, name, content[name])
        return None


def _call_of(request: Request) -> tuple[str, str]:
    """The service and the name of a call; of S3 and QuickSight the method alone, as in `PUT`."""
    target = request.headers.get("X-Amz-Target", "")
    scope = request.headers.get("Authorization", "").partition("Credential=")[2].split("/")
    service = scope[3] if len(scope) > 3 else ""
    if target:
        return service, target.rpartition(".")[2]
    body = request.get_data(cache=True)
    request.environ["wsgi.input"] = _again(body)
    if request.mimetype == "application/x-www-form-urlencoded":
        return service, parse_qs(body.decode()).get("Action", [""])[0]
    if service == "quicksight":
        return service, {"POST": "Create", "PUT": "Update", "DELETE": "Delete"}.get(request.method, "Get")
    return service, {"PUT": "Put", "POST": "Post", "DELETE": "Delete"}.get(request.method, "Get")


def _again(body: bytes) -> Any:
    import io

    return io.BytesIO(body)


def _error(service: str, code: str, said: str) -> Response:
    status = 403 if "Denied" in code or "Expired" in code or "Token" in code else 400
    if service in ("cloudformation", "sts", "iam", "sns", "monitoring", "cloudwatch"):
        told = f"<ErrorResponse><Error><Code>{code}</Code><Message>{said}</Message></Error></ErrorResponse>"
        return Response(told, status, mimetype="text/xml")
    if service == "s3":
        told = f"<Error><Code>{code}</Code><Message>{said}</Message></Error>"
        return Response(told, status, mimetype="application/xml")
    headers = {"x-amzn-errortype": code}
    return Response(json.dumps({"__type": code, "Message": said, "message": said}), status, headers)
