"""`python -m tests.aws.server`: answers on a port of its own until it is ended; the first line says which."""

from __future__ import annotations

import logging
import os

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from tests.aws.server import athena_calls, bucket_policies, glue_calls, quicksight_calls, stacks, types
from tests.aws.server.troubles import Troubles
from werkzeug.serving import make_server


def main() -> None:
    """Serve what moto has, and what is added to it here."""
    # (Every request is a line otherwise.)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    glue_calls.add()
    athena_calls.add()
    quicksight_calls.add()
    bucket_policies.add()
    stacks.add()
    application = Troubles(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=MotoRequestHandler)
    types.ENDPOINT.append(f"http://127.0.0.1:{server.server_port}")
    os.environ["MOTO_PORT"] = str(server.server_port)
    print(server.server_port, flush=True)  # noqa: T201
    server.serve_forever()


main()
