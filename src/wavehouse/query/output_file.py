"""Where an answer is written: stdout, or a file that is there whole or not at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from wavehouse.core.errors import CallError
from wavehouse.query.output import BINARY, check_form


def check_target(form: str, to: Path | None) -> None:
    """Raise `CallError` for a form that there is not, and for bytes that would go to a terminal."""
    check_form(form)
    if form in BINARY and to is None and sys.stdout.isatty():
        raise CallError(
            f"{form} is binary, and a terminal cannot show it",
            remedy="Name a file (--to FILE), or pass it on (… > FILE)",
        )


@contextmanager
def opened(form: str, to: Path | None) -> Iterator[IO[Any]]:
    """The file for an answer in that form, None: stdout.

    A file is written aside and takes its name at the end; where the answer fails, what was there stays.
    Raises `CallError` where nothing can be written there.
    """
    if to is None:
        yield sys.stdout.buffer if form in BINARY else sys.stdout
        return
    path = Path(os.path.realpath(to))
    # (A pipe or a device has no name to take.)
    aside = (
        path if path.exists() and not path.is_file() else path.with_name(f".{path.name}.{os.getpid()}.part")
    )
    try:
        with _open(aside, form) as file:
            yield file
        if aside != path:
            aside.replace(path)
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise CallError(
            f"nothing can be written here ({(error.strerror or str(error)).lower()})",
            where=str(to),
            remedy="Name a file in a folder that is there",
        ) from error
    finally:
        if aside != path:
            aside.unlink(missing_ok=True)


def _open(path: Path, form: str) -> IO[Any]:
    if form in BINARY:
        return path.open("wb")
    return path.open("w", encoding="utf-8", errors="surrogatepass", newline="")
