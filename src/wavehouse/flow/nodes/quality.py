"""The node that judges rows."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from wavehouse.flow.nodes.node import Fields, Node, OneInput, Text


class DQResultsPublishingOptions(Fields):
    """Where Glue publishes what an `EvaluateDataQuality` found; a run here keeps it in its record."""

    EvaluationContext: str = Field("", pattern=r"^[A-Za-z0-9_-]*$")
    ResultsS3Prefix: Text = ""
    CloudWatchMetricsEnabled: bool = False
    ResultsPublishingEnabled: bool = False


class DQStopJobOnFailureOptions(Fields):
    """When a failed rule ends the run: before anything is published, or after."""

    StopJobOnFailureTiming: Literal["Immediate", "AfterDataLoad"] = "Immediate"


class EvaluateDataQuality(Node):
    """Judges the rows of its input by DQDL rules, and hands them on as they are.

    Without `StopJobOnFailureOptions` a failed rule is noted, and the run goes on.
    """

    Inputs: OneInput
    Ruleset: Annotated[str, Field(min_length=1, max_length=65_536)]
    Output: Literal["PrimaryInput"] = "PrimaryInput"
    PublishingOptions: DQResultsPublishingOptions | None = None
    StopJobOnFailureOptions: DQStopJobOnFailureOptions | None = None
