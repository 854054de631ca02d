"""What a crawl found and changed, as one document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from wavehouse.catalog.changes import Difference
from wavehouse.catalog.crawler import Found
from wavehouse.catalog.text_types import Judgement
from wavehouse.core.columns import Column
from wavehouse.core.data_catalog import CatalogTable, Partition

if TYPE_CHECKING:
    from wavehouse.catalog.contract_types import AgainstContract
    from wavehouse.catalog.proposal import Proposal
    from wavehouse.project.contracts import SourceContract

Document = dict[str, Any]


# Read where a file may belong to one: to read them takes as long as a crawl that finds nothing new.
Contracts = Callable[[], "Mapping[str, SourceContract]"]


def crawl_document(
    found: Found, differences: Sequence[Difference], contracts: Contracts, *, dry_run: bool
) -> Document:
    """`crawler, target, dry_run, files{listed, opened, excluded}, tables[…], problems[{path, kind, what}]`.

    A table has `name, format, kind, location, change, deprecated, columns[{name, type, partition, why, …}],
    partitions, rows, files, bytes, reasons, notes, difference{…}`; the policies and counts are those of the
    catalog.
    """
    crawler = found.crawler
    return {
        "crawler": crawler.name,
        "target": crawler.target,
        "database": crawler.database,
        "dry_run": dry_run,
        "on_change": crawler.on_change,
        "on_delete": crawler.on_delete,
        "files": {
            "listed": len(found.tree.files),
            "opened": found.read,
            "excluded": len(found.tree.excluded),
        },
        "tables": [_table(one, contracts) for one in differences],
        "problems": [
            {"path": problem.path, "kind": problem.kind, "what": problem.what} for problem in found.problems
        ],
    }


def _table(one: Difference, contracts: Contracts) -> Document:
    # (Of a table that is gone, what it was.)
    table = one.after or (one.before.table if one.before else None)
    assert table is not None  # noqa: S101
    proposal = one.proposal
    contract = _contract(proposal, contracts) if proposal else None
    evidence = proposal.evidence if proposal else {}
    new = {partition.values for partition in one.partitions_new}
    changed = {partition.values for partition in one.partitions_changed}
    return {
        "name": str(one.name),
        "format": table.format,
        "kind": "iceberg" if one.adopted or table.format == "iceberg" else "external",
        "location": table.location,
        "change": one.change,
        "deprecated": table.deprecated,
        "columns": [
            *(_column(column, evidence, contract, partition=False) for column in _plain(table)),
            *(_column(key, evidence, None, partition=True) for key in table.partition_by),
        ],
        "partition_by": [key.name for key in table.partition_by],
        "partitions": [
            _partition(
                part, "new" if part.values in new else "changed" if part.values in changed else "unchanged"
            )
            for part in (proposal.partitions if proposal else ())
        ],
        "rows": table.rows,
        "files": table.files,
        "bytes": table.size,
        "left_out": list(table.left_out),
        "form": str(proposal.form) if proposal else "",
        "reasons": list(proposal.reasons) if proposal else [],
        "why_external": list(proposal.obstacles) if proposal else [],
        "notes": list(proposal.notes) if proposal else [],
        "contract": contract.source if contract else None,
        "lacking": list(contract.lacking) if contract else [],
        "difference": _difference(one),
    }


def _contract(proposal: Proposal, contracts: Contracts) -> AgainstContract | None:
    if not proposal.form.csv or not proposal.form.csv.header:
        return None
    from wavehouse.catalog.contract_types import against_contract

    return against_contract(proposal, contracts())


def _plain(table: CatalogTable) -> list[Column]:
    keys = {key.name for key in table.partition_by}
    return [column for column in table.columns if column.name not in keys]


def _column(
    column: Column, evidence: Mapping[str, Judgement], contract: AgainstContract | None, *, partition: bool
) -> Document:
    document: Document = {"name": column.name, "type": column.type, "partition": partition}
    if (judgement := evidence.get(column.name)) is not None:
        document |= {
            "why": judgement.why,
            "values": judgement.values,
            "against": [
                {
                    "type": one.type,
                    "fitting": one.fitting,
                    "value": one.counter.value,
                    "file": one.counter.place.file,
                    "line": one.counter.place.line or None,
                }
                for one in judgement.against
            ],
            "cloud": judgement.cloud or column.type,
        }
    if contract and (known := contract.columns.get(column.name)) is not None:
        document["contract"] = {"type": known.type, "why": known.why}
    return document


def _partition(partition: Partition, change: str) -> Document:
    return {
        "values": list(partition.values),
        "location": partition.location,
        "rows": partition.rows,
        "files": partition.files,
        "bytes": partition.size,
        "change": change,
    }


def _difference(one: Difference) -> Document:
    return {
        "columns_new": _columns(one.columns_new),
        "columns_gone": _columns(one.columns_gone),
        "retyped": [{"name": change.name, "was": change.was, "now": change.now} for change in one.retyped],
        "partitions_new": [list(partition.values) for partition in one.partitions_new],
        "partitions_changed": [list(partition.values) for partition in one.partitions_changed],
        "partitions_gone": [list(partition.values) for partition in one.partitions_gone],
        "files_new": list(one.files.new),
        "files_changed": list(one.files.changed),
        "files_gone": list(one.files.gone),
        "otherwise": list(one.otherwise),
    }


def _columns(columns: Iterable[Column]) -> list[Document]:
    return [{"name": column.name, "type": column.type} for column in columns]
