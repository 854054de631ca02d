"""What to do about what AWS says, by its words: those of an answer, or of a resource that failed.

The codes: https://docs.aws.amazon.com/IAM/latest/UserGuide/CommonErrors.html, and those of each service.
"""

from __future__ import annotations

import re

_ACTION = re.compile(r"not authorized to perform:? ?\[?(?P<action>[\w-]+:\w+)")

_REMEDIES = (
    (
        r"expired.?token|token.{0,20}expired|request.?expired|token.?refresh|sso.{0,30}(expired|token)",
        "Get new credentials (aws sso login, say), then run it again",
    ),
    (
        r"invalid.?client.?token|unrecognized.?client|invalid.?access.?key|signature.?does.?not.?match"
        r"|auth.?failure",
        "Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the profile (AWS_PROFILE), and that the "
        "account has the region switched on",
    ),
    (
        r"quick.?sight.{0,80}(not (signed up|subscribed|active)|subscri)"
        r"|(not signed up|subscri).{0,80}quick.?sight",
        "Subscribe the account to QuickSight (quicksight.aws.amazon.com), or deploy without dashboards: "
        "leave the principal of QuickSight empty",
    ),
    (
        r"bucket.?already|requested bucket name is not available|bucket.{0,80}already exists",
        "The bucket's name is taken: if it is yours and was left behind by an earlier deployment, empty and "
        "delete it; else name the project otherwise (wavehouse.yaml)",
    ),
    (
        r"already.?exists",
        "Something of that name is there that this stack has not made: delete it, or name the project "
        "otherwise (wavehouse.yaml), then deploy again",
    ),
    (
        r"throttl|rate exceeded|too many requests|slow.?down",
        "AWS asks for patience: wait a minute, then run it again",
    ),
    (
        r"limit.?exceeded|quota",
        "Ask for a higher quota (console, Service Quotas), or delete what is not needed",
    ),
    (
        r"could not connect|connect timeout|read timeout|connection was closed|name resolution"
        r"|endpoint.?connection",
        "Check the network, the region (--region) and the endpoint (AWS_ENDPOINT_URL)",
    ),
)
_KNOWN = [(re.compile(pattern, re.IGNORECASE | re.DOTALL), remedy) for pattern, remedy in _REMEDIES]
_DENIED = re.compile(r"access.?denied|unauthorized|not authorized|forbidden", re.IGNORECASE)


def remedy_for(said: str, action: str = "") -> str:
    """What to do, '' where nobody knows; `action` is what was asked for, where AWS does not say it."""
    if _DENIED.search(said):
        found = _ACTION.search(said)
        wanted = found["action"] if found else action
        return (
            f"Give the credentials the permission {wanted}"
            if wanted
            else "Give the credentials the permission"
        )
    return next((remedy for pattern, remedy in _KNOWN if pattern.search(said)), "")
