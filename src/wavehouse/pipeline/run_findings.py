"""What a run would refuse in a flow besides what keeps a node from being compiled, as findings of lint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wavehouse.core.errors import WavehouseError
from wavehouse.flow.graph import Graph
from wavehouse.flow.lint.finding import Finding
from wavehouse.flow.nodes import FilesTarget
from wavehouse.flow.survey import Survey
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.file_form import check_free, written_form, written_path
from wavehouse.pipeline.source_checks import source_faults
from wavehouse.pipeline.target_checks import FORMATS
from wavehouse.pipeline.target_order import faults
from wavehouse.pipeline.targets import FlowTarget
from wavehouse.project.contracts import SourceContract
from wavehouse.project.project import Project


class RunFindings:
    """F108 and F403, by flow: `flows` are all of a project, whose targets must not write to one place."""

    def __init__(
        self,
        flows: Mapping[str, Graph],
        contracts: Mapping[str, SourceContract],
        layout: LakeLayout,
        project: Project,
    ) -> None:
        self._faults = [
            *faults(flows),
            *(fault for graph in flows.values() for fault in source_faults(graph, contracts)),
        ]
        self._layout = layout
        self._project = project

    def __call__(self, survey: Survey) -> Iterator[Finding]:
        """What is wrong with one flow."""
        for fault in self._faults:
            if fault.flow == survey.graph.name:
                error = fault.error
                yield Finding(fault.code, "error", fault.node, error.where, error.what, error.remedy)
        for id_, node in survey.graph.targets.items():
            if isinstance(node, FilesTarget):
                yield from self._files(survey, FlowTarget(survey.graph, id_))

    def _files(self, survey: Survey, target: FlowTarget) -> Iterator[Finding]:
        known = survey.relations.get(target.id)
        if target.path.startswith("${staging}") or target.node.Inputs[0] not in survey.relations:
            return
        try:
            check_free(target, written_path(target, self._layout, self._project))
            if known is not None and isinstance(target.node, FilesTarget) and target.node.format in FORMATS:
                written_form(target, known.columns)
        except WavehouseError as error:
            at = f" ({error.where})" if error.where else ""
            what = f"node '{target.id}': {error.what}{at}"
            yield Finding("F108", "error", target.id, target.where, what, error.remedy)
