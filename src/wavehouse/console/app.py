"""The console as an ASGI application: NiceGUI below one path, with nothing of its own listening."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Any

from wavehouse.console.shell import Shell, register
from wavehouse.web.front import PATH
from wavehouse.web.guard import App


def console(shell: Shell) -> tuple[App, AbstractAsyncContextManager[Any]]:
    """The application, and what it needs to run.

    NiceGUI keeps its routes for a whole process: it can be called once in each.
    """
    from fastapi import FastAPI
    from nicegui import ui

    register(shell)
    app = FastAPI(openapi_url=None)
    ui.run_with(
        app,
        mount_path=PATH,
        title="Wavehouse",
        language="en-US",
        tailwind=False,
        show_welcome_message=False,
        dark=False,
        reconnect_timeout=10,
        # (Pages say themselves what has changed.)
        binding_refresh_interval=None,
    )
    return app, app.router.lifespan_context(app)
