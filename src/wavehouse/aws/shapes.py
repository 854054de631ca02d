"""The shapes of requests, as AWS's own client has them."""

from __future__ import annotations

from functools import cache

from botocore.loaders import Loader
from botocore.model import ServiceModel, Shape

from wavehouse.core.errors import CallError
from wavehouse.core.suggestions import did_you_mean


@cache
def _service(name: str) -> ServiceModel:
    # The loader alone, without a session: nothing of the user's own configuration changes an answer.
    loader = Loader(extra_search_paths=[Loader.BUILTIN_DATA_PATH], include_default_search_paths=False)
    return ServiceModel(loader.load_service_model(name, "service-2"), service_name=name)


def request_shape(service: str, operation: str) -> Shape:
    """The shape of an operation's request; raises `CallError` where the service has no such operation."""
    model = _service(service)
    if operation not in model.operation_names:
        raise CallError(
            f"'{operation}' is not an operation of {service}",
            remedy=did_you_mean(operation, model.operation_names),
        )
    return model.operation_model(operation).input_shape


def shape(service: str, name: str) -> Shape:
    """A shape by its name."""
    return _service(service).shape_for(name)
