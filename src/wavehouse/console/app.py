"""The console as an ASGI application: NiceGUI below one path, with nothing of its own listening."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Any

import nicegui

from wavehouse.console.shell import Shell, register
from wavehouse.web.first_visit import visited_first
from wavehouse.web.front import PATH
from wavehouse.web.guard import App
from wavehouse.web.kept import Kept

# What NiceGUI brings along and elements have: the address tells its version.
_FILES = tuple(
    f"{PATH}/_nicegui/{nicegui.__version__}/{kind}/" for kind in ("static", "components", "esm", "libraries")
)


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
    kept = Kept(app, _FILES)
    return kept, visited_first(app.router.lifespan_context(app), kept, f"{PATH}/{shell.pages[0].path}")
