"""The commands about data quality: verdicts, rules, and what was kept aside."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from wavehouse.cli.answers import answer, end_of_run, print_json, read_text
from wavehouse.cli.app import app, group
from wavehouse.cli.options import FromOption, JsonOption, LakeOption, ProjectOption
from wavehouse.core.errors import CallError
from wavehouse.settings import read_settings
from wavehouse.wiring import quality as quality_wiring

rules = group("rules", "Quality rules in DQDL.")
quarantine = group("quarantine", "Rows and files that were kept aside, with reasons.")

_SHOWN_ROWS = 50


@app.command()
def check(
    paths: FromOption = None,
    html: Annotated[Path | None, typer.Option("--html", help="Write the report as one HTML file.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="End with 1 when any rule fails.")] = False,
    project: ProjectOption = None,
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Judge files by the quality rules; nothing is loaded."""
    settings = read_settings(project, lake)
    if html:
        quality_wiring.check_report_path(html)
    record = quality_wiring.check(settings, paths or [])
    document = quality_wiring.verdicts(record)
    if html:
        quality_wiring.write_report(settings, record, html)
    if as_json:
        print_json(document)
    else:
        quality_wiring.show_verdicts(record)
    failed = [rule for rule in record.rules if not rule.passed]
    stopping = any(rule.stops for rule in failed)
    raise typer.Exit(1 if record.rejected or stopping or (strict and failed) else 0)


@rules.command("parse")
def rules_parse(
    file: Annotated[str, typer.Argument(help="A file with DQDL, or - for standard input.")],
    source: Annotated[str | None, typer.Option("--source", help="Hold it against this contract.")] = None,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read DQDL; print every rule in its canonical form with the SQL that it compiles to."""
    text = sys.stdin.read() if file == "-" else read_text(Path(file), "the rules")
    answer(quality_wiring.parse_rules(read_settings(project), text, source), as_json, "rules_parse")


@rules.command("list")
def rules_list(project: ProjectOption = None, as_json: JsonOption = False) -> None:
    """List the rules of the project, and what happens where one fails."""
    answer(quality_wiring.list_rules(read_settings(project)), as_json, "rules_list")


@rules.command("history")
def rules_history(
    source: Annotated[str | None, typer.Option("--source", help="Only this source.")] = None,
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what every rule measured, run by run."""
    answer(quality_wiring.rule_history(read_settings(None, lake), source), as_json, "rules_history")


SourceFilter = Annotated[str, typer.Option("--source", help="Only rows of this source.")]
FileFilter = Annotated[str, typer.Option("--file", help="Only rows of this file.")]
RuleFilter = Annotated[str, typer.Option("--rule", help="Only rows with this in their reason.")]


@quarantine.command("list")
def quarantine_list(
    run_id: Annotated[
        str | None,
        typer.Argument(help="After which run: its id, the beginning of one, or 'last' (else now)."),
    ] = None,
    source: SourceFilter = "",
    file: FileFilter = "",
    rule: RuleFilter = "",
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="At most so many rows.")] = None,
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the rows and files that are kept aside."""
    from wavehouse.pipeline.quarantined import Wanted

    wanted = Wanted(source, file, rule, limit=limit if as_json or limit else _SHOWN_ROWS)
    answer(quality_wiring.quarantined(read_settings(None, lake), run_id, wanted), as_json, "quarantine")


@quarantine.command("show")
def quarantine_show(
    row: Annotated[str, typer.Argument(help="FILE:LINE, as the list gives it.")],
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one row that is kept aside, with every rule that it fails."""
    from wavehouse.pipeline.quarantined import row_at

    document = quality_wiring.quarantined(read_settings(None, lake), None, row_at(row))
    if not document["rows"]:
        raise CallError(f"no row is kept aside at {row}", remedy="See: wavehouse quarantine list")
    answer(document, as_json, "quarantine_row")


@quarantine.command("export")
def quarantine_export(
    path: Annotated[Path, typer.Argument(help="A new CSV file.")],
    source: SourceFilter = "",
    file: FileFilter = "",
    rule: RuleFilter = "",
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the rows that are kept aside to a CSV file."""
    from wavehouse.pipeline.quarantined import Wanted

    wanted = Wanted(source, file, rule)
    document = quality_wiring.export_quarantine(read_settings(None, lake), path, wanted)
    answer(document, as_json, "quarantine_export")


@quarantine.command("retry")
def quarantine_retry(
    project: ProjectOption = None, lake: LakeOption = None, as_json: JsonOption = False
) -> None:
    """Judge everything that was kept aside once more, rows and files."""
    end_of_run(quality_wiring.retry(read_settings(project, lake), show=not as_json), as_json)
