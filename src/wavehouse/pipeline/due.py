"""Whether flows have something to make though no file lands. Imports nothing heavy: every run asks."""

from __future__ import annotations

from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.inputs import as_they_are, changed
from wavehouse.pipeline.ledger import Ledger
from wavehouse.pipeline.published import Published
from wavehouse.project.project import Project
from wavehouse.staging.seen import SeenFiles


def flows_due(
    layout: LakeLayout, project: Project, published: Published, ledger: Ledger, seen: SeenFiles
) -> list[str]:
    """Why flows have something to make; empty where they have not.

    `ledger` is what the run goes by: that of the last publish, or with less in it, to be read again.
    """
    if published.last is None:
        return [] if project.files("contracts") else ["nothing was made yet"]
    now = as_they_are(published.ledger.inputs, layout, project, seen)
    reasons = [
        f"flow {one.flow}: what the node '{one.node}' reads has changed"
        for one in changed(ledger.inputs, now)
    ]
    return reasons + [
        f"flow {one.flow}: {one.written} is not there" for one in ledger.outputs if not one.is_there(layout)
    ]
