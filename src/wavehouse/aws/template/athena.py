"""Athena: the workgroup with its limit, saved queries, and those that take values as prepared statements."""

from __future__ import annotations

from sqlglot.dialects import Trino
from sqlglot.errors import TokenError
from sqlglot.tokenizer_core import TokenType

from wavehouse.aws.deployable import Deployable
from wavehouse.aws.template.intrinsics import Resources, attribute, logical_id, ref, resource, sub
from wavehouse.aws.template.storage import RESULTS
from wavehouse.aws.template.tables import database_id
from wavehouse.query.saved import SavedQuery

WORKGROUP = "WorkGroup"
# What results lie below in their bucket.
_RESULTS_PREFIX = "athena/"
# Bytes that a query may scan where the project says nothing: five cents.
_CUTOFF = 10_000_000_000


def athena(project: Deployable) -> Resources:
    """The workgroup, whose settings clients cannot change, and the project's queries in it."""
    found: Resources = {
        WORKGROUP: resource(
            "AWS::Athena::WorkGroup",
            {
                "Name": project.stage.stack,
                "Description": f"Queries of {project.stage.project}",
                "State": "ENABLED",
                "RecursiveDeleteOption": True,
                "WorkGroupConfiguration": {
                    "EnforceWorkGroupConfiguration": True,
                    "PublishCloudWatchMetricsEnabled": True,
                    "RequesterPaysEnabled": False,
                    "BytesScannedCutoffPerQuery": project.rates.cutoff or _CUTOFF,
                    "EngineVersion": {"SelectedEngineVersion": "Athena engine version 3"},
                    "ResultConfiguration": {
                        "OutputLocation": sub(f"s3://${{{RESULTS}}}/{_RESULTS_PREFIX}"),
                        "ExpectedBucketOwner": ref("AWS::AccountId"),
                        "EncryptionConfiguration": {
                            "EncryptionOption": "SSE_KMS",
                            "KmsKey": attribute("Key"),
                        },
                    },
                },
            },
        )
    }
    for name, query in project.queries.items():
        text = query.sql.strip() + "\n"
        described = {"Description": query.description} if query.description else {}
        if takes_values(query):
            found[logical_id("statement", name)] = resource(
                "AWS::Athena::PreparedStatement",
                {
                    "StatementName": name,
                    "WorkGroup": ref(WORKGROUP),
                    "QueryStatement": text,
                    **described,
                },
            )
        elif project.databases:
            found[logical_id("query", name)] = resource(
                "AWS::Athena::NamedQuery",
                {
                    "Name": name,
                    "Database": ref(database_id(project.databases[0])),
                    "WorkGroup": ref(WORKGROUP),
                    "QueryString": text,
                    **described,
                },
            )
    return found


def takes_values(query: SavedQuery) -> bool:
    """Whether a query has `?` in it, for which whoever runs it gives values."""
    try:
        tokens = Trino().tokenize(query.sql)
        return any(token.token_type == TokenType.PLACEHOLDER for token in tokens)
    except TokenError:
        return False
