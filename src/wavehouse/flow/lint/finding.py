"""A finding, and the codes that findings have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "note"]

# Codes are never given to something else; docs/flow-lint.md has each with an example and the mend.
CODES: dict[str, str] = {
    "F101": "a node reads what is not there",
    "F102": "no target comes from a node",
    "F103": "nodes go round in a circle",
    "F104": "a kind of node is not known, or does not run here",
    "F105": "a field of a node is wrong",
    "F106": "the flow has no target",
    "F107": "two nodes have one name",
    "F108": "a node cannot be run",
    "F201": "a column is not there",
    "F202": "a column with a leading dot reaches a target",
    "F203": "two columns have one name",
    "F204": "a column of a CSV file has no type",
    "F205": "the keys of a join have different types",
    "F206": "a node does nothing",
    "F207": "which columns there are depends on the rows",
    "F208": "Glue fills gaps in another way",
    "F209": "a data quality rule cannot be judged",
    "F301": "the keys of a join meet nothing",
    "F302": "the keys of a join seldom meet",
    "F303": "a join multiplies rows",
    "F401": "Glue adds the files again at each run",
    "F402": "Glue appends to the table at each run",
    "F403": "two targets write to one place",
    "F404": "a partition column has too many values",
    "F405": "a partition column has NULLs",
    "F501": "a query says something else each time",
    "F502": "a table is made anew at each run",
    "F601": "something was not measured",
}


@dataclass(frozen=True)
class Finding:
    """Something to look at: `node` is its id ('' for the whole flow), `where` is `file:line`."""

    code: str
    severity: Severity
    node: str
    where: str
    message: str
    remedy: str = ""
