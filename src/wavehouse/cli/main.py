"""The way in: runs a command, and ends every error in one paragraph and an exit code."""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any, NoReturn

import typer

from wavehouse.cli.app import app
from wavehouse.core.errors import CallError, OutsideError, WavehouseError, in_words

# Each brings its commands along; the help lists them in this order.
# isort: off
from wavehouse.cli import loading, asking, data_catalog, crawling, quality  # noqa: F401
from wavehouse.cli import flow, flow_pictures, exchange, history, dashboards, schedules, serving, aws  # noqa: F401

_INTERRUPTED, _TERMINATED = 130, 143
# What may leave something half done in the lake.
_WRITING = frozenset(
    [
        "run",
        "demo",
        "crawl",
        "release",
        "rollback",
        "compact",
        "vacuum",
        "promote",
        "stage",
        "drop",
        "schedules",
        "aws",
    ]
)
# So many new objects between two searches for cycles. A command makes about this many while it is being
# imported, and they stay; to search among them over and over took a tenth of a short command's time.
_NEW_OBJECTS = 100_000


def main() -> NoReturn:
    """Run the command line; every error ends in one paragraph on stderr and its exit code."""
    sys.exit(_code())


def start() -> NoReturn:
    """`main` for a process that is there for it alone: it ends without being taken apart object by object.

    That would take as long as a short command does. What was registered for the end of a process is done, and
    all output is written.
    """
    code = _code()
    # (The name is private; there is no other, and the standard library's own processes end so.)
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
    except OSError as error:
        code = _fail(f"the output could not be written ({error.strerror})", OutsideError.exit_code)
    sys.stderr.flush()
    os._exit(code)


def _code() -> int:
    gc.set_threshold(_NEW_OBJECTS)
    # Wherever it stands: whoever is told to add it adds it at the end.
    args = [arg for arg in sys.argv[1:] if arg != "--debug"]
    debug = len(args) < len(sys.argv) - 1
    command = typer.main.get_command(app)
    terminated = _ends_cleanly()
    code = _guarded(lambda: command.main(args, standalone_mode=False), debug=debug)
    return _TERMINATED if terminated and code == _INTERRUPTED else code


def _ends_cleanly() -> list[int]:
    """Have SIGTERM end a command as Ctrl-C does, at a safe point; what comes back tells that it did."""
    told: list[int] = []

    def end(number: int, _: object) -> NoReturn:
        # (Who is told twice is ending already.)
        signal.signal(number, signal.SIG_IGN)
        told.append(number)
        raise KeyboardInterrupt

    if (
        threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    ):
        signal.signal(signal.SIGTERM, end)
    return told


def _guarded(command: Callable[[], Any], *, debug: bool) -> int:
    try:
        code = command()
    except WavehouseError as error:
        if debug:
            raise
        return _fail(str(error), error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        code = _INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has enough; nothing more may be written to it at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        # Typer's own complaints about a call know how to show themselves.
        if isinstance(error, typer.exceptions.TyperException) and hasattr(error, "show"):
            error.show()
            return CallError.exit_code
        if debug:
            raise
        return _fail(str(_outside(error)), OutsideError.exit_code)
    if code == _INTERRUPTED:
        # Typer answers Ctrl-C with this exit code and no word.
        writes = "--write" in sys.argv or _WRITING.intersection(sys.argv[1:2])
        left = "; what was not finished, the next run finishes or takes back" if writes else ""
        return _fail(f"interrupted{left}", code)
    return code if isinstance(code, int) else 0


def _outside(error: Exception) -> OutsideError:
    if isinstance(error, OSError):
        return in_words(error)
    said = f"something went wrong inside ({type(error).__name__}: {error})"
    return OutsideError(said, remedy="Please report it, with what --debug prints")


def _fail(text: str, code: int) -> int:
    typer.echo(f"error: {text}", err=True)
    return code
