"""How commands give out what they found, and read what they are given."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from wavehouse.core.errors import CallError

if TYPE_CHECKING:
    from wavehouse.core.run_record import RunRecord


def answer(document: dict[str, Any], as_json: bool, kind: str) -> None:
    """Give out one document: as JSON, or as the terminal shows a document of this kind."""
    if as_json:
        print_json(document)
        return
    from wavehouse.terminal.documents import show

    show(kind, document)


def print_json(document: dict[str, Any]) -> None:
    """One line of JSON. A byte that was no UTF-8 (in the raw text of a row kept aside) stays an escape."""
    text = json.dumps(document, ensure_ascii=False)
    typer.echo(text.encode("utf-8", "backslashreplace").decode("utf-8"))


def end_of_run(record: RunRecord, as_json: bool) -> None:
    """A run has shown itself on the terminal already; a rejected file makes it end with 1."""
    if as_json:
        print_json(record.as_json())
    raise typer.Exit(1 if record.rejected else 0)


def read_text(file: Path, what: str) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = (error.strerror or str(error)).lower() if isinstance(error, OSError) else "it is not UTF-8"
        raise CallError(
            f"{what} cannot be read ({why})", where=str(file), remedy="Name a UTF-8 text file"
        ) from error


def give_out(text: str, file: Path | None) -> None:
    """Print a text as it is, or write it to a file; raises `CallError` where it cannot be written."""
    if file is None:
        typer.echo(text, nl=False)
        return
    try:
        file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise CallError(
            f"nothing can be written here ({(error.strerror or str(error)).lower()})",
            where=str(file),
            remedy="Name a file in a folder that is there",
        ) from error
