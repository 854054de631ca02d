"""The application that all commands belong to."""

from __future__ import annotations

from typing import Annotated

import typer

from wavehouse import __version__

app = typer.Typer(
    name="wavehouse",
    help="The music-analytics lakehouse as one definition: CSV files in, SQL and dashboards out.",
    no_args_is_help=True,
    add_completion=False,
    # Help in colours costs 90 ms at every start.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def group(name: str, help_: str, *, alone: bool = False) -> typer.Typer:
    """A command that has commands of its own; one that can stand `alone` does something without them."""
    made = typer.Typer(help=help_, no_args_is_help=not alone)
    app.add_typer(made, name=name)
    return made


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"wavehouse {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """See `wavehouse COMMAND --help`."""
