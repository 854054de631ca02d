"""Options that several commands have."""

from __future__ import annotations

from typing import Annotated

import typer

ProjectOption = Annotated[
    str | None,
    typer.Option("--project", help="Folder with wavehouse.yaml (else the nearest, else Spotify's)."),
]
LakeOption = Annotated[str | None, typer.Option("--lake", help="Directory of the lake (default: ./lake).")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
FromOption = Annotated[
    list[str] | None,
    typer.Option("--from", help="Files, directories or s3://bucket/folder to load; may be repeated."),
]
EngineOption = Annotated[
    str | None, typer.Option("--engine", help="duckdb or spark (default: the project's, else duckdb).")
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")]
BatchTimeOption = Annotated[
    str | None,
    typer.Option(
        "--batch-time", help="When the files were made, as 2024-01-31 or 2024-01-31T10:00:00Z (default: now)."
    ),
]
