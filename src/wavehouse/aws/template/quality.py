"""The rules of contracts as rulesets of Glue Data Quality: the same DQDL."""

from __future__ import annotations

from wavehouse.aws.deployable import Deployable
from wavehouse.aws.template.intrinsics import Resources, logical_id, resource


def rulesets(project: Deployable) -> Resources:
    """A ruleset per contract that has rules."""
    return {
        logical_id("rules", name): resource(
            "AWS::Glue::DataQualityRuleset",
            {
                "Name": project.stage.called(name),
                "Description": f"The rules of the contract '{name}'",
                "Ruleset": contract.quality.rules.strip() + "\n",
            },
        )
        for name, contract in project.contracts.items()
        if contract.quality
    }
