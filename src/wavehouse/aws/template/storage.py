"""The key, and four buckets: files that arrive, tables, results of queries, and who asked for what."""

from __future__ import annotations

from wavehouse.aws.stage import Stage
from wavehouse.aws.template.intrinsics import Json, Resources, attribute, ref, resource, sub
from wavehouse.aws.template.policies import ALERTING, policy

STAGING, WAREHOUSE, RESULTS, LOGS = "StagingBucket", "WarehouseBucket", "ResultsBucket", "LogsBucket"
# The logical id of each bucket by its role.
BUCKETS = {"staging": STAGING, "warehouse": WAREHOUSE, "results": RESULTS, "logs": LOGS}

# Days that versions stay which were written over or deleted, and results of queries.
_NONCURRENT, _RESULTS = 30, 30
_LOG_DAYS = 365


def storage(stage: Stage) -> Resources:
    """The key and the buckets of a stage.

    Deleting the stack deletes empty buckets, and S3 refuses to delete others: nothing is lost by it.
    """
    found: Resources = {"Key": _key(stage)}
    for role, id_ in BUCKETS.items():
        found[id_] = _bucket(stage, role)
        found[f"{id_}Policy"] = _policy(id_)
    return found


def _key(stage: Stage) -> Json:
    log_groups = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws-glue/*"
    return resource(
        "AWS::KMS::Key",
        {
            "Description": f"Encrypts what {stage.stack} keeps",
            "EnableKeyRotation": True,
            "PendingWindowInDays": 30,
            "KeyPolicy": policy(
                # Without this nobody could change the key any more; what others may is said by their roles.
                # https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
                {
                    "Sid": "Account",
                    "Effect": "Allow",
                    "Principal": {"AWS": sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:root")},
                    "Action": "kms:*",
                    "Resource": "*",
                },
                {
                    "Sid": "Logs",
                    "Effect": "Allow",
                    "Principal": {"Service": sub("logs.${AWS::Region}.amazonaws.com")},
                    "Action": [
                        "kms:Encrypt",
                        "kms:Decrypt",
                        "kms:ReEncrypt*",
                        "kms:GenerateDataKey*",
                        "kms:DescribeKey",
                    ],
                    "Resource": "*",
                    "Condition": {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": sub(log_groups)}},
                },
                {
                    "Sid": "Alerts",
                    "Effect": "Allow",
                    "Principal": {"Service": [*ALERTING]},
                    "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
                    "Resource": "*",
                    "Condition": {"StringEquals": {"aws:SourceAccount": ref("AWS::AccountId")}},
                },
            ),
        },
        DeletionPolicy="Delete",
        UpdateReplacePolicy="Retain",
    )


def _bucket(stage: Stage, role: str) -> Json:
    logs = role == "logs"
    rules: list[Json] = [
        {
            "Id": "versions",
            "Status": "Enabled",
            "NoncurrentVersionExpiration": {"NoncurrentDays": _NONCURRENT},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
        }
    ]
    if role == "results" or logs:
        days = _LOG_DAYS if logs else _RESULTS
        rules.append({"Id": "old", "Status": "Enabled", "ExpirationInDays": days})
    # (S3 delivers access logs to buckets without a key of one's own alone.)
    encryption: Json = (
        {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
        if logs
        else {
            "BucketKeyEnabled": True,
            "ServerSideEncryptionByDefault": {
                "SSEAlgorithm": "aws:kms",
                "KMSMasterKeyID": attribute("Key"),
            },
        }
    )
    properties: Json = {
        "BucketName": sub(stage.bucket(role)),
        "BucketEncryption": {"ServerSideEncryptionConfiguration": [encryption]},
        "PublicAccessBlockConfiguration": {
            "BlockPublicAcls": True,
            "BlockPublicPolicy": True,
            "IgnorePublicAcls": True,
            "RestrictPublicBuckets": True,
        },
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        "VersioningConfiguration": {"Status": "Enabled"},
        "LifecycleConfiguration": {"Rules": rules},
    }
    if not logs:
        properties["LoggingConfiguration"] = {
            "DestinationBucketName": ref(LOGS),
            "LogFilePrefix": f"{role}/",
        }
    if role == "staging":
        properties["NotificationConfiguration"] = {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
    more = {"Metadata": _NO_LOG_OF_LOGS} if logs else {}
    return resource(
        "AWS::S3::Bucket",
        properties,
        DeletionPolicy="Delete",
        UpdateReplacePolicy="Retain",
        **more,
    )


_NO_LOG_OF_LOGS = {
    "checkov": {"skip": [{"id": "CKV_AWS_18", "comment": "It is the bucket of the access logs itself"}]}
}


def _policy(bucket: str) -> Json:
    statements: list[Json] = [
        {
            "Sid": "EncryptedConnectionsAlone",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [attribute(bucket), sub(f"${{{bucket}.Arn}}/*")],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ]
    if bucket == LOGS:
        statements.append(
            {
                "Sid": "AccessLogs",
                "Effect": "Allow",
                "Principal": {"Service": "logging.s3.amazonaws.com"},
                "Action": "s3:PutObject",
                "Resource": sub(f"${{{bucket}.Arn}}/*"),
                "Condition": {"StringEquals": {"aws:SourceAccount": ref("AWS::AccountId")}},
            }
        )
    return resource("AWS::S3::BucketPolicy", {"Bucket": ref(bucket), "PolicyDocument": policy(*statements)})
