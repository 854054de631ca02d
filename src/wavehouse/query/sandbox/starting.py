"""How a process that runs statements of others is started."""

from __future__ import annotations

import subprocess
import sys

from wavehouse.core.errors import OutsideError
from wavehouse.query.sandbox.scratch import Scratch

_CHILD = "wavehouse.query.sandbox.child"


def started() -> tuple[Scratch, subprocess.Popen[bytes]]:
    """A process and its folder; raises `OutsideError` where there can be none."""
    try:
        scratch = Scratch()
    except OSError as error:
        raise not_started(error.strerror or str(error)) from error
    try:
        return scratch, subprocess.Popen(  # noqa: S603  # (our own module)
            # -P: nothing in the current directory is taken for a module.
            [sys.executable, "-P", "-m", _CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"TZ": "UTC", "PYTHONDONTWRITEBYTECODE": "1"},
            cwd=scratch.path,
            # Ctrl-C is ours.
            start_new_session=True,
        )
    except OSError as error:
        scratch.remove()
        raise not_started(error.strerror or str(error)) from error


def not_started(why: str) -> OutsideError:
    """What is said where a process is not ready to work."""
    return OutsideError(
        f"the process that runs queries did not start{f' ({why})' if why else ''}",
        remedy="Free memory and disk space, or allow a query more of them",
    )
